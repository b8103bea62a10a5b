# GO_CONTAINER_REGISTRY_MIRROR: where images of docker.io come from.

# out: the reference by which the engine gets the image.
function(_go_container_mirrored out call reference)
  set(${out} "${reference}" PARENT_SCOPE)
  set(mirror "${GO_CONTAINER_REGISTRY_MIRROR}")
  if(reference STREQUAL "scratch" OR reference MATCHES "^(docker-daemon|containers-storage):")
    return()
  endif()
  if(
    NOT
      mirror
        MATCHES
        "^(localhost|[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+|[A-Za-z0-9-]+:[0-9]+)(:[0-9]+)?(/[a-z0-9._-]+)*$"
  )
    _go_container_error(
      "${call}"
      "GO_CONTAINER_REGISTRY_MIRROR \"${mirror}\" is not a registry"
      "Write <host>[:<port>][/<path>], without https://."
    )
  endif()
  _go_container_full_names(path "${reference}")
  if(path MATCHES "^(index\\.)?docker\\.io/(.+)$")
    set(path "${CMAKE_MATCH_2}")
    if(NOT path MATCHES "/")
      string(PREPEND path "library/")
    endif()
    set(${out} "${mirror}/${path}" PARENT_SCOPE)
    _go_container_pin_name(name "docker.io/${path}")
    _go_container_pin_name(place "${mirror}/${path}")
    set_property(GLOBAL PROPERTY "_go_container_name_of_${place}" "${name}")
  endif()
endfunction()
