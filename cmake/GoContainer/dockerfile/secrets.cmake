# SECRETS and SSH as the Dockerfile and a build of it take them.

# out: the lines of a RUN that mount them.
function(_go_container_dockerfile_mounts out)
  set(text "")
  foreach(id IN LISTS plan_secret_ids)
    string(REPLACE "\"" "" id "${id}")
    _go_container_secret_target(target "${id}")
    if(NOT target STREQUAL "")
      string(PREPEND target ",target=")
    endif()
    string(APPEND text "--mount=type=secret,id=${id}${target} \\\n    ")
  endforeach()
  if(DEFINED plan_ssh)
    string(APPEND text "--mount=type=ssh \\\n    ")
  endif()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: the commands of a RUN that set the variables among them, and that stop at flags in GOFLAGS of the environment that
# only the call itself may have (plan/explicit_flags.cmake).
function(_go_container_dockerfile_exports out)
  set(text "")
  if("\"GOFLAGS\"" IN_LIST plan_go_pass_env)
    string(
      CONCAT text
      "if echo \" $GOFLAGS\" | grep -qE -e \"[ '\\\"=]-(-?(toolexec|overlay|modfile|pkgdir|exec|vettool|extld)"
      "|-?mod=mod)([ =]|\\$)\"; then \\\n"
      "      echo 'GOFLAGS of the environment has flags that only the call itself may have: write them as GO_FLAGS.'; exit 1; fi \\\n    && "
    )
  endif()
  foreach(id IN LISTS plan_secret_ids)
    string(REPLACE "\"" "" id "${id}")
    _go_container_secret_target(target "${id}")
    if(target STREQUAL "")
      string(APPEND text "export ${id}=\"$(cat /run/secrets/${id})\" \\\n    && ")
    endif()
  endforeach()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: the flags of a build that hand them on.
function(_go_container_secret_flags out)
  set(flags "")
  foreach(id kind value IN ZIP_LISTS plan_secret_ids plan_secret_kinds plan_secret_values)
    string(REPLACE "\"" "" id "id=${id},${kind}")
    _go_container_json_value(value "${value}")
    list(APPEND flags --secret "${id}=${value}")
  endforeach()
  if(DEFINED plan_ssh)
    list(APPEND flags --ssh "${plan_ssh}")
  endif()
  set(${out} "${flags}" PARENT_SCOPE)
endfunction()
