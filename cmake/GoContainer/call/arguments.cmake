# Splits the arguments of a public command at its keywords.

# Declares the keywords of a public command, each as <keyword>:<kind>[:<group>]. The kinds are
#   first  takes no value, and comes before all others; elsewhere it is a value, such as ALL behind TESTS
#   flag   takes no value
#   one    takes one value
#   many   takes values, and may be given several times
#   list   takes values, or none for an empty list
# and with the group + each time that the keyword is given another group begins, while another group
# tells the keyword, or keywords with | between them, whose last group this one belongs to.
function(_go_container_keywords command)
  set(keywords "")
  set(first "")
  set(flag "")
  set(one "")
  set(many "")
  set(condition "") # of an if(): one of the variables that stand for keywords is defined
  foreach(entry IN LISTS ARGN)
    string(REGEX MATCH "^([^:]*):(.*)$" entry "${entry}")
    set(keyword ${CMAKE_MATCH_1})
    set(kind "${CMAKE_MATCH_2}")
    list(APPEND keywords ${keyword})
    set_property(GLOBAL PROPERTY _go_container_${command}_${keyword} "${kind}")
    if(NOT kind MATCHES ":")
      list(APPEND condition OR DEFINED GO_CONTAINER_${keyword})
    endif()
    string(REPLACE "list" "many" kind "${kind}")
    list(APPEND ${kind} ${keyword}) # with a group, to a list that nobody reads
  endforeach()
  list(POP_FRONT condition)
  foreach(
    list
    keywords
    condition
    first
    flag
    one
    many
  )
    set_property(GLOBAL PROPERTY _go_container_${command}_${list} "${${list}}")
  endforeach()
endfunction()

# Splits the arguments of the calling function behind the first, which is a public command with these keywords,
# and sets words to them. Sets <prefix>_<keyword>: TRUE, a value, or a list of JSON strings. Those of group n (from 0)
# are <prefix>_<keyword>_<n>, <prefix>_GROUP_<n> is the keyword that began it, <prefix>_group_count the number of groups. A
# macro, as the variables are the caller's, who may see others of these names from outside: one command, which finds
# no argument, unsets all.
macro(_go_container_arguments prefix call command)
  set(_go_container_rest ARGN) # by its name: ${ARGN} would be that of the macro
  set(words "${${_go_container_rest}}")
  list(LENGTH words _go_container_length)
  math(EXPR _go_container_length "${_go_container_length} + 1")
  # Mostly none is empty or has a letter that means something.
  set(_go_container_plain FALSE)
  if(_go_container_length EQUAL ARGC AND NOT ";${words};" MATCHES "[^ !#-Z^-~]|;;")
    _go_container_plain_arguments(_go_container_plain ${prefix} ${command})
  endif()
  if(NOT _go_container_plain)
    _go_container_words(words)
    _go_container_take_words(${prefix} "${call}" ${command})
  endif()
endmacro()

# Splits the variable words, of JSON strings, in that way.
macro(_go_container_take_words prefix call command)
  get_property(_go_container_known GLOBAL PROPERTY _go_container_${command}_keywords)
  cmake_parse_arguments(${prefix} "" "${_go_container_known}" "")
  _go_container_split(${prefix} "${call}" ${command} "${words}")
endmacro()

