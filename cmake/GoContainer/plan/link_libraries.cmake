# LINK_LIBRARIES: the C and C++ libraries of this build that cgo links, as build/link_libraries.cmake has it.

# They imply HOST_BUILD and CGO.
function(_go_container_plan_link call directory)
  if(NOT DEFINED arg_LINK_LIBRARIES)
    # Without a library, too, cgo needs the cross compiler, which CMake alone knows.
    if(NOT CMAKE_CROSSCOMPILING OR NOT arg_CGO OR DEFINED plan_platforms)
      return()
    endif()
    _go_container_engine_facts_of(${plan_engine} host_build)
    if(NOT arg_HOST_BUILD AND NOT fact_host_build)
      return()
    endif()
  endif()
  foreach(option HOST_BUILD CGO)
    if(DEFINED arg_${option} AND NOT arg_${option})
      _go_container_error(
        "${call}"
        "LINK_LIBRARIES is given, but ${option} is OFF"
        "Remove ${option}: libraries of this build are linked by this machine's go command, with cgo."
      )
    endif()
  endforeach()
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if(NOT "C" IN_LIST languages)
    _go_container_error(
      "${call}"
      "LINK_LIBRARIES is given, but the language C is not enabled, which cgo needs"
      "Write project(<name> LANGUAGES C CXX), or enable_language(C)."
    )
  endif()
  set(plan_link_libraries "${arg_LINK_LIBRARIES}")
  set(plan_link_commands "${directory}/link")
  return(PROPAGATE plan_link_libraries plan_link_commands)
endfunction()
