# The engine buildkit: a BuildKit daemon, by its own command buildctl; no docker. The image is an archive, as the daemon
# has no store that anything else reads.
include("${CMAKE_CURRENT_LIST_DIR}/../base/environment.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/not_built.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/not_fetched.cmake")

function(_go_container_buildkit_facts)
  _go_container_engine_facts(
    buildkit
    RANK 4
    COMMAND buildctl
    RESULT archive
    AGAIN --no-cache
    NO_IMAGE --output type=cacheonly
    CACHES buildkit
    VARIABLES BUILDKIT_HOST BUILDKIT_TLS_DIR
  )
endfunction()

function(_go_container_buildkit_probe refusal remedy)
  _go_container_buildkit_settings()
  set(host "${GO_CONTAINER_BUILDKIT_HOST}")
  _go_container_buildkit_check_settings(why mend)
  if(why STREQUAL "")
    set(daemon --addr "${host}")
    if(NOT GO_CONTAINER_BUILDKIT_TLS_DIR STREQUAL "")
      list(APPEND daemon --tlsdir "${GO_CONTAINER_BUILDKIT_TLS_DIR}")
    endif()
    _go_container_buildkit_workers(why mend said "${GO_CONTAINER_BUILDKIT}" "${daemon}")
  endif()
  if(why STREQUAL "" AND NOT said MATCHES "BuildKit:[ \t]+[^ \t\n]")
    set(why "the BuildKit daemon at ${host} is older than 0.11")
    set(mend "Start a newer one.")
  endif()
  set(${refusal} "${why}" PARENT_SCOPE)
  set(${remedy} "${mend}" PARENT_SCOPE)
  if(NOT why STREQUAL "")
    return()
  endif()
  string(REGEX MATCH "Platforms:[ \t]+linux/([a-z0-9]+)" platform "${said}")
  _go_container_fact(buildkit architecture "${CMAKE_MATCH_1}")
  _go_container_fact(buildkit detail " at ${host}")
  list(JOIN daemon "|" flags)
  _go_container_fact(buildkit daemon "${flags}")
  _go_container_fact(buildkit named_contexts TRUE)
  _go_container_place(script scripts/build_by_buildctl.sh)
  _go_container_fact(buildkit build "sh;${script};${GO_CONTAINER_BUILDKIT};${daemon};build")
endfunction()

# Makes the cache variables. The build tree keeps what BUILDKIT_HOST of the environment was when it was configured first.
function(_go_container_buildkit_settings)
  set(
    GO_CONTAINER_BUILDKIT_HOST
    ""
    CACHE STRING
    "The address of the BuildKit daemon that makes the images"
  )
  set(
    GO_CONTAINER_BUILDKIT_TLS_DIR
    ""
    CACHE PATH
    "The directory with the certificates for that daemon"
  )
  _go_container_environment(host BUILDKIT_HOST)
  if("${GO_CONTAINER_BUILDKIT_HOST}" STREQUAL "" AND NOT host STREQUAL "")
    set_property(CACHE GO_CONTAINER_BUILDKIT_HOST PROPERTY VALUE "${host}")
  endif()
endfunction()

# refusal, remedy: what is wrong with these variables; nothing where they can be used.
function(_go_container_buildkit_check_settings refusal remedy)
  set(${refusal} "" PARENT_SCOPE)
  set(host "${GO_CONTAINER_BUILDKIT_HOST}")
  set(tls "${GO_CONTAINER_BUILDKIT_TLS_DIR}")
  set(
    ${remedy}
    "Give the address of one: -D GO_CONTAINER_BUILDKIT_HOST=tcp://<host>:<port>, or unix://<socket>."
    PARENT_SCOPE
  )
  if(host STREQUAL "")
    set(${refusal} "GO_CONTAINER_BUILDKIT_HOST names no BuildKit daemon" PARENT_SCOPE)
  elseif(NOT host MATCHES "^[a-z][a-z-]*://[^;]+$")
    set(${refusal} "GO_CONTAINER_BUILDKIT_HOST \"${host}\" is not an address" PARENT_SCOPE)
  elseif(NOT tls STREQUAL "" AND NOT EXISTS "${tls}/ca.pem" AND NOT EXISTS "${tls}/ca.crt")
    set(
      ${refusal}
      "GO_CONTAINER_BUILDKIT_TLS_DIR, ${tls}, has neither ca.pem nor ca.crt"
      PARENT_SCOPE
    )
    set(
      ${remedy}
      "Name the directory that has ca.pem, cert.pem and key.pem, or ca.crt, tls.crt and tls.key."
      PARENT_SCOPE
    )
  endif()
endfunction()

