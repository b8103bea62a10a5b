# Splits the arguments of a public command at its keywords.

# words: the arguments as JSON strings. Behind it stand the keywords as <keyword>:<kind>; the kinds are
#   flag   takes no value
#   one    takes one value
#   many   takes values, and may be given several times
#   list   takes values, or none for an empty list
#   group  takes values; each time that it is given another group begins
#   of     takes one value, which belongs to the last group
# Sets <prefix>_<keyword> in the caller: TRUE, a value, or a list of JSON strings. Those of group n
# (from 0) are <prefix>_<keyword>_<n>; their number is <prefix>_GROUPS. A keyword that was not given
# takes its value from the variable GO_CONTAINER_<keyword>, where there is one.
function(_go_container_arguments prefix call words)
  set(keywords "")
  foreach(entry IN LISTS ARGN)
    string(REGEX MATCH "^([A-Z_]+):(.*)$" entry "${entry}")
    list(APPEND keywords ${CMAKE_MATCH_1})
    set(kind_${CMAKE_MATCH_1} ${CMAKE_MATCH_2})
    unset(${prefix}_${CMAKE_MATCH_1} PARENT_SCOPE) # the caller may see a variable of this name
  endforeach()

  set(given "")
  set(groups 0)
  set(keyword "")
  foreach(word IN LISTS words)
    if(word MATCHES "^\"([A-Z_]+)\"$" AND CMAKE_MATCH_1 IN_LIST keywords)
      set(keyword ${CMAKE_MATCH_1})
      set(kind ${kind_${keyword}})
      if(kind STREQUAL "group")
        math(EXPR groups "${groups} + 1")
      endif()
      _go_container_argument_key(key "${call}" ${keyword} ${kind} ${groups})
      if(NOT key IN_LIST given)
        list(APPEND given ${key})
        set(keyword_${key} ${keyword})
        set(values_${key} "")
      elseif(NOT kind STREQUAL "many")
        _go_container_error("${call}" "${keyword} is given twice" "Give it once.")
      endif()
    elseif(
      keyword STREQUAL ""
      OR kind STREQUAL "flag"
      OR (kind MATCHES "^(one|of)$" AND NOT values_${key} STREQUAL "")
    )
      _go_container_error_unknown("${call}" "${word}" "${keyword}" "${keywords}")
    else()
      list(APPEND values_${key} "${word}")
    endif()
  endforeach()

  foreach(key IN LISTS given)
    set(keyword ${keyword_${key}})
    _go_container_argument_value(value "${call}" ${keyword} ${kind_${keyword}} "${values_${key}}")
    set(${prefix}_${key} "${value}" PARENT_SCOPE)
  endforeach()
  set(${prefix}_GROUPS ${groups} PARENT_SCOPE)

  foreach(keyword IN LISTS keywords)
    if(DEFINED GO_CONTAINER_${keyword} AND NOT keyword IN_LIST given)
      _go_container_argument_default(value ${kind_${keyword}} "${GO_CONTAINER_${keyword}}")
      set(${prefix}_${keyword} "${value}" PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# out: what the values of a keyword are kept under.
function(
  _go_container_argument_key
  out
  call
  keyword
  kind
  groups
)
  set(${out} ${keyword} PARENT_SCOPE)
  if(kind MATCHES "^(group|of)$")
    if(groups EQUAL 0)
      _go_container_error("${call}" "${keyword} stands before FILES" "Write it behind them.")
    endif()
    math(EXPR group "${groups} - 1")
    set(${out} ${keyword}_${group} PARENT_SCOPE)
  endif()
endfunction()

function(
  _go_container_argument_value
  out
  call
  keyword
  kind
  values
)
  if(kind STREQUAL "flag")
    set(values TRUE)
  elseif(values STREQUAL "" AND NOT kind STREQUAL "list")
    _go_container_error("${call}" "${keyword} has no value" "Give it one, or remove ${keyword}.")
  elseif(kind MATCHES "^(one|of)$")
    _go_container_json_value(values "${values}")
  endif()
  set(${out} "${values}" PARENT_SCOPE)
endfunction()

# A variable's value in the form of an argument's.
function(_go_container_argument_default out kind value)
  if(kind MATCHES "^(many|list)$")
    set(strings "")
    foreach(item IN LISTS value)
      _go_container_json_string(string "${item}")
      list(APPEND strings "${string}")
    endforeach()
    set(value "${strings}")
  endif()
  set(${out} "${value}" PARENT_SCOPE)
endfunction()

# An argument that belongs to no keyword; the one before it may be full.
function(_go_container_error_unknown call word full keywords)
  _go_container_json_value(value "${word}")
  if(full)
    set(full ", as ${full} takes no more")
  endif()
  list(JOIN keywords ", " keywords)
  _go_container_error(
    "${call}"
    "unknown argument \"${value}\"${full}"
    "Remove it, or write it behind one of the keywords ${keywords}."
  )
endfunction()
