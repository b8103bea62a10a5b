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
      list(APPEND given ${keyword})
    elseif(keyword STREQUAL "")
      _go_container_json_value(value "${word}")
      list(JOIN keywords " " known)
      _go_container_error(
        "${call}"
        "unknown argument \"${value}\""
        "Remove it, or put it behind one of: ${known}."
      )
    else()
      list(APPEND values_${keyword} "${word}")
    endif()
  endforeach()

  list(REMOVE_DUPLICATES given)
  foreach(keyword IN LISTS given)
    list(LENGTH values_${keyword} count)
    if(count EQUAL 0 AND NOT keyword IN_LIST _MAY_BE_EMPTY)
      _go_container_error("${call}" "${keyword} has no value" "Give it one, or remove ${keyword}.")
    endif()
    if(keyword IN_LIST _MANY)
      set(${prefix}_${keyword} "${values_${keyword}}" PARENT_SCOPE)
      continue()
    endif()
    if(count GREATER 1)
      _go_container_json_array(array "${values_${keyword}}")
      _go_container_json_text(array "${array}")
      _go_container_error(
        "${call}"
        "${keyword} takes one value, but has ${count}: ${array}"
        "Give ${keyword} once, with one value."
      )
    endif()
    _go_container_json_value(value "${values_${keyword}}")
    set(${prefix}_${keyword} "${value}" PARENT_SCOPE)
  endforeach()
endfunction()
