# The config of the image: what ENTRYPOINT, CMD, ENV and their like declare.

# A macro, as it sets many values, and a function would hand each of them on.
macro(_go_container_plan_config call)
  _go_container_plan_user("${call}")
  _go_container_plan_ports("${call}")
  if(DEFINED arg_ENV)
    _go_container_check_env("${call}" "${arg_ENV}")
    set(plan_env "${arg_ENV}")
  endif()
  if(DEFINED arg_ENTRYPOINT)
    set(plan_entrypoint "${arg_ENTRYPOINT}")
  endif()
  if(DEFINED arg_CMD)
    set(plan_cmd "${arg_CMD}")
  elseif(NOT DEFINED arg_ENTRYPOINT AND NOT plan_program_paths STREQUAL "")
    list(GET plan_program_paths 0 first)
    set(plan_cmd "${first}" "\"--help\"")
  endif()
  if(DEFINED arg_VOLUMES)
    _go_container_plan_volumes("${call}")
  endif()
  if(DEFINED arg_WORKDIR)
    set(path "^/[^\n]*$")
    _go_container_check_config_text("${call}" WORKDIR "${path}" "an absolute path" "/<directory>")
    _go_container_check_whiteout("${call}" WORKDIR "${arg_WORKDIR}")
    _go_container_check_beside_programs("${call}" WORKDIR "${arg_WORKDIR}")
    # As the engines write it down: without . and .. and slashes that mean nothing.
    string(REGEX REPLACE "/+" "/" plan_workdir "${arg_WORKDIR}/.")
    cmake_path(SET plan_workdir NORMALIZE "${plan_workdir}")
    string(REGEX REPLACE "(.)/$" "\\1" plan_workdir "${plan_workdir}")
  elseif(plan_base STREQUAL "scratch")
    set(plan_workdir "/") # BuildKit's default; podman and buildah have none
  endif()
  _go_container_plan_labels("${call}")
  if(DEFINED arg_STOPSIGNAL)
    _go_container_check_stopsignal("${call}")
    set(plan_stopsignal "${arg_STOPSIGNAL}")
  endif()
  _go_container_plan_healthcheck("${call}")
endmacro()

# Stops where an argument with one value does not match the regex; what it is, and its form, tell so.
function(
  _go_container_check_config_text
  call
  argument
  regex
  what
  form
)
  set(value "${arg_${argument}}")
  if(NOT value MATCHES "${regex}")
    _go_container_error("${call}" "${argument} \"${value}\" is not ${what}" "Write it as ${form}.")
  endif()
endfunction()

# EXPOSE as ports with a protocol, ranges taken apart.
function(_go_container_plan_ports call)
  if(NOT DEFINED arg_EXPOSE)
    return()
  endif()
  set(plan_ports "")
  foreach(string IN LISTS arg_EXPOSE)
    set(last 0)
    if(string MATCHES "^\"([0-9]+)(-([0-9]+))?(/(tcp|udp|sctp))?\"$")
      set(first ${CMAKE_MATCH_1})
      set(last ${CMAKE_MATCH_1})
      if(CMAKE_MATCH_3)
        set(last ${CMAKE_MATCH_3})
      endif()
      set(protocol tcp)
      if(CMAKE_MATCH_5)
        set(protocol ${CMAKE_MATCH_5})
      endif()
    endif()
    if(last LESS 1 OR last GREATER 65535 OR first LESS 1 OR first GREATER last)
      _go_container_json_value(value "${string}")
      _go_container_error(
        "${call}"
        "EXPOSE \"${value}\" is not a port"
        "Write <port>[-<last port>][/tcp|/udp|/sctp], from 1 to 65535."
      )
    endif()
    foreach(port RANGE ${first} ${last})
      list(APPEND plan_ports "\"${port}/${protocol}\"")
    endforeach()
  endforeach()
  list(REMOVE_DUPLICATES plan_ports)
  return(PROPAGATE plan_ports)
endfunction()

# names: those of the JSON strings of <name>=<value>, each of which must be on one line.
function(
  _go_container_pair_names
  names
  call
  argument
  regex
  strings
)
  set(found "")
  foreach(string IN LISTS strings)
    if(string MATCHES "\\\\n" OR NOT string MATCHES "^\"(${regex})=")
      _go_container_json_value(pair "${string}")
      _go_container_error(
        "${call}"
        "${argument} \"${pair}\" is not <name>=<value> on one line"
        "Write the name in letters, digits and _ . - (a label's also with /), then = and the value."
      )
    endif()
    list(APPEND found "${CMAKE_MATCH_1}")
  endforeach()
  set(${names} "${found}" PARENT_SCOPE)
endfunction()

# Stops at values of an ENV that are none, and at a name that is given twice.
function(_go_container_check_env call strings)
  _go_container_pair_names(names "${call}" ENV "[A-Za-z_][A-Za-z0-9_.-]*" "${strings}")
  set(seen "")
  foreach(name IN LISTS names)
    if(name IN_LIST seen)
      _go_container_error("${call}" "ENV ${name} is given twice" "Give it once.")
    endif()
    list(APPEND seen "${name}")
  endforeach()
endfunction()

# The labels: those of the OCI image spec that are known here (annotations.md), then the
# declared ones, which win.
function(_go_container_plan_labels call)
  set(prefix org.opencontainers.image)
  set(labels "${arg_LABELS}")
  list(APPEND labels "\"${prefix}.title=${plan_family}\"")
  if(NOT "${plan_version}" STREQUAL "")
    _go_container_json_string(version "${prefix}.version=${plan_version}")
    list(APPEND labels "${version}")
  endif()
  if(DEFINED plan_git_commit)
    list(APPEND labels "\"${prefix}.revision=${plan_git_commit}\"")
  endif()
  if(DEFINED plan_git_date)
    list(APPEND labels "\"${prefix}.created=${plan_git_date}\"")
  endif()
  if(DEFINED plan_git_url)
    list(APPEND labels "\"${prefix}.source=${plan_git_url}\"")
  endif()
  if(
    NOT
      plan_base
        MATCHES
        "^scratch$|^(oci|oci-archive|docker-archive):/|^(docker-daemon|containers-storage):"
  )
    string(REGEX REPLACE "@.*$" "" base "${arg_BASE}")
    list(APPEND labels "\"${prefix}.base.name=${base}\"")
    if(plan_base MATCHES "@(.*)$")
      list(APPEND labels "\"${prefix}.base.digest=${CMAKE_MATCH_1}\"")
    endif()
  endif()
  _go_container_pair_names(names "${call}" LABELS "[A-Za-z0-9._/-]+" "${labels}")
  set(plan_labels "")
  set(seen "")
  foreach(name label IN ZIP_LISTS names labels)
    if(NOT name IN_LIST seen)
      list(APPEND seen "${name}")
      list(APPEND plan_labels "${label}")
    endif()
  endforeach()
  list(TRANSFORM plan_labels REPLACE "^(\"[^=]*)=" "\\1\"=\"")
  list(SORT plan_labels)
  return(PROPAGATE plan_labels)
endfunction()

function(_go_container_plan_volumes call)
  foreach(string IN LISTS arg_VOLUMES)
    if(string MATCHES "\\\\n" OR NOT string MATCHES "^\"/")
      _go_container_json_value(path "${string}")
      _go_container_error(
        "${call}"
        "VOLUMES \"${path}\" is not an absolute path"
        "Begin it with /."
      )
    endif()
  endforeach()
  set(plan_volumes "${arg_VOLUMES}")
  list(REMOVE_DUPLICATES plan_volumes)
  return(PROPAGATE plan_volumes)
endfunction()
