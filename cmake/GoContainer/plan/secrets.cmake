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

# out: the plan's "secrets" and "ssh" members. Reads the arg_ variables of the caller.
function(_go_container_secrets_plan out call)
  set(members "")
  set(ids "")
  foreach(string IN LISTS arg_SECRETS)
    _go_container_json_value(secret "${string}")
    _go_container_secret(member id "${call}" "${secret}")
    if(id IN_LIST ids)
      _go_container_error("${call}" "SECRETS has the id ${id} twice" "Give it once.")
    endif()
    list(APPEND ids ${id})
    list(APPEND members "${member}")
  endforeach()
  set(text "")
  if(NOT members STREQUAL "")
    list(JOIN members ",\n    " members)
    string(APPEND text ",\n  \"secrets\": [\n    ${members}\n  ]")
  endif()
  if(DEFINED arg_SSH)
    _go_container_ssh(ssh "${call}" "${arg_SSH}")
    string(APPEND text ",\n  \"ssh\": ${ssh}")
  endif()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: the plan's member for one secret, which is written as for docker build --secret.
function(_go_container_secret out id call secret)
  if(NOT secret MATCHES "^id=([A-Za-z_-]+[A-Za-z0-9_-]*),(src|env)=([^,\"\n]+)$")
    _go_container_error(
      "${call}"
      "SECRETS: \"${secret}\" is no secret"
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
  _go_container_json_string(value "${value}")
  set(${id} "${name}" PARENT_SCOPE)
  set(${out} "{\"id\": \"${name}\", \"${kind}\": ${value}}" PARENT_SCOPE)
endfunction()

# out: the JSON string of what docker build --ssh takes: the agent of the environment, a socket, or a key.
function(_go_container_ssh out call ssh)
  if(NOT ssh MATCHES "^default(=([^,\"\n]+))?$")
    _go_container_error(
      "${call}"
      "SSH \"${ssh}\" is not what it takes"
      "Write default, for the agent of SSH_AUTH_SOCK, or default=<socket or key file>."
    )
  endif()
  if(CMAKE_MATCH_2)
    set(path "${CMAKE_MATCH_2}")
    cmake_path(ABSOLUTE_PATH path NORMALIZE)
    set(ssh "default=${path}")
  endif()
  _go_container_json_string(ssh "${ssh}")
  set(${out} "${ssh}" PARENT_SCOPE)
endfunction()

# out: the lines of a RUN that mount them.
function(_go_container_dockerfile_mounts out plan)
  set(text "")
  _go_container_secret_ids(ids "${plan}")
  foreach(id IN LISTS ids)
    _go_container_secret_target(target "${id}")
    if(NOT target STREQUAL "")
      string(PREPEND target ",target=")
    endif()
    string(APPEND text "--mount=type=secret,id=${id}${target} \\\n    ")
  endforeach()
  if(plan MATCHES "\n  \"ssh\": ")
    string(APPEND text "--mount=type=ssh \\\n    ")
  endif()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: the commands of a RUN that set the variables among them.
function(_go_container_dockerfile_exports out plan)
  set(text "")
  _go_container_secret_ids(ids "${plan}")
  foreach(id IN LISTS ids)
    _go_container_secret_target(target "${id}")
    if(target STREQUAL "")
      string(APPEND text "export ${id}=\"$(cat /run/secrets/${id})\" \\\n    && ")
    endif()
  endforeach()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

function(_go_container_secret_ids out plan)
  set(ids "")
  _go_container_plan_count(count "${plan}" secrets)
  set(number 0)
  while(number LESS count)
    string(JSON id GET "${plan}" secrets ${number} id)
    list(APPEND ids "${id}")
    math(EXPR number "${number} + 1")
  endwhile()
  set(${out} "${ids}" PARENT_SCOPE)
endfunction()

# out: the flags of a build that hand them on.
function(_go_container_secret_flags out plan)
  set(flags "")
  _go_container_secret_ids(ids "${plan}")
  set(number 0)
  foreach(id IN LISTS ids)
    set(kind src)
    string(JSON value ERROR_VARIABLE none GET "${plan}" secrets ${number} src)
    if(none)
      set(kind env)
      string(JSON value GET "${plan}" secrets ${number} env)
    endif()
    list(APPEND flags --secret "id=${id},${kind}=${value}")
    math(EXPR number "${number} + 1")
  endforeach()
  if(plan MATCHES "\n  \"ssh\": ")
    string(JSON ssh GET "${plan}" ssh)
    list(APPEND flags --ssh "${ssh}")
  endif()
  set(${out} "${flags}" PARENT_SCOPE)
endfunction()
