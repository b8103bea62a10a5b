# USER: who runs the program.

# out: the JSON string. Reads the arg_ variables of the caller; base is what the image starts from. Stops at names that an
# image on scratch lacks, as no container of it would start.
function(_go_container_config_user out call base)
  set(user "^[A-Za-z0-9_.-]+(:[A-Za-z0-9_.-]+)?$")
  _go_container_config_text(value "${call}" USER "${user}" "user" "<user>[:<group>]")
  if(
    base STREQUAL "scratch"
    AND NOT arg_GROUPS # FILES may bring other accounts
    AND NOT arg_USER MATCHES "^(root|nonroot|[0-9]+)(:(root|nonroot|[0-9]+))?$"
  )
    _go_container_error(
      "${call}"
      "USER is ${arg_USER}, but on scratch there are only the users and groups root and nonroot"
      "Give numbers, such as 65532:65532."
    )
  endif()
  set(${out} "${value}" PARENT_SCOPE)
endfunction()
