# The engine docker: BuildKit, by buildx where the CLI has it, by DOCKER_BUILDKIT=1 where the CLI is
# older than 23 and has a client for BuildKit of its own.
include("${CMAKE_CURRENT_LIST_DIR}/../base/environment.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/docker_builder.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/not_built.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/not_fetched.cmake")

function(_go_container_docker_facts)
  _go_container_engine_facts(
    docker
    RANK 1
    COMMAND docker
    RESULT store
    LIST image inspect --format "{{.Id}} {{.RepoTags}}"
    PULL pull
    SAVE save --output @archive@ @tags@
    PUSH push @reference@
    NAME tag @id@ @reference@
    UNNAME rmi --no-prune @reference@
    AGAIN --no-cache
    NO_IMAGE --output type=cacheonly
    CACHES buildkit
    LOADS
    BUILDERS
  )
endfunction()

function(_go_container_docker_probe refusal remedy)
  set(${refusal} "" PARENT_SCOPE)
  set(${remedy} "" PARENT_SCOPE)
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
  _go_container_fact(docker architecture "${CMAKE_MATCH_3}")

  execute_process(
    COMMAND ${GO_CONTAINER_DOCKER} buildx version
    RESULT_VARIABLE result
    OUTPUT_QUIET
    ERROR_QUIET
    TIMEOUT 20
  )
  if(result EQUAL 0)
    set(build "${GO_CONTAINER_DOCKER}" buildx build)
    _go_container_fact(docker image_flags --load) # a builder of its own would keep the image to itself
    if(NOT "${GO_CONTAINER_BUILDER}" STREQUAL "")
      _go_container_docker_use_builders(why mend)
      if(NOT why STREQUAL "")
        set(${refusal} "${why}" PARENT_SCOPE)
        set(${remedy} "${mend}" PARENT_SCOPE)
        return()
      endif()
    endif()
  elseif(client VERSION_LESS 23 AND "${GO_CONTAINER_BUILDER}" STREQUAL "")
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
  _go_container_fact(docker build "${build}")
  _go_container_docker_named_contexts(known ${server} "${build}")
  _go_container_fact(docker named_contexts ${known})
endfunction()

# out: whether both buildx and the BuildKit that builds know them. The BuildKit of a daemon before 23 does not, but
# there the selected builder may be another one.
function(_go_container_docker_named_contexts out server build)
  set(${out} FALSE PARENT_SCOPE)
  if(NOT "buildx" IN_LIST build)
    return()
  endif()
  if(server VERSION_LESS 23)
    set(names "${GO_CONTAINER_BUILDER}")
    if(names STREQUAL "")
      set(names " ")
    endif()
    foreach(name IN LISTS names)
      string(STRIP "${name}" name) # nothing is the selected one
      _go_container_docker_builder(why mend "${GO_CONTAINER_DOCKER}" "${name}")
      if(builder_driver STREQUAL "" OR builder_driver STREQUAL "docker")
        return()
      endif()
    endforeach()
  endif()
  _go_container_dockerfile_named_contexts(known ${build})
  set(${out} ${known} PARENT_SCOPE)
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

# endpoint: the address of the daemon that the docker command talks to; source: what chose it, as ", which … names", or nothing for the default.
function(_go_container_docker_endpoint endpoint source docker)
  execute_process(
    COMMAND "${docker}" context inspect --format "{{.Name}} {{.Endpoints.docker.Host}}"
    OUTPUT_VARIABLE context
    ERROR_QUIET
    OUTPUT_STRIP_TRAILING_WHITESPACE
    TIMEOUT 20
  )
  set(${source} "" PARENT_SCOPE)
  _go_container_environment(host DOCKER_HOST)
  if(NOT host STREQUAL "")
    # It goes before every context.
    set(${endpoint} "${host}" PARENT_SCOPE)
    set(${source} ", which DOCKER_HOST names" PARENT_SCOPE)
  elseif(context MATCHES "^([^ ]+) (.+)$")
    set(${endpoint} "${CMAKE_MATCH_2}" PARENT_SCOPE)
    if(NOT CMAKE_MATCH_1 STREQUAL "default")
      set(${source} ", which the docker context ${CMAKE_MATCH_1} names" PARENT_SCOPE)
    endif()
  else()
    set(${endpoint} "its default place" PARENT_SCOPE)
  endif()
