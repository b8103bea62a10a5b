# Splits the arguments of a public command at its keywords.

# words: the arguments as JSON strings. Sets <prefix>_<KEYWORD> in the caller for each keyword that
# was given: the value of a ONE keyword, a list of JSON strings for a MANY keyword.
function(_go_container_arguments prefix call words)
  cmake_parse_arguments(PARSE_ARGV 3 "" "" "" "ONE;MANY;MAY_BE_EMPTY")
  set(keywords ${_ONE} ${_MANY})
  foreach(keyword IN LISTS keywords)
    set(values_${keyword} "")
    unset(${prefix}_${keyword} PARENT_SCOPE) # the caller may see a variable of this name
  endforeach()

  set(given "")
  set(keyword "")
  foreach(word IN LISTS words)
    if(word MATCHES "^\"([A-Z_]+)\"$" AND CMAKE_MATCH_1 IN_LIST keywords)
      set(keyword ${CMAKE_MATCH_1})
      if(keyword IN_LIST _ONE AND keyword IN_LIST given)
        _go_container_error("${call}" "${keyword} is given twice" "Give it once.")
      endif()
      list(APPEND given ${keyword})
    elseif(keyword STREQUAL "" OR (keyword IN_LIST _ONE AND values_${keyword}))
      _go_container_error_unknown("${call}" "${word}" "${keyword}" "${keywords}")
    else()
      list(APPEND values_${keyword} "${word}")
    endif()
  endforeach()

  foreach(keyword IN LISTS given)
    if(values_${keyword} STREQUAL "" AND NOT keyword IN_LIST _MAY_BE_EMPTY)
      _go_container_error("${call}" "${keyword} has no value" "Give it one, or remove ${keyword}.")
    endif()
    if(keyword IN_LIST _ONE)
      _go_container_json_value(values_${keyword} "${values_${keyword}}")
    endif()
    set(${prefix}_${keyword} "${values_${keyword}}" PARENT_SCOPE)
  endforeach()
endfunction()

# An argument that belongs to no keyword; the one before it may be full.
function(_go_container_error_unknown call word full keywords)
  _go_container_json_value(value "${word}")
  if(full)
    set(full ", as ${full} takes one value")
  endif()
  list(JOIN keywords ", " keywords)
  _go_container_error(
    "${call}"
    "unknown argument \"${value}\"${full}"
    "Remove it, or write it behind one of the keywords ${keywords}."
  )
endfunction()
