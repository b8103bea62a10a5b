# The targets of all containers together; an engine adds those of one.

# Adds the container to the targets image and image-modules, which the first container makes.
function(_go_container_add_to_all name)
  foreach(suffix "" "-modules")
    if(NOT TARGET image${suffix})
      add_custom_target(image${suffix})
    endif()
    add_dependencies(image${suffix} ${name}${suffix})
  endforeach()
endfunction()

# Stops where the name can't be a target, or is one already.
function(_go_container_check_name name)
  set(call "add_go_container(${name})")
  set(reserved all clean depend edit_cache help install list_install_components package
      package_source preinstall rebuild_cache test image image-modules
  )
  if(NOT name MATCHES "^[A-Za-z0-9_.+-]+$" OR name IN_LIST reserved)
    _go_container_error(
      "${call}"
      "\"${name}\" can't be the name of a target"
      "Use letters, digits and _ . + - only, and none of CMake's own: ${reserved}."
    )
  endif()
  foreach(target ${name} ${name}-modules ${name}-run)
    if(TARGET ${target})
      get_target_property(directory ${target} SOURCE_DIR)
      _go_container_error(
        "${call}"
        "there is a target ${target} already, from ${directory}"
        "Give the container another name."
      )
    endif()
  endforeach()
endfunction()
