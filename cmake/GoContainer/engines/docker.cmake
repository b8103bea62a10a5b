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
    string(REGEX REPLACE "\n.*" "" words "${words}")
    if(words STREQUAL "")
      set(words "docker version: exit code ${result}, ${output}")
    endif()
    set(${refusal} "no docker daemon for Linux answers (${words})" PARENT_SCOPE)
    set(
      ${remedy}
      "Start the daemon, or point DOCKER_HOST or the docker context to one that runs."
      PARENT_SCOPE
    )
    return()
  endif()
  set(client "${CMAKE_MATCH_1}")
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
endfunction()

function(_go_container_docker_accept call plan)
endfunction()

function(_go_container_docker_targets plan directory)
  string(JSON name GET "${plan}" name)
  string(JSON source GET "${plan}" source)
  get_property(build GLOBAL PROPERTY _go_container_docker_build)
  _go_container_docker_tag_flags(tag_flags "${plan}")
  set(load "")
  if("buildx" IN_LIST build)
    set(load --load) # a builder of its own would keep the image to itself
  endif()

  # The id goes to a new file first: docker removes the old one before it builds, and the last good
  # image must still be found after a build that failed.
  add_custom_target(
    ${name}
    COMMAND
      ${build} ${load} --file "${directory}/Dockerfile" ${tag_flags} --iidfile
      "${directory}/image.id.new" "${source}"
    COMMAND "${CMAKE_COMMAND}" -E rename "${directory}/image.id.new" "${directory}/image.id"
    COMMENT "Building image ${name}"
    USES_TERMINAL
    VERBATIM
  )
  add_custom_target(
    ${name}-modules
    COMMAND
      ${build} --output type=cacheonly --file "${directory}/Dockerfile" --target modules "${source}"
    COMMENT "Downloading the Go modules of ${name}"
    USES_TERMINAL
    VERBATIM
  )
  string(JSON tag GET "${plan}" tags 0)
  add_custom_target(
    ${name}-run
    COMMAND "${GO_CONTAINER_DOCKER}" run --rm --init "${tag}"
    COMMENT "Running ${tag}"
    USES_TERMINAL
    VERBATIM
  )
  add_dependencies(${name}-run ${name})
endfunction()

function(_go_container_docker_tag_flags out plan)
  _go_container_json_get_list(tags "${plan}" tags)
  set(flags "")
  foreach(string IN LISTS tags)
    _go_container_json_value(tag "${string}")
    list(APPEND flags --tag "${tag}")
  endforeach()
  set(${out} "${flags}" PARENT_SCOPE)
endfunction()
