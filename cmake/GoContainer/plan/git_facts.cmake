# The facts that git knows of the sources, for STAMP and the labels.

# Sets git_commit, git_date, git_url and git_state: the commit of the sources, its time in UTC, where others get them,
# clean or dirty; as far as they are known. Of an archive that git made, they are in .git_archival.txt. Once for each
# repository. asked: what wants them, where it is an error that there are none.
function(_go_container_git_facts call source asked)
  foreach(fact commit date url state)
    set(git_${fact} "")
  endforeach()
  _go_container_git_archived("${source}")
  _go_container_git_above(repository "${source}" .git)
  if(git_commit STREQUAL "" AND repository)
    get_property(facts GLOBAL PROPERTY "_go_container_git_facts_${repository}")
    if(NOT facts)
      _go_container_git_ask(facts "${call}" "${source}" "${asked}")
      set_property(GLOBAL PROPERTY "_go_container_git_facts_${repository}" "${facts}")
    endif()
    list(POP_FRONT facts git_commit git_date git_state git_url)
    _go_container_git_watch("${source}")
    if(git_state STREQUAL "clean" AND asked MATCHES "TREE_STATE")
      _go_container_git_watch_edits("${source}")
    endif()
  elseif(git_commit STREQUAL "" AND NOT asked STREQUAL "")
    _go_container_error(
      "${call}"
      "${asked}, but ${source} is in no repository of git"
      "For source archives, commit a .git_archival.txt with node and node-date; or write a text."
    )
  endif()
  return(PROPAGATE git_commit git_date git_url git_state)
endfunction()

# The facts that git wrote into an archive. Nobody knows what was changed in it since.
function(_go_container_git_archived source)
  _go_container_git_above(archived "${source}" .git_archival.txt)
  if(archived)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${archived}")
    file(STRINGS "${archived}" lines REGEX "^node(-date)?: *[^$ ]+ *$")
    if(lines MATCHES "(^|;)node: *([0-9a-f]+)")
      set(git_commit "${CMAKE_MATCH_2}")
      set(git_state archive)
      if(lines MATCHES "(^|;)node-date: *([0-9TZ:+-]+)")
        _go_container_utc(git_date "${CMAKE_MATCH_2}")
      endif()
    endif()
  endif()
  return(PROPAGATE git_commit git_date git_state)
endfunction()

# out: what git says of the work tree: its commit, the time of that, clean or dirty, and its origin.
function(_go_container_git_ask out call source asked)
  if(asked STREQUAL "")
    set(asked "VERSION is GIT")
  endif()
  set(
    log
    -c
    log.showSignature=false
    log
    -1
    --format=%H/%ct
  )
  _go_container_git(result commit words "${source}" ${log})
  if(NOT result EQUAL 0 OR NOT commit MATCHES "^([0-9a-f]+)/([0-9]+)$")
    _go_container_git_refused("${call}" "${asked}" STAMP "${source}" "${words}")
  endif()
  set(hash "${CMAKE_MATCH_1}")
  _go_container_utc_of_seconds(date "${CMAKE_MATCH_2}")
  _go_container_git(result edits words "${source}" status --porcelain --untracked-files=no)
  set(state clean)
  if(NOT edits STREQUAL "")
    set(state dirty)
  endif()
  _go_container_git(result url words "${source}" config --get remote.origin.url)
  _go_container_git_public(url "${url}")
  set(${out} "${hash};${date};${state};${url}" PARENT_SCOPE)
endfunction()

# out: the URL as others may see it, without user and password; that of ssh as the one of a browser. Nothing of a
# directory of this machine.
function(_go_container_git_public out url)
  set(${out} "" PARENT_SCOPE)
  set(host "[A-Za-z0-9.-]+")
  set(path "/?([A-Za-z0-9._~%+-][A-Za-z0-9._~%+/-]*)")
  if(url MATCHES "^(https?)://([^/@]*@)?(${host}(:[0-9]+)?)/${path}$")
    set(public "${CMAKE_MATCH_1}://${CMAKE_MATCH_3}/${CMAKE_MATCH_5}")
  elseif(url MATCHES "^(ssh|git|git[+]ssh|ssh[+]git)://([^/@]*@)?(${host})(:[0-9]+)?/${path}$")
    set(public "https://${CMAKE_MATCH_3}/${CMAKE_MATCH_5}")
  elseif(url MATCHES "^([^/@:]*@)?(${host}):${path}$")
    set(public "https://${CMAKE_MATCH_2}/${CMAKE_MATCH_3}")
  else()
    return()
  endif()
  string(REGEX REPLACE "/+$" "" public "${public}")
  string(REGEX REPLACE "[.]git$" "" public "${public}")
  set(${out} "${public}" PARENT_SCOPE)
endfunction()

# out: a time of ISO 8601 with its distance from UTC, such as 2026-01-02T03:04:05+02:00, in UTC; nothing of another text.
function(_go_container_utc out time)
  set(${out} "" PARENT_SCOPE)
  if(time MATCHES "^[0-9]+$")
    _go_container_utc_of_seconds(time "${time}")
  elseif(
    time MATCHES "^([0-9]+)-([0-9][0-9])-([0-9][0-9])T([0-9][0-9]):([0-9][0-9]):([0-9][0-9])(.*)$"
  )
    # The days since 1970; a year begins in March here, so that a leap day is its last one. A 1 before two digits, as
    # CMake would take 08 for octal.
    set(zone "${CMAKE_MATCH_7}")
    math(EXPR year "${CMAKE_MATCH_1} - (14 - 1${CMAKE_MATCH_2} % 100) / 12")
    math(EXPR month "(1${CMAKE_MATCH_2} % 100 + 9) % 12")
    math(EXPR days "365 * ${year} + ${year} / 4 - ${year} / 100 + ${year} / 400 - 719469")
    math(EXPR days "${days} + (153 * ${month} + 2) / 5 + 1${CMAKE_MATCH_3} % 100")
    math(EXPR minutes "(1${CMAKE_MATCH_4} % 100) * 60 + 1${CMAKE_MATCH_5} % 100")
    math(EXPR seconds "(${days} * 1440 + ${minutes}) * 60 + 1${CMAKE_MATCH_6} % 100")
    if(zone MATCHES "^([+-])([0-9][0-9]):?([0-9][0-9])$")
      math(EXPR east "(1${CMAKE_MATCH_2} % 100) * 60 + 1${CMAKE_MATCH_3} % 100")
      math(EXPR seconds "${seconds} - (${CMAKE_MATCH_1}60) * ${east}")
    endif()
    _go_container_utc_of_seconds(time "${seconds}")
  else()
    return()
  endif()
  set(${out} "${time}" PARENT_SCOPE)
endfunction()

# out: the time so many seconds after 1970 began, as RFC 3339 has it in UTC.
function(_go_container_utc_of_seconds out seconds)
  set(given FALSE)
  if(DEFINED ENV{SOURCE_DATE_EPOCH})
    set(given TRUE)
    set(before "$ENV{SOURCE_DATE_EPOCH}")
  endif()
  set(ENV{SOURCE_DATE_EPOCH} "${seconds}") # what CMake takes for the time
  string(TIMESTAMP time "%Y-%m-%dT%H:%M:%SZ" UTC)
  unset(ENV{SOURCE_DATE_EPOCH})
  if(given)
    set(ENV{SOURCE_DATE_EPOCH} "${before}")
  endif()
  set(${out} "${time}" PARENT_SCOPE)
endfunction()
