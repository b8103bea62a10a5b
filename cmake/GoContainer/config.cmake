# The config of the image: what ENTRYPOINT, CMD, ENV and their like declare, as the config member of
# an OCI image configuration (Healthcheck is docker's addition to it).

# out: the JSON object. Reads the arg_ variables of the caller; binary is the program's path, base
# what the image starts from.
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

  set(user "^[A-Za-z0-9_.-]+(:[A-Za-z0-9_.-]+)?$")
  _go_container_config_text(user "${call}" USER "${user}" "user" "<user>[:<group>]")
  _go_container_config_ports(ports "${call}")
  _go_container_config_env(env "${call}")
  _go_container_config_words(entrypoint ENTRYPOINT)
  _go_container_config_words(cmd CMD)
  _go_container_config_volumes(volumes "${call}")
  _go_container_config_text(workdir "${call}" WORKDIR "^/[^\n]*$" "absolute path" "/<directory>")
  _go_container_config_labels(labels "${call}" "${name}" "${base}")
  set(signal "^(SIG[A-Z0-9+-]+|[0-9]+)$")
  _go_container_config_text(stopsignal "${call}" STOPSIGNAL "${signal}" "signal" "SIG<name>")
  _go_container_config_healthcheck(healthcheck "${call}")

  set(members "")
  foreach(
    member
    "User=user"
    "ExposedPorts=ports"
    "Env=env"
    "Entrypoint=entrypoint"
    "Cmd=cmd"
    "Volumes=volumes"
    "WorkingDir=workdir"
    "Labels=labels"
    "StopSignal=stopsignal"
    "Healthcheck=healthcheck"
  )
    string(REGEX MATCH "^(.*)=(.*)$" member "${member}")
    if(NOT ${CMAKE_MATCH_2} STREQUAL "")
      list(APPEND members "\"${CMAKE_MATCH_1}\": ${${CMAKE_MATCH_2}}")
    endif()
  endforeach()
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
  set(${out} "" PARENT_SCOPE)
  if(DEFINED arg_${argument})
    set(value "${arg_${argument}}")
    if(NOT value MATCHES "${regex}")
      _go_container_error("${call}" "${argument} \"${value}\" is no ${what}" "Write it as ${form}.")
    endif()
    _go_container_json_string(string "${value}")
    set(${out} "${string}" PARENT_SCOPE)
  endif()
endfunction()

# out: the JSON array of an argument with many values.
function(_go_container_config_words out argument)
  set(${out} "" PARENT_SCOPE)
  if(DEFINED arg_${argument})
    _go_container_json_array(array "${arg_${argument}}")
    set(${out} "${array}" PARENT_SCOPE)
  endif()
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
  set(${out} "" PARENT_SCOPE)
  if(NOT DEFINED arg_EXPOSE)
    return()
  endif()
  set(ports "")
  foreach(string IN LISTS arg_EXPOSE)
    _go_container_json_value(value "${string}")
    set(last 0)
    if(value MATCHES "^([0-9]+)(-([0-9]+))?(/(tcp|udp|sctp))?$")
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

# Takes <key>=<value> apart, which must be on one line.
function(
  _go_container_config_pair
  key
  value
  call
  argument
  regex
  string
)
  _go_container_json_value(pair "${string}")
  if(pair MATCHES "\n" OR NOT pair MATCHES "^(${regex})=")
    _go_container_error(
      "${call}"
      "${argument} \"${pair}\" is no <name>=<value> on one line"
      "Write the name in letters, digits and _ . - (a label's also with /), then = and the value."
    )
  endif()
  set(${key} "${CMAKE_MATCH_1}" PARENT_SCOPE)
  string(LENGTH "${CMAKE_MATCH_1}=" length)
  string(SUBSTRING "${pair}" ${length} -1 pair)
  set(${value} "${pair}" PARENT_SCOPE)
endfunction()

function(_go_container_config_env out call)
  set(${out} "" PARENT_SCOPE)
  if(NOT DEFINED arg_ENV)
    return()
  endif()
  set(names "")
  foreach(string IN LISTS arg_ENV)
    _go_container_config_pair(name value "${call}" ENV "[A-Za-z_][A-Za-z0-9_.-]*" "${string}")
    if(name IN_LIST names)
      _go_container_error("${call}" "ENV ${name} is given twice" "Give it once.")
    endif()
    list(APPEND names "${name}")
  endforeach()
  _go_container_json_array(array "${arg_ENV}")
  set(${out} "${array}" PARENT_SCOPE)
endfunction()

# out: the labels: those of the OCI image spec that are known here (annotations.md), then the
# declared ones, which win.
function(_go_container_config_labels out call name base)
  set(prefix org.opencontainers.image)
  set(strings "")
  _go_container_default(arg_LABELS "")
  _go_container_json_string(title "${prefix}.title=${name}")
  set(known "${title}")
  if(NOT arg_VERSION STREQUAL "")
    _go_container_json_string(version "${prefix}.version=${arg_VERSION}")
    list(APPEND known "${version}")
  endif()
  if(NOT base STREQUAL "scratch" AND NOT base MATCHES "^(oci|oci-archive|docker-archive):/")
    string(REGEX MATCH "^([^@]*)(@(.*))?$" base "${base}")
    list(APPEND known "\"${prefix}.base.name=${CMAKE_MATCH_1}\"")
    if(CMAKE_MATCH_3)
      list(APPEND known "\"${prefix}.base.digest=${CMAKE_MATCH_3}\"")
    endif()
  endif()
  set(members "")
  set(keys "")
  foreach(string IN LISTS arg_LABELS known)
    _go_container_config_pair(key value "${call}" LABELS "[A-Za-z0-9._/-]+" "${string}")
    if(NOT key IN_LIST keys)
      list(APPEND keys "${key}")
      _go_container_json_string(value "${value}")
      list(APPEND members "\"${key}\": ${value}")
    endif()
  endforeach()
  list(SORT members)
  list(JOIN members ",\n      " members)
  set(${out} "{\n      ${members}\n    }" PARENT_SCOPE)
endfunction()

function(_go_container_config_volumes out call)
  set(${out} "" PARENT_SCOPE)
  if(NOT DEFINED arg_VOLUMES)
    return()
  endif()
  foreach(string IN LISTS arg_VOLUMES)
    _go_container_json_value(path "${string}")
    if(NOT path MATCHES "^/[^\n]*$")
      _go_container_error("${call}" "VOLUMES \"${path}\" is no absolute path" "Begin it with /.")
    endif()
  endforeach()
  _go_container_config_set(object "${arg_VOLUMES}")
  set(${out} "${object}" PARENT_SCOPE)
endfunction()

# out: docker's Healthcheck, with times in nanoseconds.
function(_go_container_config_healthcheck out call)
  set(${out} "" PARENT_SCOPE)
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
