# RUNTIME_LIBRARIES: the shared libraries that the program and the FILES need, with the loader. They are
# one more group of FILES, which scripts/copy_runtime_libraries.cmake fills.

# out: what collects the libraries of FILES, as COMMAND …, where the program itself is compiled in the
# image. Where it is compiled on this machine, that comes first (gocontainer/go/runtime_libraries.py).
function(_go_container_copy_libraries_command out directory)
  set(${out} "" PARENT_SCOPE)
  if(NOT DEFINED plan_libraries_objdump OR (plan_host_build AND NOT plan_program_paths STREQUAL ""))
    return()
  endif()
  _go_container_place(script scripts/copy_runtime_libraries.cmake)
  string(REPLACE "\"" "" directories "${plan_libraries_directories}")
  set(
    ${out}
    COMMAND
    "${CMAKE_COMMAND}"
    -D
    "call=add_go_container(${plan_name})"
    -D
    "directory=${directory}"
    -D
    "base=${plan_base}"
    -D
    "objdump=${plan_libraries_objdump}"
    -D
    "directories=${directories}"
    -D
    programs=
    -P
    "${script}"
    PARENT_SCOPE
  )
endfunction()
