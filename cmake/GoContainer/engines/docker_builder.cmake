# Builders of buildx. A script that explains a failure reads this file, too.

# refusal, remedy: why the builder can't build, and what helps; nothing where it can. An empty name is the selected builder.
# builder_driver, builder_architecture: what it is, as far as buildx knows.
function(_go_container_docker_builder refusal remedy docker name)
  set(${refusal} "" PARENT_SCOPE)
  set(${remedy} "" PARENT_SCOPE)
  _go_container_builder_patience(patience)
  execute_process(
    COMMAND "${docker}" buildx inspect ${name}
    RESULT_VARIABLE result
    OUTPUT_VARIABLE said
    ERROR_VARIABLE words
    ERROR_STRIP_TRAILING_WHITESPACE
    TIMEOUT ${patience}
  )
  set(builder_driver "")
  set(builder_architecture "")
  set(called "the builder ${name}")
  if(said MATCHES "^Name: +([^\n]+)")
    set(called "the builder ${CMAKE_MATCH_1}")
  elseif(name STREQUAL "")
    set(called "the selected builder")
  endif()
  if(said MATCHES "\nDriver: +([a-z-]+)")
    set(builder_driver "${CMAKE_MATCH_1}")
  endif()
  if(said MATCHES "\nPlatforms: +linux/([a-z0-9]+)")
    set(builder_architecture "${CMAKE_MATCH_1}")
  endif()
  # A builder of another driver starts when it is asked to build.
  set(gap "\n(Driver Options:[^\n]*\n)?")
  if(words MATCHES "no builder \"([^\"]+)\"")
    set(name "${CMAKE_MATCH_1}")
    set(${refusal} "buildx has no builder ${name}" PARENT_SCOPE)
    set(
      ${remedy}
      "Create it, such as with docker buildx create --name ${name} --driver remote tcp://<host>:<port>; or name one that docker buildx ls shows."
      PARENT_SCOPE
    )
  elseif(result MATCHES "timeout")
    set(${refusal} "${called} does not answer" PARENT_SCOPE)
    set(${remedy} "Start its BuildKit daemon, or name another builder." PARENT_SCOPE)
  elseif(said MATCHES "\nError: +([^\n]+)")
    set(${refusal} "${called} does not work (${CMAKE_MATCH_1})" PARENT_SCOPE)
    set(${remedy} "Mend that, or name another builder that docker buildx ls shows." PARENT_SCOPE)
  elseif(
    builder_driver STREQUAL "remote"
    AND NOT said MATCHES "\nStatus: +running"
    AND said MATCHES "\nEndpoint: +([^\n]+)${gap}Status: +inactive"
  )
    set(${refusal} "${called} does not answer at ${CMAKE_MATCH_1}" PARENT_SCOPE)
    set(${remedy} "Start its BuildKit daemon, or name another builder." PARENT_SCOPE)
  elseif(NOT result EQUAL 0 AND NOT name STREQUAL "") # an old docker has no buildx
    string(REGEX REPLACE "^.*\n" "" words "${words}")
    set(${refusal} "buildx can't inspect ${called} (${words})" PARENT_SCOPE)
    set(${remedy} "Mend that, or name another builder that docker buildx ls shows." PARENT_SCOPE)
  endif()
  return(PROPAGATE builder_driver builder_architecture)
endfunction()

# Lets the engine build by the builders that GO_CONTAINER_BUILDER names. All of them must work, and have the same first platform.
# The fact build_<name> is the command of each; build/builder.cmake chooses one for each container. build: the last command.
function(_go_container_docker_use_builders refusal remedy)
  set(${refusal} "" PARENT_SCOPE)
  set(${remedy} "" PARENT_SCOPE)
  set(detail "")
  set(architecture "")
  set(first_of_platform "")
  _go_container_place(script scripts/watch_builder.sh)
  foreach(name IN LISTS GO_CONTAINER_BUILDER)
    _go_container_docker_builder(why mend "${GO_CONTAINER_DOCKER}" "${name}")
    if(why STREQUAL "" AND builder_architecture AND architecture)
      if(NOT architecture STREQUAL builder_architecture)
        set(
          why
          "the builder ${first_of_platform} builds for linux/${architecture}, and ${name} for linux/${builder_architecture}"
        )
        set(mend "Name builders with the same first platform. docker buildx ls shows it.")
      endif()
    elseif(builder_architecture)
      set(architecture ${builder_architecture})
      set(first_of_platform "${name}")
    endif()
    if(NOT why STREQUAL "")
      set(${refusal} "${why}" PARENT_SCOPE)
      set(${remedy} "${mend}" PARENT_SCOPE)
      return()
    endif()
    string(APPEND detail ", builder ${name} (${builder_driver})")
    set(first "")
    if(builder_driver STREQUAL "remote") # others start when they are asked to build
      set(first first)
    endif()
    set(
      build
      sh
      "${script}"
      ${first}
      check_builder.sh
      "${GO_CONTAINER_DOCKER}"
      "${name}"
      --
      "${GO_CONTAINER_DOCKER}"
      buildx
      build
      --builder
      "${name}"
    )
    _go_container_fact(docker "build_${name}" "${build}")
  endforeach()
  _go_container_fact(docker detail "${detail}")
  if(architecture)
    _go_container_fact(docker architecture ${architecture})
  endif()
  return(PROPAGATE build)
endfunction()

# Stops where the docker CLI or the builder can't use caches, of which some are written. The builder of a docker daemon
# writes only inline ones, unless the daemon keeps its images in containerd.
function(_go_container_docker_check_caches call written)
  set(written_by "writes_caches_${plan_builder}")
  _go_container_engine_facts_of(docker image_flags ${written_by})
  if(NOT fact_image_flags)
    _go_container_error(
      "${call}"
      "CACHE_FROM and CACHE_TO need buildx, which this docker CLI lacks"
      "Install the buildx plugin (package docker-buildx or docker-buildx-plugin)."
    )
  endif()
  if(NOT written OR fact_${written_by})
    return()
  endif()
  _go_container_docker_builder(why mend "${GO_CONTAINER_DOCKER}" "${plan_builder}")
  if(builder_driver STREQUAL "docker")
    execute_process(
      COMMAND ${GO_CONTAINER_DOCKER} info --format "{{.DriverStatus}}"
      OUTPUT_VARIABLE status
      ERROR_QUIET
      TIMEOUT 20
    )
    if(NOT status MATCHES "io[.]containerd[.]snapshotter")
      list(GET written 0 written)
      _go_container_error(
        "${call}"
        "CACHE_TO is \"${written}\", but the builder of the docker daemon writes only type=inline"
        "Create another builder: docker buildx create --name <name> --driver docker-container. Name it by -D GO_CONTAINER_BUILDER=<name>."
      )
    endif()
  endif()
  _go_container_fact(docker ${written_by} TRUE)
endfunction()
