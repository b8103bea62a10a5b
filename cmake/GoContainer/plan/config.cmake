# The config of the image: what ENTRYPOINT, CMD, ENV and their like declare, as the config member of
# an OCI image configuration (Healthcheck is docker's addition to it).

# out: the JSON object; <out>_members: the names of its members. Reads the arg_ variables of the caller;
# binary is the program's path, base what the image starts from.
function(
  _go_container_config
  out
  call
  name
  binary
  base
)
  _go_container_default(arg_USER "65532:65532")
  if(base STREQUAL "scratch")
    _go_container_default(arg_WORKDIR "/") # BuildKit's default; podman and buildah have none
  endif()
  if(NOT DEFINED arg_CMD AND NOT DEFINED arg_ENTRYPOINT)
    set(arg_CMD "\"${binary}\"" "\"--help\"")
  endif()

  _go_container_config_user(value "${call}" "${base}")
  set(members "\"User\": ${value}")
  if(DEFINED arg_EXPOSE)
    _go_container_config_ports(value "${call}")
    list(APPEND members "\"ExposedPorts\": ${value}")
  endif()
  if(DEFINED arg_ENV)
    _go_container_env(value "${call}" "${arg_ENV}")
    list(APPEND members "\"Env\": ${value}")
  endif()
  if(DEFINED arg_ENTRYPOINT)
    _go_container_json_array(value "${arg_ENTRYPOINT}")
    list(APPEND members "\"Entrypoint\": ${value}")
  endif()
  if(DEFINED arg_CMD)
    _go_container_json_array(value "${arg_CMD}")
    list(APPEND members "\"Cmd\": ${value}")
  endif()
  if(DEFINED arg_VOLUMES)
    _go_container_config_volumes(value "${call}")
    list(APPEND members "\"Volumes\": ${value}")
  endif()
  if(DEFINED arg_WORKDIR)
    set(path "^/[^\n]*$")
    _go_container_config_text(value "${call}" WORKDIR "${path}" "absolute path" "/<directory>")
    _go_container_check_whiteout("${call}" WORKDIR "${arg_WORKDIR}")
    list(APPEND members "\"WorkingDir\": ${value}")
  endif()
  _go_container_config_labels(value "${call}" "${name}" "${base}")
  list(APPEND members "\"Labels\": ${value}")
  if(DEFINED arg_STOPSIGNAL)
    _go_container_check_stopsignal("${call}")
    _go_container_json_string(value "${arg_STOPSIGNAL}")
    list(APPEND members "\"StopSignal\": ${value}")
  endif()
  _go_container_config_healthcheck(value "${call}")
  if(NOT value STREQUAL "")
    list(APPEND members "\"Healthcheck\": ${value}")
  endif()
  set(names "${members}")
  list(TRANSFORM names REPLACE "^\"([A-Za-z]+)\": .*$" "\\1")
  set(${out}_members "${names}" PARENT_SCOPE)
  list(JOIN members ",\n    " members)
  set(${out} "{\n    ${members}\n  }" PARENT_SCOPE)
endfunction()

# out: the JSON string of an argument with one value, which must match the regex; what it is, and its
# form, tell so where it does not.
function(
  _go_container_config_text
  out
  call
  argument
  regex
  what
  form
)
  set(value "${arg_${argument}}")
  if(NOT value MATCHES "${regex}")
    _go_container_error("${call}" "${argument} \"${value}\" is no ${what}" "Write it as ${form}.")
  endif()
  _go_container_json_string(string "${value}")
  set(${out} "${string}" PARENT_SCOPE)
endfunction()

# out: the JSON object whose keys are the JSON strings, each with an empty object.
function(_go_container_config_set out strings)
  list(REMOVE_DUPLICATES strings)
  list(TRANSFORM strings APPEND ": {}")
  list(JOIN strings ", " strings)
  set(${out} "{${strings}}" PARENT_SCOPE)
