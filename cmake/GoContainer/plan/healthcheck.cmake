# HEALTHCHECK, docker's addition to the config of an image.

function(_go_container_plan_healthcheck call)
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
  set(options "")
  foreach(option INTERVAL TIMEOUT START_PERIOD)
    if(DEFINED arg_HEALTHCHECK_${option})
      string(TOLOWER plan_healthcheck_${option} member)
      _go_container_nanoseconds(${member} "${call}" HEALTHCHECK_${option})
      list(APPEND options ${member})
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
    set(plan_healthcheck_retries ${arg_HEALTHCHECK_RETRIES})
    list(APPEND options plan_healthcheck_retries)
  endif()
  if(options AND (NOT DEFINED arg_HEALTHCHECK OR arg_HEALTHCHECK STREQUAL "\"NONE\""))
    _go_container_error(
      "${call}"
      "HEALTHCHECK_ options are given without a HEALTHCHECK command"
      "Add HEALTHCHECK <command> [<argument>...], or remove them."
    )
  endif()
  set(plan_healthcheck "${arg_HEALTHCHECK}")
  if(NOT arg_HEALTHCHECK STREQUAL "\"NONE\"")
    list(PREPEND plan_healthcheck "\"CMD\"")
  endif()
  return(PROPAGATE plan_healthcheck ${options})
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
