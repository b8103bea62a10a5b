# A script, run by the target image-refresh: pulls the images that others start from, each once, and touches
# <directory>/pruned of each container that starts from one that is another now. The rule of that container
# depends on the file, so the next build makes its image again.
#
# Wants the variables containers, a file with a line <directory>|<reference>|<reference>… for each, engine, the
# command of the engine, and pull, its words to pull an image that may be there already.
cmake_minimum_required(VERSION 3.25)

separate_arguments(pull)
file(STRINGS "${containers}" lines ENCODING UTF-8)
set(references "${lines}")
list(TRANSFORM references REPLACE "^[^|]*[|](.*)$" "\\1")
string(REPLACE "|" ";" references "${references}")
list(REMOVE_DUPLICATES references)

set(changed "")
set(failed "")
foreach(reference IN LISTS references)
  set(
    ask
    "${engine}"
    images
    --quiet
    --no-trunc
    "${reference}"
  )
  execute_process(COMMAND ${ask} OUTPUT_VARIABLE before ERROR_QUIET)
  execute_process(
    COMMAND "${engine}" ${pull} "${reference}"
    OUTPUT_VARIABLE words
    ERROR_VARIABLE words
    RESULT_VARIABLE result
  )
  execute_process(COMMAND ${ask} OUTPUT_VARIABLE after ERROR_QUIET)
  if(NOT result EQUAL 0)
    string(REGEX REPLACE "\n+$" "" words "${words}")
    string(REGEX REPLACE ".*\n" "" words "${words}")
    list(APPEND failed "${reference}")
    message(" image-refresh: ${reference} can't be pulled (${words}).")
  elseif(NOT before STREQUAL after)
    list(APPEND changed "${reference}")
    message(" image-refresh: ${reference} is another image now.")
  endif()
endforeach()

foreach(line IN LISTS lines)
  string(REPLACE "|" ";" parts "${line}")
  list(POP_FRONT parts directory)
  foreach(reference IN LISTS parts)
    if(reference IN_LIST changed)
      file(TOUCH "${directory}/pruned")
    endif()
  endforeach()
endforeach()

if(NOT failed STREQUAL "")
  message(
    FATAL_ERROR
    " image-refresh: what is in the store stays for those that can't be pulled.\n Correct BASE or BUILDER_IMAGE in add_go_container(), log in to the registry, or pin them by @sha256."
  )
endif()