endfunction()

# out: EXPOSE as ports with a protocol, ranges taken apart.
function(_go_container_config_ports out call)
  set(ports "")
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
        "EXPOSE \"${value}\" is no port"
        "Write <port>[-<last port>][/tcp|/udp|/sctp], from 1 to 65535."
      )
    endif()
    foreach(port RANGE ${first} ${last})
      list(APPEND ports "\"${port}/${protocol}\"")
    endforeach()
  endforeach()
  _go_container_config_set(object "${ports}")
  set(${out} "${object}" PARENT_SCOPE)
endfunction()

# Takes the JSON strings of <key>=<value>, each of which must be on one line, apart: keys are as they
# are written, values JSON strings.
function(
  _go_container_config_pairs
  keys
  values
  call
  argument
  regex
  strings
)
  set(names "")
  set(rests "")
  foreach(string IN LISTS strings)
    if(string MATCHES "\\\\n" OR NOT string MATCHES "^\"(${regex})=(.*)$")
      _go_container_json_value(pair "${string}")
      _go_container_error(
        "${call}"
        "${argument} \"${pair}\" is no <name>=<value> on one line"
        "Write the name in letters, digits and _ . - (a label's also with /), then = and the value."
      )
    endif()
    list(APPEND names "${CMAKE_MATCH_1}")
    list(APPEND rests "\"${CMAKE_MATCH_2}")
  endforeach()
  set(${keys} "${names}" PARENT_SCOPE)
  set(${values} "${rests}" PARENT_SCOPE)
endfunction()

# out: the JSON array of the values of an ENV.
function(_go_container_env out call strings)
  _go_container_config_pairs(names values "${call}" ENV "[A-Za-z_][A-Za-z0-9_.-]*" "${strings}")
  set(seen "")
  foreach(name IN LISTS names)
    if(name IN_LIST seen)
      _go_container_error("${call}" "ENV ${name} is given twice" "Give it once.")
    endif()
    list(APPEND seen "${name}")
  endforeach()
  _go_container_json_array(array "${strings}")
  set(${out} "${array}" PARENT_SCOPE)
endfunction()

# out: the labels: those of the OCI image spec that are known here (annotations.md), then the
# declared ones, which win.
function(_go_container_config_labels out call name base)
  set(prefix org.opencontainers.image)
  set(labels "${arg_LABELS}")
  list(APPEND labels "\"${prefix}.title=${name}\"")
  if(NOT arg_VERSION STREQUAL "")
    _go_container_json_string(version "${prefix}.version=${arg_VERSION}")
    list(APPEND labels "${version}")
  endif()
  if(NOT base STREQUAL "scratch" AND NOT base MATCHES "^(oci|oci-archive|docker-archive):/")
    string(REGEX MATCH "^([^@]*)(@(.*))?$" base "${base}")
    list(APPEND labels "\"${prefix}.base.name=${CMAKE_MATCH_1}\"")
    if(CMAKE_MATCH_3)
      list(APPEND labels "\"${prefix}.base.digest=${CMAKE_MATCH_3}\"")
    endif()
  endif()
  _go_container_config_pairs(keys values "${call}" LABELS "[A-Za-z0-9._/-]+" "${labels}")
  set(members "")
  set(seen "")
  foreach(key value IN ZIP_LISTS keys values)
    if(NOT key IN_LIST seen)
      list(APPEND seen "${key}")
      list(APPEND members "\"${key}\": ${value}")
    endif()
  endforeach()
  list(SORT members)
  list(JOIN members ",\n      " members)
  set(${out} "{\n      ${members}\n    }" PARENT_SCOPE)
endfunction()

function(_go_container_config_volumes out call)
  foreach(string IN LISTS arg_VOLUMES)
    if(string MATCHES "\\\\n" OR NOT string MATCHES "^\"/")
      _go_container_json_value(path "${string}")
      _go_container_error("${call}" "VOLUMES \"${path}\" is no absolute path" "Begin it with /.")
    endif()
  endforeach()
  _go_container_config_set(object "${arg_VOLUMES}")
  set(${out} "${object}" PARENT_SCOPE)
