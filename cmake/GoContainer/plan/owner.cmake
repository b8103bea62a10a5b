# CHMOD and CHOWN of FILES and DIRECTORIES.

# owner: <uid>:<gid>.
function(_go_container_plan_owner owner call value)
  if(NOT value MATCHES "^([0-9]+)(:([0-9]+))?$")
    _go_container_error(
      "${call}"
      "CHOWN \"${value}\" is not what it takes"
      "Write <uid>[:<gid>] in numbers; names depend on the image."
    )
  endif()
  if(NOT value MATCHES ":")
    set(value "${value}:${value}")
  endif()
  set(${owner} "${value}" PARENT_SCOPE)
endfunction()

function(_go_container_check_mode call mode)
  if(NOT mode MATCHES "^[0-7]?[0-7][0-7][0-7]$")
    _go_container_error(
      "${call}"
      "CHMOD \"${mode}\" is no mode"
      "Write it in octal digits, such as 0644, or 1777 with the sticky bit."
    )
  endif()
endfunction()
