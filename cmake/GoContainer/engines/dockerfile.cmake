# What the engines that build the Dockerfile have in common: the targets of a container.

# Stops at a base that a Dockerfile has no name for.
function(_go_container_dockerfile_accept call)
  if(plan_base MATCHES "^(oci|oci-archive|docker-archive):/")
    _go_container_error(
      "${call}"
      "BASE is an image on disk, ${plan_base}, but the engine is ${plan_engine}"
      "Give the reference of an image, or use the engine builtin."
    )
  endif()
endfunction()

#   _go_container_dockerfile_targets(<directory>
#     [NAMED_CONTEXTS]       BUILD knows --build-context
#     [PULL <command>...]    comes before BUILD
#     BUILD <command>...     builds a Dockerfile
#     CONTEXT <flag>...      what BUILD needs besides for the context of the Dockerfile
#     IMAGE <flag>...        what BUILD needs besides to leave an image
#     MODULES <flag>...      what BUILD needs besides to leave none
#     AGAIN <flag>...        what BUILD needs besides to build without its caches, and leave but an image
#     RUN <command>...       runs the image
#     ARCHIVE <command>...   writes _go_container_dockerfile_new_archive()
#     EXPLAIN <flag>...)     what explain_failure.cmake needs besides after a build that failed
function(_go_container_dockerfile_targets directory)
  set(
    lists
    PULL
    BUILD
    CONTEXT
    IMAGE
    MODULES
    AGAIN
    RUN
    ARCHIVE
    EXPLAIN
  )
  cmake_parse_arguments(PARSE_ARGV 1 engine NAMED_CONTEXTS "" "${lists}")
  set(name ${plan_name})
  _go_container_dockerfile_tags(tags)
  list(GET tags 0 tag)
  list(TRANSFORM tags REPLACE "(.+)" "--tag;\\1")
  set(file ${engine_CONTEXT} --file "${directory}/Dockerfile")
  set(pull "")
  if(engine_PULL)
    set(pull COMMAND ${engine_PULL})
  endif()
  set(listed "") # what lists the inputs beside a command
  set(files_again "")
  if(plan_host_build)
    set(context "${directory}/context")
    _go_container_host_command(prepare context "${directory}")
    _go_container_compile_with_others("${directory}")
    _go_container_host_command(modules modules "${directory}")
    _go_container_explained(explain MODULES ${modules})
    set(prepare COMMAND ${prepare} ${explain})
    set(files "")
    set(file_flags "")
    _go_container_host_command(again context "@scratch@")
    list(APPEND again &&)
    set(context_again "@scratch@/context")
  else()
    set(context "${plan_context}")
    set(again "")
    set(context_again "@scratch@/source")
    _go_container_dockerfile_pass_env(pass_env)
    _go_container_secret_flags(secrets)
    list(APPEND file ${pass_env} ${secrets})
    set(prepare "")
    _go_container_dockerfile_files(files file_flags "${directory}")
    string(REPLACE "${directory}/context" "@scratch@/context" files_again "${files}")
    _go_container_has_depfile(depfile)
    if(depfile)
      _go_container_image_command(image)
      set(listed ${image} depends "${directory}/plan.json" "${directory}/inputs.d")
    endif()
    set(
      modules
      ${engine_BUILD}
      ${engine_MODULES}
      ${file}
      --target
      modules
      "${context}"
    )
  endif()
  _go_container_explained(explain FLAGS ${engine_EXPLAIN} MODULES ${modules})

  # For REPRODUCIBLE.
  _go_container_place(script scripts/build.sh)
  set(build sh "${script}" "${directory}")
  string(REPLACE "${directory}/Dockerfile" "@scratch@/Dockerfile" file_again "${file}")
  list(
    APPEND again
    ${build}
    ${files_again}
    --
    ${engine_BUILD}
    ${engine_IMAGE}
    ${engine_AGAIN}
    ${file_again}
    ${file_flags}
  )
  list(APPEND again --iidfile "@scratch@/image.id" "${context_again}")
  set_property(GLOBAL PROPERTY _go_container_rebuild_${name} "${again}")

  # The id goes to a new file first, which build.sh puts in place: engines remove the old one before they build,
  # and the last good image must still be found after a build that failed. The same id keeps its time.
  _go_container_build_rule(
    ${name}
    "${directory}/image.id"
    "${directory}"
    DEPENDS "${directory}/Dockerfile" "${directory}/Dockerfile.dockerignore" "${directory}/pruned"
    COMMANDS
      ${prepare}
      ${pull}
      COMMAND
      ${build}
      ${files}
      --
      ${listed}
      ${engine_BUILD}
      ${engine_IMAGE}
      ${file}
      ${file_flags}
      ${tags}
      --iidfile
      "${directory}/image.id.new"
      "${context}"
      ${explain}
  )
  _go_container_watch_store(${name} "${directory}")
  add_custom_target(
    ${name}-modules
    ${pull}
    COMMAND ${modules} ${explain}
    COMMENT "Downloading the Go modules of ${name}"
    USES_TERMINAL
    VERBATIM
  )
  add_custom_target(
    ${name}-run
    COMMAND ${engine_RUN}
    COMMENT "Running ${tag}"
    USES_TERMINAL
    VERBATIM
  )
  add_dependencies(${name}-run ${name})

  # Written beside its place first; podman and buildah refuse a file that is there.
  set(archive "${directory}/${name}.tar")
  _go_container_dockerfile_new_archive(new_archive "${directory}")
  add_custom_command(
    OUTPUT "${archive}"
    COMMAND rm -f "${new_archive}"
    COMMAND ${engine_ARCHIVE}
    COMMAND mv -f "${new_archive}" "${archive}"
    DEPENDS "${directory}/image.id" "${directory}/plan.json"
    COMMENT "Writing the archive of image ${name}"
    VERBATIM
  )
  add_custom_target(${name}-archive DEPENDS "${archive}")
  add_dependencies(${name}-archive ${name})
