# RUNTIME_LIBRARIES: the shared libraries that the program and the FILES need, with the loader.

function(_go_container_plan_libraries call)
  _go_container_switch(value "${call}" RUNTIME_LIBRARIES)
  if(NOT value)
    return()
  endif()
  find_program(CMAKE_OBJDUMP objdump)
  if(NOT CMAKE_OBJDUMP)
    _go_container_error(
      "${call}"
      "RUNTIME_LIBRARIES is ON, but there is no objdump here, which tells what a program needs"
      "Install binutils, or set CMAKE_OBJDUMP to its command."
    )
  endif()
  set(directories "")
  foreach(variable CMAKE_C_IMPLICIT_LINK_DIRECTORIES CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES)
    if(DEFINED ${variable})
      list(APPEND directories ${${variable}})
    endif()
  endforeach()
  list(REMOVE_DUPLICATES directories)
  set(plan_libraries_directories "")
  foreach(directory IN LISTS directories)
    _go_container_json_string(string "${directory}")
    list(APPEND plan_libraries_directories "${string}")
  endforeach()
  set(plan_libraries_objdump "${CMAKE_OBJDUMP}")
  return(PROPAGATE plan_libraries_objdump plan_libraries_directories)
endfunction()
