# LICENSES: whether the image has the licences of the modules that the programs are made of.

function(_go_container_plan_licenses call)
  _go_container_switch(value "${call}" LICENSES)
  if(value)
    set(plan_licenses TRUE)
  endif()
  return(PROPAGATE plan_licenses)
endfunction()
