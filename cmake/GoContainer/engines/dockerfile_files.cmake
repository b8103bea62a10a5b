# How FILES and OVERLAY come into a build whose context is the source.

# out: whether the command, which builds, knows named contexts.
function(_go_container_dockerfile_named_contexts out)
  execute_process(COMMAND ${ARGN} --help OUTPUT_VARIABLE help ERROR_QUIET TIMEOUT 20)
  set(${out} FALSE PARENT_SCOPE)
  if(help MATCHES "--build-context")
    set(${out} TRUE PARENT_SCOPE)
  endif()
endfunction()

# How FILES and OVERLAY come into the build, whose context is the source: by the flags of a second context, or,
# where the engine knows none, by an image, for which files are words of build.sh. The Dockerfile has one name for both.
function(_go_container_dockerfile_files files flags directory)
  set(${files} "" PARENT_SCOPE)
  set(${flags} "" PARENT_SCOPE)
  if(
    NOT plan_assembles
    AND NOT plan_files_destinations
    AND NOT plan_overlay_destinations
    AND NOT DEFINED plan_declared_users
    AND NOT DEFINED plan_declared_groups
  )
    return()
  endif()
  _go_container_engine_facts_of(${plan_engine} build image_flags named_contexts)
  _go_container_files_image(image "${directory}")
  if(fact_named_contexts)
    set(${flags} --build-context "${image}=${directory}/context" PARENT_SCOPE)
    return()
  endif()
  _go_container_place(dockerfile scripts/files.Dockerfile)
  _go_container_engine_program(command ${plan_engine})
  set(
    ${files}
    ${image}
    "${command}"
    ${fact_build}
    ${fact_image_flags}
    ${platform}
    --quiet
    --file
    "${dockerfile}"
    --tag
    ${image}
    "${directory}/context"
    PARENT_SCOPE
  )
endfunction()

# out: the name by which the Dockerfile copies FILES and OVERLAY. Of a second context it is that of one build; an
# image is in a store that build trees, also of other machines, may share, so there no other one has the name.
function(_go_container_files_image out directory)
  string(TOLOWER "${plan_name}" image)
  string(REGEX REPLACE "[^a-z0-9]+" "-" image "${image}")
  _go_container_engine_facts_of(${plan_engine} named_contexts)
  set(tag latest)
  if(NOT fact_named_contexts)
    if(NOT _GO_CONTAINER_TREE)
      string(RANDOM LENGTH 16 ALPHABET 0123456789abcdef tree)
      set(_GO_CONTAINER_TREE ${tree} CACHE INTERNAL "The build tree, in names that others see, too")
    endif()
    string(MD5 tag "${plan_name}") # two names may be one in the image's
    string(SUBSTRING ${tag} 0 8 tag)
    string(PREPEND tag ${_GO_CONTAINER_TREE}-)
    cmake_path(GET directory FILENAME config)
    if(NOT config MATCHES "[.]container$") # with a multi-config generator
      string(APPEND tag -${config})
    endif()
  endif()
  set(${out} "go-container-files/${image}:${tag}" PARENT_SCOPE)
endfunction()
