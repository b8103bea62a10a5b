# The engine docker: BuildKit, by buildx where the CLI has it, by DOCKER_BUILDKIT=1 where the CLI is
# older than 23 and has a client for BuildKit of its own.

function(_go_container_docker_probe refusal remedy)
  set(${refusal} "" PARENT_SCOPE)
  find_program(GO_CONTAINER_DOCKER docker DOC "The docker command")
  if(NOT GO_CONTAINER_DOCKER)
    set(${refusal} "there is no docker command on PATH" PARENT_SCOPE)
    set(${remedy} "Install docker, or set GO_CONTAINER_DOCKER to its command." PARENT_SCOPE)
    return()
  endif()
  execute_process(
    COMMAND
      ${GO_CONTAINER_DOCKER} version --format
      "{{.Client.Version}} {{.Server.Version}} {{.Server.Os}} {{.Server.Arch}}"
    RESULT_VARIABLE result
    OUTPUT_VARIABLE output
    ERROR_VARIABLE words
    OUTPUT_STRIP_TRAILING_WHITESPACE
    ERROR_STRIP_TRAILING_WHITESPACE
    TIMEOUT 20
  )
  if(NOT result EQUAL 0 OR NOT output MATCHES "^([^ ]+) ([^ ]+) linux ([^ ]+)$")
    _go_container_docker_no_daemon(why mend "${words}")
    set(${refusal} "${why}" PARENT_SCOPE)
    set(${remedy} "${mend}" PARENT_SCOPE)
    return()
  endif()
  set(client "${CMAKE_MATCH_1}")
  set(server "${CMAKE_MATCH_2}")
  set_property(GLOBAL PROPERTY _go_container_docker_architecture "${CMAKE_MATCH_3}")

  execute_process(
    COMMAND ${GO_CONTAINER_DOCKER} buildx version
    RESULT_VARIABLE result
    OUTPUT_QUIET
    ERROR_QUIET
    TIMEOUT 20
  )
  if(result EQUAL 0)
    set(build "${GO_CONTAINER_DOCKER}" buildx build)
  elseif(client VERSION_LESS 23)
    set(
      build
      "${CMAKE_COMMAND}"
      -E
      env
      DOCKER_BUILDKIT=1
      "${GO_CONTAINER_DOCKER}"
      build
    )
  else()
    set(
      ${refusal}
      "the docker CLI ${client} has no BuildKit, as its buildx plugin is missing"
      PARENT_SCOPE
    )
    set(
      ${remedy}
      "Install the buildx plugin (package docker-buildx or docker-buildx-plugin)."
      PARENT_SCOPE
    )
    return()
  endif()
  set_property(GLOBAL PROPERTY _go_container_docker_build "${build}")
  _go_container_docker_named_contexts(named_contexts ${server})
  set_property(GLOBAL PROPERTY _go_container_docker_named_contexts "${named_contexts}")
endfunction()

# out: NAMED_CONTEXTS where both buildx and the BuildKit that builds know them; else nothing. The
# BuildKit of a daemon before 23 does not, but there the selected builder may be another one.
function(_go_container_docker_named_contexts out server)
  set(${out} "" PARENT_SCOPE)
  get_property(build GLOBAL PROPERTY _go_container_docker_build)
  if(NOT "buildx" IN_LIST build)
    return()
  endif()
  if(server VERSION_LESS 23)
    execute_process(
      COMMAND ${GO_CONTAINER_DOCKER} buildx inspect
      OUTPUT_VARIABLE builder
      ERROR_QUIET
      TIMEOUT 20
    )
    if(NOT builder MATCHES "\nDriver: +([a-z-]+)" OR CMAKE_MATCH_1 STREQUAL "docker")
      return()
    endif()
  endif()
  _go_container_dockerfile_named_contexts(known ${build})
  set(${out} "${known}" PARENT_SCOPE)
endfunction()

# Why no daemon answers, and what helps. <words> is what docker version said.
function(_go_container_docker_no_daemon refusal remedy words)
  _go_container_docker_endpoint(endpoint source "${GO_CONTAINER_DOCKER}")
  if(words MATCHES "permission denied")
    set(${refusal} "this user may not use the docker daemon at ${endpoint}${source}" PARENT_SCOPE)
    set(
      ${remedy}
      "Add the user to the group that owns the socket, mostly docker, and log in anew."
      PARENT_SCOPE
    )
    return()
  endif()
  string(REGEX REPLACE "\n.*" "" words "${words}")
  if(words STREQUAL "")
    set(words "it is none for Linux, or too old to tell")
  endif()
  set(
    ${refusal}
    "no docker daemon for Linux answers at ${endpoint}${source} (${words})"
    PARENT_SCOPE
  )
  set(
    ${remedy}
    "Start the daemon, or point DOCKER_HOST or the docker context to one that runs."
    PARENT_SCOPE
  )
endfunction()

function(_go_container_docker_accept call)
  _go_container_dockerfile_accept("${call}")
endfunction()

function(_go_container_docker_targets directory)
  _go_container_dockerfile_tags(tags)
  list(GET tags 0 tag)
  get_property(build GLOBAL PROPERTY _go_container_docker_build)
  get_property(named_contexts GLOBAL PROPERTY _go_container_docker_named_contexts)
  _go_container_dockerfile_new_archive(archive "${directory}")
  _go_container_dockerfile_publish_flags(publish 1)
  set(load "")
  if("buildx" IN_LIST build)
    set(load --load) # a builder of its own would keep the image to itself
  endif()
  _go_container_dockerfile_targets(
    "${directory}"
    ${named_contexts}
    BUILD ${build}
    IMAGE ${load}
    MODULES --output type=cacheonly
    AGAIN --no-cache
    # Most programs leave the keys Ctrl and C to an init.
    RUN "${GO_CONTAINER_DOCKER}" run --rm --init ${publish} "${tag}"
    ARCHIVE "${GO_CONTAINER_DOCKER}" save --output "${archive}" ${tags}
    EXPLAIN -D "docker=${GO_CONTAINER_DOCKER}"
  )
endfunction()
