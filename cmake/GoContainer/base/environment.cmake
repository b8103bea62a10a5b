# out: the variable of the environment, or nothing. $ENV{} of one that is not set is an uninitialized variable to CMake.
function(_go_container_environment out name)
  set(${out} "" PARENT_SCOPE)
  if(DEFINED ENV{${name}})
    set(${out} "$ENV{${name}}" PARENT_SCOPE)
  endif()
endfunction()
