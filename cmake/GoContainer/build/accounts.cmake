# USERS, GROUPS and names of accounts, where an engine builds a Dockerfile: scripts/accounts.sh runs before it.

function(_go_container_write_accounts directory)
  set(lines "")
  foreach(string IN LISTS plan_accounts)
    _go_container_json_value(line "${string}")
    string(APPEND lines "${line}\n")
  endforeach()
  _go_container_write("${directory}/accounts.txt" "${lines}")
endfunction()

# out: the words of that step, or nothing; flags: those of the build that hand on the numbers. place: the directory,
# or another one that has the like; after it stand the words of a build of the Dockerfile, without its context, and
# the context.
function(
  _go_container_accounts_command
  out
  flags
  directory
  place
  context
)
  set(${out} "" PARENT_SCOPE)
  set(${flags} "" PARENT_SCOPE)
  if(NOT DEFINED plan_accounts)
    return()
  endif()
  _go_container_place(script scripts/accounts.sh)
  set(
    words
    sh
    "${script}"
    "add_go_container(${plan_name})"
    "${directory}/accounts.txt"
    "${place}"
  )
  if(NOT plan_base STREQUAL "scratch")
    list(
      APPEND words
      ${ARGN}
      --target
      accounts
      --output
      type=local,dest=.
      "${context}"
    )
  endif()
  set(${out} "${words}" PARENT_SCOPE)
  set(names "")
  set(number 0)
  foreach(name IN LISTS plan_names)
    list(APPEND names --build-arg GO_CONTAINER_NAME_${number})
    math(EXPR number "${number} + 1")
  endforeach()
  set(${flags} "${names}" PARENT_SCOPE)
endfunction()
