# CACHE_FROM and CACHE_TO: where a build takes the steps of an earlier one from, and where it puts its own.

function(_go_container_plan_caches call)
  _go_container_engine_facts_of(${plan_engine} caches result)
  set(plan_caches "")
  set(written "")
  foreach(keyword CACHE_FROM CACHE_TO)
    string(TOLOWER "--${keyword}" flag)
    string(REPLACE "_" "-" flag "${flag}")
    foreach(string IN LISTS arg_${keyword})
      _go_container_json_value(value "${string}")
      _go_container_check_cache("${call}" ${keyword} "${value}")
      _go_container_name_cache(value "${call}" ${keyword} "${value}")
      if("${fact_caches}" STREQUAL "buildkit")
        list(APPEND plan_caches ${flag} "${value}")
        if(keyword STREQUAL "CACHE_TO" AND NOT value MATCHES "^type=inline")
          list(APPEND written "${value}")
        endif()
      elseif(
        "${fact_caches}" STREQUAL "repository"
        AND value MATCHES "^type=registry,.*ref=([^,]+)"
      )
        string(REGEX REPLACE "(@sha256:.*|:[^/]*)$" "" value "${CMAKE_MATCH_1}")
        list(APPEND plan_caches ${flag} "${value}")
      else()
        _go_container_tell_unused_cache(${keyword} "${value}")
      endif()
    endforeach()
  endforeach()
  _go_container_check_cache_places("${call}" "${written}")
  if("${fact_caches}" STREQUAL "buildkit" AND COMMAND _go_container_${plan_engine}_check_caches)
    cmake_language(CALL _go_container_${plan_engine}_check_caches "${call}" "${written}")
  endif()
  return(PROPAGATE plan_caches)
endfunction()

# Stops at a value that is not written as BuildKit wants it.
function(_go_container_check_cache call keyword value)
  if(
    NOT
      value MATCHES "^type=(registry|local|inline|gha|s3|azblob)(,[a-z][a-z0-9_-]*=[^][,;\"\n]+)*$"
  )
    _go_container_error(
      "${call}"
      "${keyword}: \"${value}\" is not a cache"
      "Write it as for docker buildx build: type=registry,ref=<image>, or the type local, inline, gha, s3 or azblob with its own keys, without quotes."
    )
  endif()
  set(type ${CMAKE_MATCH_1})
  set(directory src)
  if(keyword STREQUAL "CACHE_TO")
    set(directory dest)
  endif()
  if(type STREQUAL "registry" AND NOT value MATCHES ",ref=")
    _go_container_error("${call}" "${keyword}: \"${value}\" has no ref" "Add ref=<image>.")
  elseif(type STREQUAL "inline" AND keyword STREQUAL "CACHE_FROM")
    _go_container_error(
      "${call}"
      "CACHE_FROM: \"${value}\" names no place"
      "Write type=registry,ref=<the image that was pushed with an inline cache>."
    )
  elseif(type STREQUAL "local" AND NOT value MATCHES ",${directory}=/")
    _go_container_error(
      "${call}"
      "${keyword}: \"${value}\" has no absolute path in ${directory}"
      "Write ${directory}=<directory>, such as \${CMAKE_BINARY_DIR}/cache."
    )
  endif()
endfunction()

# out: the value, in which a place that ends with a slash gets the name of the container, as in PUSH. What is for several
# platforms has a place for each, as each build replaces what is there, except where one build makes an archive of all.
function(_go_container_name_cache out call keyword value)
  string(TOLOWER "${plan_name}" name)
  string(REGEX REPLACE "(,(ref|src|dest|scope|name)=[^,]*/)(,|$)" "\\1${name}\\3" value "${value}")
  if(
    "${plan_platforms}" MATCHES ";"
    AND fact_result STREQUAL "store"
    AND NOT value MATCHES "@sha256:"
  )
    string(REGEX REPLACE "(,(ref|src|dest|scope|name)=[^,]*)" "\\1-@part@" value "${value}")
  endif()
  _go_container_reference_regex(regex)
  string(REPLACE "@part@" "part" plain "${value}")
  if(plain MATCHES ",ref=([^,]+)")
    set(reference "${CMAKE_MATCH_1}")
    if(NOT reference MATCHES "^${regex}(@sha256:[0-9a-f]+)?$")
      _go_container_error(
        "${call}"
        "${keyword}: ref \"${reference}\" is not a reference"
        "Write <registry>/<repository>[:<tag>], or <registry>/<path>/ to add the name."
      )
    endif()
  endif()
  set(${out} "${value}" PARENT_SCOPE)
endfunction()

# Stops where another container writes to the same place.
function(_go_container_check_cache_places call values)
  foreach(value IN LISTS values)
    string(REGEX MATCHALL "(type|ref|dest|bucket|scope|name|prefix)=[^,]+" place "${value}")
    get_property(other GLOBAL PROPERTY "_go_container_cache_of_${place}")
    if(other AND NOT other STREQUAL plan_name)
      _go_container_error(
        "${call}"
        "CACHE_TO: \"${value}\" is the cache of ${other}, too, and each build would replace that of the other"
        "Give it a ref, dest, scope or name that ends with a slash: it gets the name of the container."
      )
    endif()
    set_property(GLOBAL PROPERTY "_go_container_cache_of_${place}" ${plan_name})
  endforeach()
endfunction()

# Tells once of each type of cache that the engine has no use for it.
function(_go_container_tell_unused_cache keyword value)
  string(REGEX REPLACE ",.*" "" type "${value}")
  get_property(told GLOBAL PROPERTY "_go_container_told_of_${keyword}_${type}")
  if(NOT told)
    message(STATUS "GoContainer: engine ${plan_engine} does not use ${keyword} ${type}")
    set_property(GLOBAL PROPERTY "_go_container_told_of_${keyword}_${type}" TRUE)
  endif()
endfunction()

# all, read: the flags of a build, and those of one that writes no cache; @part@ in them stands for the platform.
function(_go_container_cache_flags all read)
  set(flags ${plan_caches})
  list(FIND flags --cache-to first)
  list(SUBLIST flags 0 ${first} flags)
  set(${all} ${plan_caches} PARENT_SCOPE)
  set(${read} ${flags} PARENT_SCOPE)
endfunction()
