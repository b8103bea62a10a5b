# TIMEZONES: files of time zones in the image, and whether TZ of ENV names one of them.

function(_go_container_plan_timezones call)
  if(arg_TIMEZONES STREQUAL "\"ON\"")
    set(plan_timezones "\"*\"")
    _go_container_need_go("${call}")
  elseif(DEFINED arg_TIMEZONES AND NOT arg_TIMEZONES STREQUAL "\"OFF\"")
    set(plan_timezones "${arg_TIMEZONES}")
    _go_container_need_go("${call}")
    list(REMOVE_DUPLICATES plan_timezones)
    list(SORT plan_timezones)
    foreach(string IN LISTS plan_timezones)
      _go_container_check_timezone("${call}" "${string}")
    endforeach()
  endif()
  if(plan_env MATCHES "\"TZ=")
    _go_container_check_tz("${call}")
  endif()
  return(PROPAGATE plan_timezones)
endfunction()

# Stops where an image without programs has no Go to take them from.
function(_go_container_need_go call)
  if(plan_program_paths STREQUAL "")
    _go_container_need_host("${call}" "TIMEZONES are Go's own, but ")
  endif()
endfunction()

# Stops at what is not a name of a time zone, as far as this machine knows: that is Go's own list.
function(_go_container_check_timezone call string)
  set(known "")
  if(plan_host_build)
    _go_container_timezones_of_go(known)
  endif()
  if(
    NOT string MATCHES "^\"[A-Za-z0-9][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*\"$"
    OR (known AND NOT string IN_LIST known)
  )
    _go_container_json_value(zone "${string}")
    _go_container_error(
      "${call}"
      "TIMEZONES \"${zone}\" is not a time zone"
      "Write names of the IANA database, such as Europe/Berlin, or ON alone for all."
    )
  endif()
endfunction()

# out: the time zones of this machine's Go, as JSON strings; nothing, where it has no list.
function(_go_container_timezones_of_go out)
  get_property(zones GLOBAL PROPERTY _go_container_timezones)
  if(NOT zones)
    get_property(go GLOBAL PROPERTY _go_container_host_go)
    file(REAL_PATH "${go}" go)
    cmake_path(GET go PARENT_PATH bin)
    execute_process(
      COMMAND "${CMAKE_COMMAND}" -E tar tf "${bin}/../lib/time/zoneinfo.zip"
      OUTPUT_VARIABLE zones
      ERROR_QUIET
    )
    string(REGEX REPLACE "([^\n]+)\n" "\"\\1\";" zones "${zones}")
    set_property(GLOBAL PROPERTY _go_container_timezones "${zones}")
  endif()
  set(${out} "${zones}" PARENT_SCOPE)
endfunction()

# Stops at a TZ that TIMEZONES lacks: programs would take UTC without a word.
function(_go_container_check_tz call)
  set(strings "${plan_env}")
  list(FILTER strings INCLUDE REGEX "^\"TZ=")
  # It may also be a rule, such as CET-1CEST, or a path.
  string(REGEX REPLACE "^\"TZ=:?(.*)\"$" "\\1" tz "${strings}")
  if(tz MATCHES "^([A-Za-z]+[-+]?[0-9]|/|UTC$|$)")
    return()
  endif()
  if(plan_timezones STREQUAL "\"*\"")
    _go_container_check_timezone("${call}" "\"${tz}\"")
  elseif(DEFINED plan_timezones AND NOT "\"${tz}\"" IN_LIST plan_timezones)
    _go_container_error(
      "${call}"
      "ENV TZ is ${tz}, which TIMEZONES lacks"
      "Add it to TIMEZONES, or write TIMEZONES ON."
    )
  elseif(NOT DEFINED plan_timezones AND plan_base STREQUAL "scratch")
    _go_container_groups(files FILES)
    if(NOT files AND NOT "${arg_BUILD_TAGS}${arg_GO_FLAGS}" MATCHES "timetzdata")
      _go_container_warning(
        "${call}"
        "ENV TZ is ${tz}, but scratch has no time zones, so programs may take UTC"
        "Add TIMEZONES ${tz}, or BUILD_TAGS timetzdata for Go's own."
      )
    endif()
  endif()
endfunction()
