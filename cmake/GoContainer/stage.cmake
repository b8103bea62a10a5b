# Run by the build, as a script: copies the files of each list <directory>/stage/<kind>/<n>.txt to
# <directory>/context/<kind>/<n>, with modes that do not depend on anybody's umask; the kinds are files
# and overlay. The first line of a list is the mode of its files, or empty. A directory with a slash at its end stands for what is in it.
# What was staged stays as it is where nothing about its files changed, which stage/<kind>/<n>.staged tells.
cmake_policy(VERSION 3.25)

# Moves the first line of a text to a variable.
function(_take_line line text)
  string(FIND "${${text}}" "\n" length)
  string(SUBSTRING "${${text}}" 0 ${length} first)
  math(EXPR length "${length} + 1")
  string(SUBSTRING "${${text}}" ${length} -1 rest)
  set(${line} "${first}" PARENT_SCOPE)
  set(${text} "${rest}" PARENT_SCOPE)
endfunction()

# out: what the system says of all files of a list: it differs where one of them was written, replaced or
# got another mode, whatever its time says. Empty where the system does not tell that.
function(_state out lines)
  set(files "${lines}")
  _take_line(mode files)
  string(REGEX REPLACE "[][;\\]" "" odd "${files}")
  set(${out} "" PARENT_SCOPE)
  if(files STREQUAL "" OR NOT odd STREQUAL files)
    return()
  endif()
  string(REGEX MATCHALL "[^\n]+" files "${files}")
  execute_process(
    COMMAND find -H ${files} -printf "%p %y %m %s %T@ %C@ %i %l\\n"
    OUTPUT_VARIABLE state
    ERROR_QUIET
    RESULT_VARIABLE result
  )
  if(result EQUAL 0)
    set(${out} "${lines}${state}" PARENT_SCOPE)
  endif()
endfunction()

file(GLOB lists RELATIVE "${directory}/stage" "${directory}/stage/*/*.txt")
file(
  GLOB former
  RELATIVE "${directory}/context"
  "${directory}/context/files/*"
  "${directory}/context/overlay/*"
)
foreach(group IN LISTS former)
  if(NOT "${group}.txt" IN_LIST lists)
    file(REMOVE_RECURSE "${directory}/context/${group}")
  endif()
endforeach()
foreach(list IN LISTS lists)
  string(REPLACE ".txt" "" group "${list}")
  set(staged "${directory}/context/${group}")
  string(REGEX REPLACE "/.*$" "" option "${group}")
  string(TOUPPER "${option}" option)
  set(record "${directory}/stage/${group}.staged")
  file(READ "${directory}/stage/${list}" lines)
  _state(state "${lines}")
  set(former "")
  if(EXISTS "${record}" AND IS_DIRECTORY "${staged}")
    file(READ "${record}" former)
  endif()
  if(NOT state STREQUAL "" AND state STREQUAL former)
    continue()
  endif()
  file(REMOVE_RECURSE "${record}" "${staged}")
  file(MAKE_DIRECTORY "${staged}")
  _take_line(mode lines)
  while(NOT lines STREQUAL "")
    _take_line(file lines)
    string(REGEX REPLACE "/$" "" path "${file}")
    if(NOT EXISTS "${path}" AND NOT IS_SYMLINK "${path}")
      message(
        FATAL_ERROR
        " ${call}: ${option}: there is no ${path}.\n Correct the path, or build the target that makes it."
      )
    endif()
    if(IS_DIRECTORY "${path}")
      set(copy cp -RPp)
      if(NOT path STREQUAL file)
        string(APPEND path "/.")
      endif()
    else()
      set(copy cp -Lp)
    endif()
    execute_process(COMMAND ${copy} "${path}" "${staged}/" COMMAND_ERROR_IS_FATAL ANY)
  endwhile()
  execute_process(COMMAND chmod -R u=rwX,go=rX "${staged}" COMMAND_ERROR_IS_FATAL ANY)
  if(mode)
    execute_process(
      COMMAND find "${staged}" -type f -exec chmod "${mode}" "{}" +
      COMMAND_ERROR_IS_FATAL ANY
    )
  endif()
  if(NOT state STREQUAL "")
    file(WRITE "${record}" "${state}")
  endif()
endforeach()
