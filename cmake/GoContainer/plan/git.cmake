# What git says of the sources.

# out: the file or directory of that name in the directory or the nearest one above it; or nothing.
function(_go_container_git_above out directory name)
  set(${out} "" PARENT_SCOPE)
  while(NOT EXISTS "${directory}/${name}")
    cmake_path(GET directory PARENT_PATH parent)
    if(parent STREQUAL directory)
      return()
    endif()
    set(directory "${parent}")
  endwhile()
  set(${out} "${directory}/${name}" PARENT_SCOPE)
endfunction()

# Runs git in the directory. It writes nothing there, not even what it found out about times.
function(_go_container_git result output words directory)
  find_package(Git QUIET)
  set(found "git is not there")
  if(Git_FOUND)
    execute_process(
      COMMAND "${GIT_EXECUTABLE}" --no-optional-locks -C "${directory}" ${ARGN}
      RESULT_VARIABLE found
      OUTPUT_VARIABLE text
      ERROR_VARIABLE errors
      OUTPUT_STRIP_TRAILING_WHITESPACE
      ERROR_STRIP_TRAILING_WHITESPACE
    )
  endif()
  set(${result} "${found}" PARENT_SCOPE)
  set(${output} "${text}" PARENT_SCOPE)
  set(${words} "${errors}" PARENT_SCOPE)
endfunction()

# Stops where git tells nothing; asked: what wants it, by which option; words: git's own, of several lines.
function(
  _go_container_git_refused
  call
  asked
  option
  source
  words
)
  set(remedy "Commit something, or give ${option} a text.")
  if(NOT Git_FOUND AND words STREQUAL "")
    set(words "there is no git command")
    set(remedy "Install git, or give ${option} a text.")
  elseif(words MATCHES "safe\\.directory ([^\n]+)")
    set(
      remedy
      "It belongs to another user. If you trust it: git config --global --add safe.directory ${CMAKE_MATCH_1}"
    )
  endif()
  string(REGEX REPLACE "\n.*$" "" words "${words}")
  _go_container_error(
    "${call}"
    "${asked}, but git describes no commit of ${source}: ${words}"
    "${remedy}"
  )
endfunction()

# CMake configures again when a commit or a tag is another: the work tree may be one of several, and a reference in
# a file of its own, in packed-refs or in a reftable (git's gitrepository-layout).
function(_go_container_git_watch source)
  _go_container_git(
    result
    lines
    words
    "${source}"
    rev-parse
    --git-dir
    --git-common-dir
    --symbolic-full-name
    HEAD
  )
  string(REGEX MATCH "^([^\n]*)\n([^\n]*)\n?(.*)$" lines "${lines}")
  set(own "${CMAKE_MATCH_1}")
  set(common "${CMAKE_MATCH_2}")
  set(branch "${CMAKE_MATCH_3}")
  cmake_path(ABSOLUTE_PATH own BASE_DIRECTORY "${source}" NORMALIZE)
  cmake_path(ABSOLUTE_PATH common BASE_DIRECTORY "${source}" NORMALIZE)
  set(
    places
    "${own}/HEAD"
    "${own}/logs/HEAD"
    "${own}/index"
    "${common}/shallow"
    "${common}/config"
  )
  list(APPEND places "${common}/packed-refs" "${common}/reftable/tables.list")
  list(APPEND places "${own}/reftable/tables.list" "${common}/refs/tags")
  # A tag such as services/api/v1.2.0 is a file below directories of its own.
  file(GLOB_RECURSE tags LIST_DIRECTORIES TRUE "${common}/refs/tags/*")
  foreach(tag IN LISTS tags)
    if(IS_DIRECTORY "${tag}")
      list(APPEND places "${tag}")
    endif()
  endforeach()
  # The file of a branch comes when it leaves packed-refs.
  set(place "${common}/${branch}")
  while(branch MATCHES "^refs/" AND NOT place STREQUAL common)
    list(APPEND places "${place}")
    cmake_path(GET place PARENT_PATH place)
  endwhile()
  foreach(place IN LISTS places)
    if(EXISTS "${place}")
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${place}")
    endif()
  endforeach()
endfunction()

# CMake configures again at the first edit of a tracked file below the source, of a tree without edits.
function(_go_container_git_watch_edits source)
  _go_container_git(result tracked words "${source}" -c core.quotePath=false ls-files)
  string(REGEX REPLACE "[^\n]*[][;\\][^\n]*" "" tracked "${tracked}") # no names for CMake's lists
  string(REGEX MATCHALL "[^\n]+" tracked "${tracked}")
  foreach(file IN LISTS tracked)
    if(EXISTS "${source}/${file}")
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}/${file}")
    endif()
  endforeach()
endfunction()
