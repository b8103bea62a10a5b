# USER: who runs the program.

# Stops at names that an image on scratch lacks, as no container of it would start.
function(_go_container_plan_user call)
  _go_container_default(arg_USER "65532:65532")
  set(user "^[A-Za-z0-9_.-]+(:[A-Za-z0-9_.-]+)?$")
  _go_container_check_config_text("${call}" USER "${user}" "user" "<user>[:<group>]")
  if(
    plan_base STREQUAL "scratch"
    AND NOT arg_GROUPS # FILES may bring other accounts
    AND NOT arg_USER MATCHES "^(root|nonroot|[0-9]+)(:(root|nonroot|[0-9]+))?$"
  )
    _go_container_error(
      "${call}"
      "USER is ${arg_USER}, but on scratch there are only the users and groups root and nonroot"
      "Give numbers, such as 65532:65532."
    )
  endif()
  set(plan_user "${arg_USER}")
  return(PROPAGATE plan_user)
endfunction()
