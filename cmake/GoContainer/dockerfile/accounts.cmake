# Accounts in the Dockerfile. The build reads those of the base first, by the stage accounts.

# out: the stages that are built for that alone, or nothing; base: what the last stage starts from.
function(_go_container_dockerfile_account_stages out base)
  set(${out} "" PARENT_SCOPE)
  if(plan_base STREQUAL "scratch")
    return()
  endif()
  # Podman and buildah fail where not one file is found.
  set(empty "")
  set(from "")
  if(NOT plan_assembles)
    set(empty "FROM ${on_builder}${plan_builder_image} AS empty\nRUN mkdir /empty\n\n")
    set(from "--from=empty ")
  endif()
  set(
    ${out}
    "# What the build reads first: the accounts of the base, as far as it has them.\n${empty}FROM ${base} AS accounts-of-base\nCOPY ${from}/empty/ /go-container-empty/\n\nFROM scratch AS accounts\nCOPY --from=accounts-of-base /etc/passw[d] /etc/grou[p] /go-container-empt[y]/ /\n\n"
    PARENT_SCOPE
  )
endfunction()

# out: the variables of the last stage that have the numbers of names.
function(_go_container_dockerfile_names out)
  set(text "")
  set(number 0)
  foreach(entry IN LISTS plan_names)
    string(REGEX REPLACE "^[a-z]+:(.*)$" "\\1" name "${entry}")
    string(APPEND text "ARG GO_CONTAINER_NAME_${number}=${name}\n")
    math(EXPR number "${number} + 1")
  endforeach()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: <user>[:<group>] as COPY and USER take it: numbers, or the variable that has them.
function(_go_container_dockerfile_name out kind value)
  list(FIND plan_names "${kind}:${value}" number)
  if(NOT number EQUAL -1)
    set(value "$GO_CONTAINER_NAME_${number}")
  endif()
  set(${out} "${value}" PARENT_SCOPE)
endfunction()

# out: what copies passwd and group, which the build has put together.
function(_go_container_dockerfile_copy_accounts out from)
  set(${out} "" PARENT_SCOPE)
  if(DEFINED plan_declared_users OR DEFINED plan_declared_groups)
    set(${out} "COPY ${from}--chown=0:0 /accounts/ /etc/\n" PARENT_SCOPE)
  endif()
endfunction()
