# What makes the files that a container names in FILES and OVERLAY is built before the container: targets in
# generator expressions, and custom commands of its directory.

# strings: the values as they were written, as JSON strings.
function(_go_container_make_first name strings)
  string(REGEX MATCHALL "\\$<TARGET_[A-Z_]+:[^>,\"]+" targets "${strings}")
  list(TRANSFORM targets REPLACE "^.*:" "")
  list(REMOVE_DUPLICATES targets)
  set(unknown "")
  foreach(target IN LISTS targets)
    if(TARGET ${target})
      add_dependencies(${name} ${target})
    else()
      list(APPEND unknown ${target}) # not yet, or never: $<TARGET_EXISTS:…> may ask for it
    endif()
  endforeach()
  if(unknown)
    cmake_language(
      EVAL CODE
        "cmake_language(DEFER DIRECTORY [[${CMAKE_SOURCE_DIR}]] CALL _go_container_depend ${name} ${unknown})"
    )
  endif()
  set_property(TARGET ${name} PROPERTY _go_container_named "${strings}")
  cmake_language(EVAL CODE "cmake_language(DEFER CALL _go_container_run_commands_first ${name})")
endfunction()

# When all targets are known: the container depends on those of these that are there.
function(_go_container_depend name)
  foreach(target IN LISTS ARGN)
    if(TARGET ${target})
      add_dependencies(${name} ${target})
    endif()
  endforeach()
endfunction()

# When all custom commands of the directory are known: those run first that make what the container names, in a
# target of their own.
function(_go_container_run_commands_first name)
  get_property(strings TARGET ${name} PROPERTY _go_container_named)
  set(made "")
  foreach(string IN LISTS strings)
    _go_container_json_value(value "${string}")
    set(paths "${value}")
    if(value MATCHES "\\$<")
      string(REGEX MATCHALL "/[^]$<>,;[]+" paths "${value}")
    endif()
    foreach(path IN LISTS paths)
      cmake_path(ABSOLUTE_PATH path NORMALIZE)
      get_source_file_property(generated "${path}" GENERATED)
      if(generated)
        list(APPEND made "${path}")
      endif()
    endforeach()
  endforeach()
  if(made)
    add_custom_target(go_container_made_${name} DEPENDS ${made})
    add_dependencies(${name} go_container_made_${name})
  endif()
endfunction()
