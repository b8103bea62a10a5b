# Finds the keyword that was meant by a word with a slip in it.

# A value that a keyword takes may be a keyword itself, with a slip: then what was to follow it is
# swallowed, such as the budget of MAX_SIZ. Not so a short word, and not GO_ENV's, which are names in capital
# letters, too, such as GOFLAGS.
function(_go_container_warn_misspelt call command word taker)
  if(taker STREQUAL "GO_ENV" OR NOT word MATCHES "....")
    return()
  endif()
  _go_container_meant(keyword ${command} ${word})
  if(keyword)
    _go_container_warning(
      "${call}"
      "${taker} takes \"${word}\" for its value"
      "Did you mean the keyword ${keyword}?"
    )
  endif()
endfunction()

# out: the keyword of the command that was meant by a word with one slip: a letter too much, too few, wrong, or two
# in each other's place. Nothing where there is none.
function(_go_container_meant out command word)
  set(${out} "" PARENT_SCOPE)
  if(NOT word MATCHES "^[A-Z0-9_]+$")
    return()
  endif()
  set(forms "")
  string(LENGTH ${word} length)
  foreach(index RANGE ${length})
    string(SUBSTRING ${word} 0 ${index} before)
    string(SUBSTRING ${word} ${index} -1 behind)
    list(APPEND forms "${before}.${behind}")
    if(behind MATCHES "^(.)(.?)(.*)$")
      list(APPEND forms "${before}.?${CMAKE_MATCH_2}${CMAKE_MATCH_3}")
      list(APPEND forms "${before}${CMAKE_MATCH_2}${CMAKE_MATCH_1}${CMAKE_MATCH_3}")
    endif()
  endforeach()
  list(JOIN forms "|" forms)
  get_property(keywords GLOBAL PROPERTY _go_container_${command}_keywords)
  list(FILTER keywords INCLUDE REGEX "^(${forms})$")
  list(JOIN keywords " or " keywords)
  set(${out} "${keywords}" PARENT_SCOPE)
endfunction()
