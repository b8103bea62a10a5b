# What is said twice of the go command: go takes the last, and drops the other without a word. Build tags and flags of
# the linker and of the compiler are put together; all else is an error. Reads the arg_ variables of the caller.

# Takes the flags out of GO_FLAGS, and the tags out of GOFLAGS, that BUILD_TAGS, LDFLAGS and GCFLAGS stand for, too:
# rest is GO_FLAGS without them. In the caller tags get the tags, as JSON strings, <prefix>_ldflags and <prefix>_gcflags
# the values, in the letters of a JSON string.
function(_go_container_take_flags rest tags prefix call)
  set(kept "")
  set(found_tags "")
  set(found_ldflags "")
  set(found_gcflags "")
  set(waiting "") # for its value, the next word
  foreach(string IN LISTS arg_GO_FLAGS)
    if(NOT waiting STREQUAL "")
      string(REGEX REPLACE "^\"" "\"-${waiting}=" string "${string}")
      set(waiting "")
    elseif(string MATCHES "^\"--?(tags|ldflags|gcflags|pgo|buildmode|o|overlay)\"$")
      set(waiting ${CMAKE_MATCH_1})
      continue()
    endif()
    _go_container_check_go_flag("${call}" "${string}")
    if(string MATCHES "^\"--?tags=(.*)\"$")
      list(APPEND found_tags "${CMAKE_MATCH_1}")
    elseif(string MATCHES "^\"--?(ldflags|gcflags)=((-|'|\\\\u0022).*)?\"$")
      set(name ${CMAKE_MATCH_1})
      string(APPEND found_${name} " ${CMAKE_MATCH_2}")
    else()
      list(APPEND kept "${string}")
    endif()
  endforeach()
  if(NOT waiting STREQUAL "")
    _go_container_error("${call}" "GO_FLAGS ends with -${waiting}" "Write its value after it.")
  endif()
  foreach(variable IN LISTS arg_GO_ENV)
    if(variable MATCHES "^\"GOFLAGS=(.* )?--?tags=([^ \"]*)")
      list(APPEND found_tags "${CMAKE_MATCH_2}")
    endif()
  endforeach()
  string(REGEX REPLACE "[, ]+" ";" found_tags "${found_tags}")
  list(TRANSFORM found_tags REPLACE "(.+)" "\"\\1\"")
  set(${rest} "${kept}" PARENT_SCOPE)
  set(${tags} "${found_tags}" PARENT_SCOPE)
  set(${prefix}_ldflags "${found_ldflags}" PARENT_SCOPE)
  set(${prefix}_gcflags "${found_gcflags}" PARENT_SCOPE)
endfunction()

# Stops at one of GO_FLAGS that is against the rest of the call.
function(_go_container_check_go_flag call string)
  if(NOT string MATCHES "^\"--?(ldflags|gcflags|pgo|buildmode|o|n|overlay)(=(.*))?\"$")
    return()
  endif()
  set(flag ${CMAKE_MATCH_1})
  set(value "${CMAKE_MATCH_3}")
  set(problem "GO_FLAGS has -${flag}")
  if(flag STREQUAL "buildmode")
    if(call MATCHES "^add_go_library")
      _go_container_error("${call}" "${problem}" "Write STATIC or SHARED.")
    elseif(NOT value MATCHES "^(default|exe|pie)$")
      _go_container_error(
        "${call}"
        "GO_FLAGS has -buildmode=${value}, which makes no program"
        "Write exe or pie; add_go_library() makes C libraries."
      )
    endif()
  elseif(flag MATCHES "^(o|n)$")
    _go_container_error(
      "${call}"
      "${problem}"
      "Remove it: GoContainer says where the program goes."
    )
  elseif(flag STREQUAL "pgo" AND DEFINED arg_PGO)
    _go_container_error("${call}" "${problem}, and PGO is given" "Write one of them.")
  elseif(flag STREQUAL "overlay")
    foreach(group RANGE ${arg_group_count})
      if("${arg_GROUP_${group}}" STREQUAL "OVERLAY")
        _go_container_error("${call}" "${problem}, and OVERLAY is given" "Write one of them.")
      endif()
    endforeach()
  elseif(flag MATCHES "flags$" AND value MATCHES "^[^-'\\]")
    string(TOUPPER ${flag} option)
    if(NOT "${arg_${option}}" STREQUAL "" OR flag STREQUAL "ldflags")
      _go_container_error(
        "${call}"
        "GO_FLAGS has -${flag} for some packages, ${value}, and others come from ${option}"
        "Write all of them into GO_FLAGS or into ${option}: go takes the last one that fits a package."
      )
    endif()
  endif()