endfunction()

# explained: whether the reason is that the daemon or the builder went away or has no room, or an image that can't be fetched;
# that is said in one line. A build by GO_CONTAINER_BUILDER sets builder.
function(_go_container_docker_explain explained call docker images)
  set(${explained} FALSE PARENT_SCOPE)
  execute_process(
    COMMAND "${docker}" version --format "{{.Server.Version}}"
    RESULT_VARIABLE result
    OUTPUT_QUIET
    ERROR_QUIET
    TIMEOUT 20
  )
  if(NOT result EQUAL 0)
    set(${explained} TRUE PARENT_SCOPE)
    _go_container_docker_endpoint(endpoint source "${docker}")
    message(
      NOTICE
      "GoContainer: no docker daemon answers any more at ${endpoint}${source}. The last good image is kept. Start the daemon, then build again."
    )
    return()
  endif()
  set(name "") # the selected one
  set(called "the docker daemon or its selected builder")
  set(prune "docker builder prune")
  if(DEFINED builder)
    set(name "${builder}")
    set(ENV{BUILDX_BUILDER} "${builder}")
    set(called "the builder ${builder}")
    set(prune "docker buildx prune --builder ${builder}")
    set(mend "Start its BuildKit daemon anew, or name another builder.")
    _go_container_tell_silent(told "${status}" "${called}" "${mend}")
    if(told)
      set(${explained} TRUE PARENT_SCOPE)
      return()
    endif()
  endif()
  _go_container_docker_builder(why mend "${docker}" "${name}")
  if(NOT why STREQUAL "")
    set(${explained} TRUE PARENT_SCOPE)
    message(NOTICE "GoContainer: ${why}. The last good image is kept. ${mend} Then build again.")
    return()
  endif()
  string(TIMESTAMP time "%s%f")
  _go_container_docker_try(said "${docker}" TIME=${time} room.Dockerfile --output type=cacheonly)
  _go_container_tell_not_built(told "${status}" "${called}" "${said}" "${prune}")
  if(told)
    set(${explained} TRUE PARENT_SCOPE)
    return()
  endif()
  string(REPLACE "," ";" images "${images}")
  foreach(image IN LISTS images)
    _go_container_docker_fetch(why "${docker}" "${image}")
    if(NOT why STREQUAL "")
      set(${explained} TRUE PARENT_SCOPE)
      _go_container_tell_not_fetched("${call}" "${image}" "${why}")
      return()
    endif()
  endforeach()
endfunction()

# why: the builder's words where it can't fetch the image; it asks for the manifest only.
function(_go_container_docker_fetch why docker image)
  set(${why} "" PARENT_SCOPE)
  _go_container_docker_try(said "${docker}" "IMAGE=${image}" fetch.Dockerfile)
  string(REGEX REPLACE "^.*\n" "" said "${said}")
  if(NOT said MATCHES "go-container-has-no-such-file")
    string(REGEX REPLACE "^.*failed to solve[^:]*: " "" said "${said}")
    string(REGEX REPLACE "[.]$" "" said "${said}")
    set(${why} "${said}" PARENT_SCOPE)
  endif()
endfunction()

# said: the error output of a build of a Dockerfile in scripts/, with a build argument and flags.
function(_go_container_docker_try said docker argument dockerfile)
  set(scripts "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../scripts")
  set(by "")
  if(DEFINED builder)
    set(by buildx)
  endif()
  execute_process(
    COMMAND
      "${CMAKE_COMMAND}" -E env DOCKER_BUILDKIT=1 "${docker}" ${by} build --build-arg "${argument}"
      --file "${scripts}/${dockerfile}" ${ARGN} "${scripts}"
    OUTPUT_QUIET
    ERROR_VARIABLE words
    ERROR_STRIP_TRAILING_WHITESPACE
    TIMEOUT 60
  )
  set(${said} "${words}" PARENT_SCOPE)
endfunction()
