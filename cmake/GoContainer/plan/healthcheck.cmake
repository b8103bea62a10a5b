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
        "HEALTHCHECK_RETRIES \"${arg_HEALTHCHECK_RETRIES}\" is not a number of retries"
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
  list(GET arg_HEALTHCHECK 0 first)
  if(first STREQUAL "\"SHELL\"")
    _go_container_check_shell_command("${call}")
    list(REMOVE_AT plan_healthcheck 0)
    list(PREPEND plan_healthcheck "\"CMD-SHELL\"")
  elseif(NOT arg_HEALTHCHECK STREQUAL "\"NONE\"")
    list(PREPEND plan_healthcheck "\"CMD\"")
  endif()
  return(PROPAGATE plan_healthcheck ${options})
endfunction()

# Stops where HEALTHCHECK SHELL has no command that a Dockerfile can give to a shell as it is.
function(_go_container_check_shell_command call)
  list(LENGTH arg_HEALTHCHECK count)
  if(NOT count EQUAL 2)
    math(EXPR count "${count} - 1")
    _go_container_error(
      "${call}"
      "HEALTHCHECK SHELL takes one command, but has ${count} arguments"
      "Write the command in quotes: HEALTHCHECK SHELL \"<command> || exit 1\"."
    )
  endif()
  _go_container_groups(files FILES)
  _go_container_groups(images FROM_IMAGE)
  if(plan_base STREQUAL "scratch" AND NOT files AND NOT images)
    _go_container_error(
      "${call}"
      "HEALTHCHECK SHELL needs a shell, and scratch has none"
      "Write it without SHELL, as a program and its arguments, or give another BASE."
    )
  endif()
  list(GET arg_HEALTHCHECK 1 string)
  _go_container_json_value(command "${string}")
  if(command MATCHES "\n")
    _go_container_error(
      "${call}"
      "HEALTHCHECK SHELL \"${command}\" has a line break"
      "Write it on one line, with && or ; between commands: an instruction of a Dockerfile ends there."
    )
  elseif(command MATCHES "^[ \t\r]|[ \t\r\\]$" OR command STREQUAL "")
    _go_container_error(
      "${call}"
      "HEALTHCHECK SHELL \"${command}\" begins or ends with a blank or a backslash, which a Dockerfile would lose"
      "Write the command alone."
    )
  endif()
  # What begins like an array of JSON is one to a Dockerfile.
  set(value "(\"([^\"\\]|\\\\.)*\"|-?[0-9][^] ,]*|true|false|null)")
  if(command MATCHES "^\\[[ \t[]*(]|{|${value}[ \t]*[],])")
    _go_container_error(
      "${call}"
      "HEALTHCHECK SHELL \"${command}\" is the exec form to a Dockerfile, as it begins with an array"
      "Write test in place of [ ], or give a program and its arguments without SHELL."
    )
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
      "${argument} \"${value}\" is not a time"
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