endfunction()

# out: docker's Healthcheck, with times in nanoseconds.
function(_go_container_config_healthcheck out call)
  set(${out} "" PARENT_SCOPE)
  if(
    NOT
      (
        DEFINED arg_HEALTHCHECK
        OR DEFINED arg_HEALTHCHECK_INTERVAL
        OR DEFINED arg_HEALTHCHECK_TIMEOUT
        OR DEFINED arg_HEALTHCHECK_START_PERIOD
        OR DEFINED arg_HEALTHCHECK_RETRIES
      )
  )
    return()
  endif()
  set(members "")
  foreach(pair "INTERVAL=Interval" "TIMEOUT=Timeout" "START_PERIOD=StartPeriod")
    string(REGEX MATCH "^(.*)=(.*)$" pair "${pair}")
    if(DEFINED arg_HEALTHCHECK_${CMAKE_MATCH_1})
      set(member ${CMAKE_MATCH_2})
      _go_container_nanoseconds(time "${call}" HEALTHCHECK_${CMAKE_MATCH_1})
      list(APPEND members "\"${member}\": ${time}")
    endif()
  endforeach()
  if(DEFINED arg_HEALTHCHECK_RETRIES)
    if(NOT arg_HEALTHCHECK_RETRIES MATCHES "^[1-9][0-9]?[0-9]?$")
      _go_container_error(
        "${call}"
        "HEALTHCHECK_RETRIES \"${arg_HEALTHCHECK_RETRIES}\" is no such number"
        "Write a number from 1 to 999."
      )
    endif()
    list(APPEND members "\"Retries\": ${arg_HEALTHCHECK_RETRIES}")
  endif()
  if(DEFINED arg_HEALTHCHECK)
    set(kind "\"CMD\", ")
    if(arg_HEALTHCHECK STREQUAL "\"NONE\"")
      set(kind "")
    endif()
  endif()
  if(members AND (NOT DEFINED arg_HEALTHCHECK OR kind STREQUAL ""))
    _go_container_error(
      "${call}"
      "HEALTHCHECK_ options are given without a HEALTHCHECK command"
      "Add HEALTHCHECK <command> [<argument>...], or remove them."
    )
  endif()
  if(DEFINED arg_HEALTHCHECK)
    list(JOIN arg_HEALTHCHECK ", " words)
    list(PREPEND members "\"Test\": [${kind}${words}]")
    list(JOIN members ", " members)
    set(${out} "{${members}}" PARENT_SCOPE)
  endif()
endfunction()

# out: the nanoseconds of an argument such as 1m30s.
function(_go_container_nanoseconds out call argument)
  set(value "${arg_${argument}}")
  if(
    NOT value MATCHES "^([0-9]+(h|ms|m|s))+$"
    OR value MATCHES "[0-9][0-9][0-9][0-9][0-9][0-9][0-9]"
  )
    _go_container_error(
      "${call}"
      "${argument} \"${value}\" is no time"
      "Write a number and a unit (h, m, s, ms), such as 30s or 1m30s."
    )
  endif()
  string(REGEX MATCHALL "[0-9]+(h|ms|m|s)" parts "${value}")
  set(sum 0)
  foreach(part IN LISTS parts)
    string(REGEX MATCH "^([0-9]+)(.*)$" part "${part}")
    set(milliseconds_h 3600000)
    set(milliseconds_m 60000)
    set(milliseconds_s 1000)
    set(milliseconds_ms 1)
    math(EXPR sum "${sum} + ${CMAKE_MATCH_1} * ${milliseconds_${CMAKE_MATCH_2}} * 1000000")
  endforeach()
  set(${out} ${sum} PARENT_SCOPE)
endfunction()