endfunction()

# out: the file that ARCHIVE writes.
function(_go_container_dockerfile_new_archive out directory)
  set(${out} "${directory}/${plan_name}.tar.new" PARENT_SCOPE)
endfunction()

function(_go_container_dockerfile_tags out)
  list(TRANSFORM plan_tags REPLACE "\"" "") # a tag has no letter that would need more
  set(${out} "${plan_tags}" PARENT_SCOPE)
endfunction()

# out: the flags of run by which the ports of EXPOSE are those of this machine's loopback, as they are where the
# program has the network of this machine. Those below <least> need more rights: free ones take their place.
function(_go_container_dockerfile_publish_flags out least)
  set(flags "")
  list(LENGTH plan_ports count)
  # A range of thousands is nothing to publish: that takes a process for each.
  if(count GREATER 0 AND count LESS 101)
    list(TRANSFORM plan_ports REPLACE "\"" "")
    list(SORT plan_ports)
    foreach(port IN LISTS plan_ports)
      string(REGEX MATCH "^[0-9]+" number "${port}")
      if(number LESS least)
        set(number "")
      endif()
      list(APPEND flags --publish "127.0.0.1:${number}:${port}")
    endforeach()
  endif()
  set(${out} "${flags}" PARENT_SCOPE)
endfunction()

# out: the flags that hand variables of the environment on, for which the Dockerfile has ARG.
function(_go_container_dockerfile_pass_env out)
  set(flags "")
  foreach(string IN LISTS plan_go_pass_env)
    _go_container_json_value(name "${string}")
    list(APPEND flags --build-arg ${name})
  endforeach()
  set(${out} "${flags}" PARENT_SCOPE)
endfunction()

# out: NAMED_CONTEXTS where the command, which builds, knows them; else nothing.
function(_go_container_dockerfile_named_contexts out)
  execute_process(COMMAND ${ARGN} --help OUTPUT_VARIABLE help ERROR_QUIET TIMEOUT 20)
  set(${out} "" PARENT_SCOPE)
  if(help MATCHES "--build-context")
    set(${out} NAMED_CONTEXTS PARENT_SCOPE)
  endif()
endfunction()

# How FILES and OVERLAY come into the build, whose context is the source: by the flags of a second context, or,
# where BUILD knows none, by an image, for which files are words of build.sh. The Dockerfile has one name for both.
# Reads the engine_ variables of the caller.
function(_go_container_dockerfile_files files flags directory)
  set(${files} "" PARENT_SCOPE)
  set(${flags} "" PARENT_SCOPE)
  if(NOT plan_files_destinations AND NOT plan_overlay_destinations)
    return()
  endif()
  string(TOUPPER "${plan_engine}" engine)
  _go_container_files_image(image "${directory}")
  if(engine_NAMED_CONTEXTS)
    set(${flags} --build-context "${image}=${directory}/context" PARENT_SCOPE)
    return()
  endif()
  _go_container_place(dockerfile scripts/files.Dockerfile)
  set(
    ${files}
    ${image}
    "${GO_CONTAINER_${engine}}"
    ${engine_BUILD}
    ${engine_IMAGE}
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
  set(engine ${plan_engine})
  string(TOLOWER "${plan_name}" image)
  string(REGEX REPLACE "[^a-z0-9]+" "-" image "${image}")
  get_property(named_contexts GLOBAL PROPERTY _go_container_${engine}_named_contexts)
  set(tag latest)
  if(NOT engine STREQUAL "builtin" AND NOT named_contexts)
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
