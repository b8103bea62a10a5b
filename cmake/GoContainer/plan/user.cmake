# USER: who runs the program.

function(_go_container_plan_user call)
  _go_container_default(arg_USER "65532:65532")
  set(user "^[A-Za-z0-9_.-]+(:[A-Za-z0-9_.-]+)?$")
  _go_container_check_config_text("${call}" USER "${user}" "a user" "<user>[:<group>]")
  set(plan_user "${arg_USER}")
  if(NOT plan_user MATCHES "^[0-9:]+$")
    _go_container_plan_numbers(plan_user "${call}" user)
  endif()
  return(PROPAGATE plan_user plan_names)
endfunction()
