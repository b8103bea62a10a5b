# RUNTIME_LIBRARIES: the shared libraries that the program and the FILES need, with the loader. They are
# one more group of FILES, which scripts/copy_runtime_libraries.cmake fills.

# out: the plan's "runtimeLibraries" member, group: that of "files"; or nothing. Reads the arg_ variables
# of the caller.
function(_go_container_libraries_plan out group call)
  set(${out} "" PARENT_SCOPE)
  set(${group} "" PARENT_SCOPE)
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
  set(directories ${CMAKE_C_IMPLICIT_LINK_DIRECTORIES} ${CMAKE_CXX_IMPLICIT_LINK_DIRECTORIES})
  list(REMOVE_DUPLICATES directories)
  set(strings "")
  foreach(directory IN LISTS directories)
    _go_container_json_string(string "${directory}")
    list(APPEND strings "${string}")
  endforeach()
  _go_container_json_array(directories "${strings}")
  _go_container_json_string(cmake "${CMAKE_COMMAND}")
  _go_container_json_string(objdump "${CMAKE_OBJDUMP}")
  set(
    ${out}
    ",\n  \"runtimeLibraries\": {\"cmake\": ${cmake}, \"objdump\": ${objdump}, \"directories\": ${directories}}"
    PARENT_SCOPE
  )
  _go_container_groups(groups FILES)
  list(LENGTH groups number)
  set(
    ${group}
    "{\"directory\": \"context/files/${number}\", \"destination\": \"/\", \"user\": \"0:0\"}"
    PARENT_SCOPE
  )
endfunction()

# out: what collects the libraries of FILES, as COMMAND …, where the program itself is compiled in the
# image. Where it is compiled on this machine, that comes first (gocontainer/go/runtime_libraries.py).
function(_go_container_collect_command out plan directory)
  set(${out} "" PARENT_SCOPE)
  string(JSON host_build GET "${plan}" hostBuild)
  string(JSON objdump ERROR_VARIABLE none GET "${plan}" runtimeLibraries objdump)
  if(host_build OR none)
    return()
  endif()
  foreach(member name base)
    string(JSON ${member} GET "${plan}" ${member})
  endforeach()
  _go_container_json_get_list(strings "${plan}" runtimeLibraries directories)
  _go_container_place(script scripts/copy_runtime_libraries.cmake)
  string(REPLACE "\"" "" directories "${strings}")
  set(
    ${out}
    COMMAND
    "${CMAKE_COMMAND}"
    -D
    "call=add_go_container(${name})"
    -D
    "directory=${directory}"
    -D
    "base=${base}"
    -D
    "objdump=${objdump}"
    -D
    "directories=${directories}"
    -D
    program=
    -P
    "${script}"
    PARENT_SCOPE
  )
endfunction()
