# SECRETS and SSH: what private modules are downloaded with. The engine mounts them while go runs, so that
# they are in no layer; the plan has their names and places only.

# out: where a secret of that id is mounted; the id of a variable is its name, and has no such place.
function(_go_container_secret_target out id)
  set(${out} "" PARENT_SCOPE)
  set(ids netrc gitconfig git-credentials)
  if(id IN_LIST ids)
    set(${out} "/root/.${id}" PARENT_SCOPE)
  elseif(id STREQUAL "known_hosts")
    set(${out} "/root/.ssh/known_hosts" PARENT_SCOPE)
  endif()
endfunction()

function(_go_container_plan_secrets call)
  foreach(string IN LISTS arg_SECRETS)
    _go_container_json_value(secret "${string}")
    _go_container_plan_secret("${call}" "${secret}")
  endforeach()
  if(DEFINED arg_SSH)
    _go_container_plan_ssh("${call}" "${arg_SSH}")
  endif()
  return(PROPAGATE plan_secret_ids plan_secret_kinds plan_secret_values plan_ssh)
endfunction()

# Appends a secret, which is written as for docker build --secret.
function(_go_container_plan_secret call secret)
  if(NOT secret MATCHES "^id=([A-Za-z_-]+[A-Za-z0-9_-]*),(src|env)=([^,\"\n]+)$")
    _go_container_error(
      "${call}"
      "SECRETS: \"${secret}\" is not a secret"
      "Write id=<id>,src=<file> or id=<id>,env=<variable>, without commas and quotes in them."
    )
  endif()
  set(name "${CMAKE_MATCH_1}")
  set(kind "${CMAKE_MATCH_2}")
  set(value "${CMAKE_MATCH_3}")
  _go_container_secret_target(target "${name}")
  if(target STREQUAL "" AND NOT name MATCHES "^[A-Z][A-Z0-9_]*$")
    _go_container_error(
      "${call}"
      "SECRETS: nothing is known to need the id \"${name}\""
      "Give one of netrc, gitconfig, git-credentials, known_hosts, or the name of a variable such as GOPROXY."
    )
  endif()
  if(kind STREQUAL "src")
    cmake_path(ABSOLUTE_PATH value NORMALIZE)
  endif()
  if("\"${name}\"" IN_LIST plan_secret_ids)
    _go_container_error("${call}" "SECRETS has the id ${name} twice" "Give it once.")
  endif()
  _go_container_json_string(value "${value}")
  list(APPEND plan_secret_ids "\"${name}\"")
  list(APPEND plan_secret_kinds "\"${kind}\"")
  list(APPEND plan_secret_values "${value}")
  return(PROPAGATE plan_secret_ids plan_secret_kinds plan_secret_values)
endfunction()

# What docker build --ssh takes: the agent of the environment, a socket, or a key.
function(_go_container_plan_ssh call ssh)
  if(NOT ssh MATCHES "^default(=([^,\"\n]+))?$")
    _go_container_error(
      "${call}"
      "SSH \"${ssh}\" has the wrong form"
      "Write default, for the agent of SSH_AUTH_SOCK, or default=<socket or key file>."
    )
  endif()
  if(CMAKE_MATCH_2)
    set(path "${CMAKE_MATCH_2}")
    cmake_path(ABSOLUTE_PATH path NORMALIZE)
    set(ssh "default=${path}")
  endif()
  set(plan_ssh "${ssh}")
  return(PROPAGATE plan_ssh)
endfunction()