# plain: whether CMake itself can split the words, of which none has a letter that means something; then they are split.
# It can't where there is anything to say of them, or a group. A macro, as it sets the variables of the caller, and
# without the words among its arguments, which would be evaluated again.
macro(_go_container_plain_arguments plain prefix command)
  get_property(_go_container_flag GLOBAL PROPERTY _go_container_${command}_flag)
  get_property(_go_container_one GLOBAL PROPERTY _go_container_${command}_one)
  get_property(_go_container_many GLOBAL PROPERTY _go_container_${command}_many)
  set(_go_container_capitals ${words})
  list(FILTER _go_container_capitals INCLUDE REGEX "^[A-Z][A-Z0-9_]*$")
  set(_go_container_unknown ${_go_container_capitals})
  list(
    REMOVE_ITEM _go_container_unknown
    ""
    ${_go_container_flag}
    ${_go_container_one}
    ${_go_container_many}
  )
  list(FILTER _go_container_unknown EXCLUDE REGEX "^..?.?$") # ON, or GIT
  list(LENGTH _go_container_capitals _go_container_given)
  list(REMOVE_DUPLICATES _go_container_capitals)
  list(LENGTH _go_container_capitals _go_container_different)
  if(_go_container_unknown STREQUAL "" AND _go_container_given EQUAL _go_container_different)
    cmake_parse_arguments(
      ${prefix}
      "${_go_container_flag}"
      "${_go_container_one}"
      "${_go_container_many}"
      ${words}
    )
    if(NOT DEFINED ${prefix}_UNPARSED_ARGUMENTS AND NOT DEFINED ${prefix}_KEYWORDS_MISSING_VALUES)
      unset(${prefix}_ALL) # a first keyword, which is not parsed here
      foreach(_go_container_keyword IN LISTS _go_container_capitals)
        if(_go_container_keyword IN_LIST _go_container_many)
          list(TRANSFORM ${prefix}_${_go_container_keyword} REPLACE "(.+)" "\"\\1\"")
        endif()
      endforeach()
      foreach(_go_container_keyword IN LISTS _go_container_flag)
        if(NOT ${prefix}_${_go_container_keyword}) # CMake defines it
          unset(${prefix}_${_go_container_keyword})
        endif()
      endforeach()
      set(${prefix}_group_count 0)
      set(${plain} TRUE)
    endif()
  endif()
endmacro()

# words: the arguments of the caller behind the first, as JSON strings. A macro, as it reads them by
# number: ARGN would lose empty ones, and take semicolons and brackets apart.
macro(_go_container_words words)
  set(${words} "")
  set(_go_container_index 1)
  while(_go_container_index LESS ARGC)
    _go_container_json_string(_go_container_word "${ARGV${_go_container_index}}")
    list(APPEND ${words} "${_go_container_word}")
    math(EXPR _go_container_index "${_go_container_index} + 1")
  endwhile()
endmacro()

function(_go_container_split prefix call command words)
  set(given "")
  set(groups 0)
  set(group "") # the keyword that began the last one
  set(keyword "")
  set(key "")
  foreach(word IN LISTS words)
    set(entry "")
    if(word MATCHES "^\"([A-Z0-9_]+)\"$")
      get_property(entry GLOBAL PROPERTY _go_container_${command}_${CMAKE_MATCH_1})
    endif()
    if(entry AND (NOT entry STREQUAL "first" OR given STREQUAL ""))
      set(keyword ${CMAKE_MATCH_1})
      set(key ${keyword})
      if(entry MATCHES "^(.*):(.*)$")
        set(entry ${CMAKE_MATCH_1})
        if(CMAKE_MATCH_2 STREQUAL "+")
          set(group ${keyword})
          set(${prefix}_GROUP_${groups} ${keyword} PARENT_SCOPE)
          set(key ${keyword}_${groups})
          math(EXPR groups "${groups} + 1")
        else()
          _go_container_check_group("${call}" ${keyword} "${CMAKE_MATCH_2}" "${group}")
          math(EXPR last "${groups} - 1")
          set(key ${keyword}_${last})
        endif()
      endif()
      set(kind ${entry})
      if(NOT key IN_LIST given)
        list(APPEND given ${key})
        set(keyword_${key} ${keyword})
        set(kind_${key} ${kind})
        set(values_${key} "")
      elseif(NOT kind STREQUAL "many")
        _go_container_error("${call}" "${keyword} is given twice" "Give it once.")
      endif()
    elseif(
      keyword STREQUAL ""
      OR kind MATCHES "^(flag|first)$"
      OR (kind STREQUAL "one" AND NOT values_${key} STREQUAL "")
    )
      _go_container_error_unknown("${call}" ${command} "${word}" "${keyword}")
    else()
      list(APPEND values_${key} "${word}")
      if(word MATCHES "^\"([A-Z][A-Z0-9_]*)\"$")
        _go_container_warn_misspelt("${call}" ${command} ${CMAKE_MATCH_1} ${keyword})
      endif()
    endif()
  endforeach()

  foreach(key IN LISTS given)
    set(value "${values_${key}}")
    if(NOT kind_${key} STREQUAL "many" OR value STREQUAL "")
      _go_container_argument_value(value "${call}" ${keyword_${key}} ${kind_${key}} "${value}")
    endif()
    set(${prefix}_${key} "${value}" PARENT_SCOPE)
  endforeach()
  set(${prefix}_group_count ${groups} PARENT_SCOPE)
