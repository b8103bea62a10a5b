# CHMOD and CHOWN of FILES and DIRECTORIES.

# owner: <uid>:<gid>, or names that only the image has.
function(_go_container_plan_owner owner call value)
  if(NOT value MATCHES "^[A-Za-z0-9_.-]+(:[A-Za-z0-9_.-]+)?$")
    _go_container_error(
      "${call}"
      "CHOWN \"${value}\" has the wrong form"
      "Write <user>[:<group>], names or numbers."
    )
  endif()
  _go_container_plan_numbers(value "${call}" owner)
  set(${owner} "${value}")
  return(PROPAGATE ${owner} plan_names)
endfunction()

function(_go_container_check_mode call mode)
  if(NOT mode MATCHES "^[0-7]?[0-7][0-7][0-7]$")
    _go_container_error(
      "${call}"
      "CHMOD \"${mode}\" is not a mode"
      "Write it in octal digits, such as 0644, or 1777 with the sticky bit."
    )
  endif()
endfunction()
