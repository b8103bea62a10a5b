# GO_CACHE: the place by which the caches of go travel from machine to machine, and READ_ONLY where this one only takes.

function(_go_container_plan_go_cache call)
  set(values "")
  foreach(string IN LISTS arg_GO_CACHE)
    _go_container_json_value(value "${string}")
    list(APPEND values "${value}")
  endforeach()
  list(POP_FRONT values place more)
  if(NOT "${more}" STREQUAL "" AND NOT ("${more}" STREQUAL "READ_ONLY" AND values STREQUAL ""))
    _go_container_error(
      "${call}"
      "GO_CACHE: \"${more}\" stands behind the place"
      "Give one place: GO_CACHE <directory>|<registry>/<repository>|<url> [READ_ONLY]."
    )
  endif()
  _go_container_check_go_cache_place("${call}" "${place}")
  if(NOT plan_host_build)
    _go_container_require_python("${call}" GO_CACHE)
  endif()
  _go_container_json_string(plan_go_cache "${place}")
  list(APPEND plan_go_cache ${more})
  return(PROPAGATE plan_go_cache)
endfunction()

# Stops at a value that is no place; credentials in it are not shown.
function(_go_container_check_go_cache_place call place)
  _go_container_reference_regex(regex)
  set(registry "(localhost|[^/]*[.:][^/]*)")
  if(place MATCHES "^https?://")
    if(place MATCHES "^https?://[^/]*@")
      _go_container_error(
        "${call}"
        "GO_CACHE has a user or a password in its URL, which plan.json and logs would show"
        "Put them into ~/.netrc, as for go and git."
      )
    elseif(NOT place MATCHES "^https?://[A-Za-z0-9._:-]+(/[][A-Za-z0-9._~%!$&'()*+,=:;-]*)*$")
      string(REGEX REPLACE "[?#].*" "" place "${place}") # what is behind that may be secret
      _go_container_error(
        "${call}"
        "GO_CACHE: the URL \"${place}\" has letters that no directory needs"
        "Write http(s)://<host>[:<port>]/<path>, without ? and #; the build adds the name of a file."
      )
    endif()
  elseif(place MATCHES "^[.~]")
    _go_container_error(
      "${call}"
      "GO_CACHE: \"${place}\" is a relative path"
      "Write an absolute path, such as \${CMAKE_SOURCE_DIR}/../go-cache."
    )
  elseif(place MATCHES "^${registry}/[^@]*:[^/]*$")
    _go_container_error(
      "${call}"
      "GO_CACHE: \"${place}\" has a tag"
      "Write <registry>/<repository>; the build adds a tag for each module and version of Go."
    )
  elseif(
    NOT place MATCHES "^/"
    AND NOT (place MATCHES "^${regex}$" AND place MATCHES "^${registry}/")
  )
    _go_container_error(
      "${call}"
      "GO_CACHE: \"${place}\" is neither an absolute path nor a repository nor a URL"
      "Write \${CMAKE_SOURCE_DIR}/../go-cache for a directory, or <registry>/<repository>, where the registry has a dot or a port."
    )
  endif()
endfunction()