endfunction()

# Stops at a flag of GOFLAGS that one of the command line takes the place of.
function(_go_container_check_goflags call flags)
  foreach(string IN LISTS arg_GO_ENV)
    set(where "GO_ENV: GOFLAGS")
    if(string STREQUAL "\"GOFLAGS\"")
      _go_container_environment(given GOFLAGS)
      _go_container_json_string(string "GOFLAGS=${given}")
      set(where "GOFLAGS of the environment, which GO_ENV hands on,")
    elseif(NOT string MATCHES "^\"GOFLAGS=")
      continue()
    endif()
    string(REGEX REPLACE "^\"GOFLAGS=|\"$" "" words "${string}")
    string(REPLACE " " ";" words "${words}")
    foreach(word IN LISTS words)
      if(NOT word MATCHES "^--?([a-z]+)")
        continue()
      endif()
      set(name "${CMAKE_MATCH_1}")
      if(name STREQUAL "tags" AND where MATCHES "GOFLAGS$")
        continue() # they are among those of the command line
      endif()
      set(same "${flags}")
      list(FILTER same INCLUDE REGEX "^\"--?${name}(=.*)?\"$")
      if(NOT same STREQUAL "" AND NOT "\"${word}\"" IN_LIST same)
        _go_container_json_text(same "${same}")
        _go_container_error(
          "${call}"
          "${where} has ${word}, but go takes ${same} of its command line"
          "Give it by BUILD_TAGS, LDFLAGS, GCFLAGS, PGO or GO_FLAGS."
        )
      endif()
    endforeach()
  endforeach()
endfunction()

# Stops at a variable that GO_ENV has twice, or that another option sets.
function(_go_container_check_go_env_names call)
  set(seen "")
  foreach(string IN LISTS arg_GO_ENV)
    string(REGEX MATCH "[A-Z][A-Z0-9_]*" name "${string}")
    if(name IN_LIST seen)
      _go_container_error("${call}" "GO_ENV ${name} is given twice" "Give it once.")
    endif()
    list(APPEND seen ${name})
  endforeach()
  if("GOTOOLCHAIN" IN_LIST seen AND DEFINED arg_GO_VERSION)
    _go_container_error(
      "${call}"
      "GO_ENV has GOTOOLCHAIN, and GO_VERSION is given"
      "Write one of them."
    )
  endif()
endfunction()

# Stops where LDFLAGS set the variable that VERSION sets.
function(_go_container_check_stamp call variable)
  _go_container_flags_set(set "${variable}")
  if(set)
    _go_container_error(
      "${call}"
      "LDFLAGS set ${variable}, which VERSION sets, too"
      "Remove one of them, or name another variable by VERSION_VARIABLE."
    )
  endif()
endfunction()

# out: whether LDFLAGS have a flag -X for the variable.
function(_go_container_flags_set out variable)
  set(${out} FALSE PARENT_SCOPE)
  foreach(string IN LISTS arg_LDFLAGS)
    string(REGEX REPLACE "^\"(-X=)?" "" word "${string}")
    string(FIND "${word}" "${variable}=" place)
    if(place EQUAL 0)
      set(${out} TRUE PARENT_SCOPE)
    endif()
  endforeach()
endfunction()