# refusal, remedy: why the daemon can't build, and what helps; said: what it tells of its workers. daemon: the flags that
# say where it is.
function(
  _go_container_buildkit_workers
  refusal
  remedy
  said
  buildctl
  daemon
)
  set(${refusal} "" PARENT_SCOPE)
  set(${remedy} "" PARENT_SCOPE)
  _go_container_builder_patience(patience)
  execute_process(
    COMMAND "${buildctl}" ${daemon} debug workers --verbose
    RESULT_VARIABLE result
    OUTPUT_VARIABLE output
    ERROR_VARIABLE words
    ERROR_STRIP_TRAILING_WHITESPACE
    TIMEOUT ${patience}
  )
  set(${said} "${output}" PARENT_SCOPE)
  if(result EQUAL 0 AND output MATCHES "Platforms:[ \t]+linux/")
    return()
  endif()
  list(GET daemon 1 host)
  if(result EQUAL 0)
    set(${refusal} "the BuildKit daemon at ${host} has no worker for Linux" PARENT_SCOPE)
    set(${remedy} "Start one for Linux, or give the address of another one." PARENT_SCOPE)
    return()
  endif()
  set(why "")
  if(words MATCHES "((certificate|tls|x509|permission denied|no such host)[^\n\"]*)")
    set(why " (${CMAKE_MATCH_1})")
  endif()
  set(${refusal} "no BuildKit daemon answers at ${host}${why}" PARENT_SCOPE)
  set(
    mend
    "Start it, or give the address of another one by -D GO_CONTAINER_BUILDKIT_HOST=<address>."
  )
  if(host MATCHES "^tcp:" AND NOT "--tlsdir" IN_LIST daemon)
    string(
      APPEND mend
      " If it wants certificates, give yours by -D GO_CONTAINER_BUILDKIT_TLS_DIR=<directory>."
    )
  endif()
  set(${remedy} "${mend}" PARENT_SCOPE)
endfunction()

# explained: whether the reason is that the daemon went away or has no room, or an image that can't be fetched; that is said
# in one line.
function(_go_container_buildkit_explain explained call buildctl images)
  set(${explained} TRUE PARENT_SCOPE)
  string(REPLACE "|" ";" daemon "${daemon}") # the flags that say where it is
  list(GET daemon 1 host)
  set(called "the BuildKit daemon at ${host}")
  set(
    mend
    "Start it anew, or give the address of another one by -D GO_CONTAINER_BUILDKIT_HOST=<address>."
  )
  _go_container_tell_silent(told "${status}" "${called}" "${mend}")
  if(told)
    return()
  endif()
  _go_container_buildkit_workers(why mend said "${buildctl}" "${daemon}")
  if(NOT why STREQUAL "")
    message(NOTICE "GoContainer: ${why}. The last good image is kept. ${mend} Then build again.")
    return()
  endif()
  string(TIMESTAMP time "%s%f")
  _go_container_buildkit_try(said "${buildctl}" TIME=${time} room.Dockerfile)
  _go_container_tell_not_built(
    told
    "${status}"
    "${called}"
    "${said}"
    "buildctl --addr ${host} prune"
  )
  if(told)
    return()
  endif()
  string(REPLACE "," ";" images "${images}")
  foreach(image IN LISTS images)
    _go_container_buildkit_fetch(why "${buildctl}" "${image}")
    if(NOT why STREQUAL "")
      _go_container_tell_not_fetched("${call}" "${image}" "${why}")
      return()
    endif()
  endforeach()
  set(${explained} FALSE PARENT_SCOPE)
endfunction()

# why: the daemon's words where it can't fetch the image; it asks for the manifest only.
function(_go_container_buildkit_fetch why buildctl image)
  set(${why} "" PARENT_SCOPE)
  _go_container_buildkit_try(said "${buildctl}" "IMAGE=${image}" fetch.Dockerfile)
  string(REGEX REPLACE "^.*\n" "" said "${said}")
  if(
    said MATCHES "failed to (solve|resolve|do)"
    AND NOT said MATCHES "go-container-has-no-such-file"
  )
    string(REGEX REPLACE "^.*failed to solve[^:]*: " "" said "${said}")
    string(REGEX REPLACE "[.]$" "" said "${said}")
    set(${why} "${said}" PARENT_SCOPE)
  endif()
endfunction()

# said: the error output of a build of a Dockerfile in scripts/, with a build argument.
function(_go_container_buildkit_try said buildctl argument dockerfile)
  set(scripts "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../scripts")
  execute_process(
    COMMAND
      sh "${scripts}/build_by_buildctl.sh" "${buildctl}" ${daemon} build --build-arg "${argument}"
      --file "${scripts}/${dockerfile}" "${scripts}"
    OUTPUT_QUIET
    ERROR_VARIABLE words
    ERROR_STRIP_TRAILING_WHITESPACE
    TIMEOUT 60
  )
  set(${said} "${words}" PARENT_SCOPE)
endfunction()