endfunction()

# The keywords that were not given take their values from the variables GO_CONTAINER_<keyword>, where
# there are such. arg_FROM_VARIABLES are these keywords.
function(_go_container_arguments_default command)
  set(arg_FROM_VARIABLES "" PARENT_SCOPE)
  # Mostly there is no such variable, which one condition finds out: the loop costs as much as a third
  # of a container.
  get_property(condition GLOBAL PROPERTY _go_container_${command}_condition)
  if(${condition})
    set(filled "")
    get_property(keywords GLOBAL PROPERTY _go_container_${command}_keywords)
    foreach(keyword IN LISTS keywords)
      get_property(kind GLOBAL PROPERTY _go_container_${command}_${keyword})
      if(DEFINED GO_CONTAINER_${keyword} AND NOT DEFINED arg_${keyword} AND NOT kind MATCHES ":")
        _go_container_argument_default(value ${kind} "${GO_CONTAINER_${keyword}}")
        set(arg_${keyword} "${value}" PARENT_SCOPE)
        list(APPEND filled ${keyword})
      endif()
    endforeach()
    set(arg_FROM_VARIABLES "${filled}" PARENT_SCOPE)
  endif()
endfunction()

# Stops at a keyword that does not belong to the last group.
function(_go_container_check_group call keyword wanted last)
  set(regex "^(${wanted})$")
  string(REPLACE "|" " or " wanted "${wanted}")
  if(last STREQUAL "")
    _go_container_error("${call}" "${keyword} comes before ${wanted}" "Write it after ${wanted}.")
  elseif(NOT last MATCHES "${regex}")
    _go_container_error(
      "${call}"
      "${keyword} follows ${last}, but belongs to ${wanted}"
      "Write it after ${wanted}."
    )
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
  if(kind MATCHES "^(flag|first)$")
    set(values TRUE)
  elseif(values STREQUAL "" AND NOT kind STREQUAL "list")
    _go_container_error("${call}" "${keyword} has no value" "Give it one, or remove ${keyword}.")
  elseif(kind STREQUAL "one")
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

# out: whether the argument, ON or OFF, is on; OFF where it is not given. Reads the arg_ variables of the caller.
function(_go_container_switch out call keyword)
  set(${out} FALSE PARENT_SCOPE)
  if(NOT DEFINED arg_${keyword})
    return()
  endif()
  string(TOUPPER "${arg_${keyword}}" value)
  if(NOT value MATCHES "^(1|ON|YES|TRUE|Y|0|OFF|NO|FALSE|N|)$")
    _go_container_error(
      "${call}"
      "${keyword} \"${arg_${keyword}}\" is neither ON nor OFF"
      "Write one of them."
    )
  endif()
  if(value)
    set(${out} TRUE PARENT_SCOPE)
  endif()
endfunction()

# An argument that belongs to no keyword; the one before it may be full.
function(_go_container_error_unknown call command word full)
  _go_container_json_value(value "${word}")
  if(full)
    set(full ": ${full} takes no further value")
  endif()
  get_property(first GLOBAL PROPERTY _go_container_${command}_first)
  _go_container_meant(keyword ${command} "${value}")
  if(value IN_LIST first)
    set(remedy "Write it once, directly after the name.")
  elseif(keyword)
    set(remedy "Did you mean ${keyword}?")
  else()
    get_property(keywords GLOBAL PROPERTY _go_container_${command}_keywords)
    list(REMOVE_ITEM keywords "" ${first})
    list(JOIN keywords ", " keywords)
    set(remedy "Remove it, or write it after one of the keywords ${keywords}.")
  endif()
  _go_container_error("${call}" "unknown argument \"${value}\"${full}" "${remedy}")
endfunction()
