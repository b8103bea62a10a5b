# PROVENANCE: whether a statement says how the image was built.

function(_go_container_plan_provenance call)
  _go_container_switch(value "${call}" PROVENANCE)
  if(NOT value)
    return()
  endif()
  _go_container_require_python("${call}" PROVENANCE)
  set(plan_provenance TRUE)
  return(PROPAGATE plan_provenance)
endfunction()
