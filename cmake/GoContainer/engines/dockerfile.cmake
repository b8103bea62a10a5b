# What the engines that build the Dockerfile have in common: the targets of a container.

# Adds the targets of the container of the plan, by the facts of its engine.
function(_go_container_dockerfile_targets directory)
  _go_container_engine_facts_of(
    ${plan_engine}
    again
    build
    ignore_file
    image_flags
    no_image
    save
  )
  set(name ${plan_name})
  _go_container_dockerfile_tags(tags)
  list(GET tags 0 tag)
  list(TRANSFORM tags REPLACE "(.+)" "--tag;\\1")
  set(file --file "${directory}/Dockerfile")
  if(fact_ignore_file)
    list(PREPEND file ${fact_ignore_file} "${directory}/Dockerfile.dockerignore")
  endif()
  _go_container_dockerfile_pull(pull short_names)
  set(listed "") # what lists the inputs beside a command
  set(files_again "")
  if(plan_host_build)
    set(context "${directory}/context")
    _go_container_host_command(prepare context "${directory}")
    _go_container_compile_with_others("${directory}")
    _go_container_host_command(modules @do@ "${directory}")
    set(prepare COMMAND ${prepare} EXPLAIN)
    set(files "")
    set(file_flags "")
    _go_container_named_context_for_set_id(named)
    if(named)
      _go_container_dockerfile_files(files file_flags "${directory}")
    endif()
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
      ${fact_build}
      ${fact_no_image}
      ${file}
      --target
      modules
      "${context}"
    )
  endif()
  _go_container_accounts_command(
    accounts
    names
    "${directory}"
    "${directory}"
    "${context}"
    ${fact_build}
    ${file}
  )
  _go_container_dockerfile_explain(explain "${short_names}")

  # For REPRODUCIBLE.
  _go_container_place(script scripts/build.sh)
  set(build sh "${script}" "${directory}")
  string(REPLACE "${directory}/Dockerfile" "@scratch@/Dockerfile" file_again "${file}")
  string(REPLACE "${directory}/context" "@scratch@/context" flags_again "${file_flags}")
  _go_container_accounts_command(
    accounts_again
    names
    "${directory}"
    "@scratch@"
    "${context_again}"
    ${fact_build}
    ${file_again}
  )
  if(accounts)
    list(APPEND again ${accounts_again} &&)
    list(PREPEND accounts COMMAND)
    list(APPEND accounts ${explain})
  endif()
  list(
    APPEND again
    ${build}
    ${files_again}
    --
    ${fact_build}
    ${fact_image_flags}
    ${fact_again}
    ${file_again}
    ${flags_again}
    ${names}
  )
  list(APPEND again --iidfile "@scratch@/image.id" "${context_again}")

  # The id goes to a new file first, which build.sh puts in place: engines remove the old one before they build,
  # and the last good image must still be found after a build that failed. The same id keeps its time.
  _go_container_build_rule(
    ${name}
    "${directory}/image.id"
    "${directory}"
    DEPENDS "${directory}/Dockerfile" "${directory}/Dockerfile.dockerignore" "${directory}/pruned"
    MODULES ${pull} COMMAND ${modules} ${explain}
    COMMANDS
      ${prepare}
      ${pull}
      ${accounts}
      COMMAND
      ${build}
      ${files}
      --
      ${listed}
      ${fact_build}
      ${fact_image_flags}
      ${file}
      ${file_flags}
      ${names}
      ${tags}
      --iidfile
      "${directory}/image.id.new"
      "${context}"
      ${explain}
  )
  set_property(TARGET ${name} PROPERTY _go_container_rebuild "${again}")
  _go_container_watch_store(${name} "${directory}")
  add_custom_target(
    ${name}-modules
    COMMAND sh "${directory}/build.sh" modules
    COMMENT "Downloading the Go modules of ${name}"
    USES_TERMINAL
    VERBATIM
  )
  _go_container_run_target("${directory}")

  # Written beside its place first; an engine may refuse a file that is there.
  set(archive "${directory}/${name}.tar")
  _go_container_dockerfile_save(save "${archive}.new" "${fact_save}")
  add_custom_command(
    OUTPUT "${archive}"
    COMMAND rm -f "${archive}.new"
    COMMAND ${save}
    COMMAND mv -f "${archive}.new" "${archive}"
    DEPENDS "${directory}/image.id" "${directory}/plan.json"
    COMMENT "Writing the archive of image ${name}"
    VERBATIM
  )
  add_custom_target(${name}-archive DEPENDS "${archive}")
  add_dependencies(${name}-archive ${name})
endfunction()

# out: what tells scripts/explain_failure.cmake whom to ask: the engine, and the images of the build.
function(_go_container_dockerfile_explain out images)
  _go_container_engine_program(command ${plan_engine})
  list(JOIN images "," images)
  set(
    ${out}
    EXPLAIN
    -D
    engine=${plan_engine}
    -D
    "command=${command}"
    -D
    "images=${images}"
    PARENT_SCOPE
  )
endfunction()

# out: the command that writes the archive, of the words of SAVE.
function(_go_container_dockerfile_save out archive words)
  _go_container_dockerfile_tags(tags)
  list(GET tags 0 tag)
  _go_container_engine_program(command ${plan_engine})
  string(REPLACE "@tags@" "${tags}" words "${words}")
  string(REPLACE "@tag@" "${tag}" words "${words}")
  string(REPLACE "@archive@" "${archive}" words "${words}")
  set(${out} "${command}" ${words} PARENT_SCOPE)
endfunction()

# out: the command that pulls, before a build, images whose names have no registry, where the engine does not know what
# they mean; names: all images that the build needs.
function(_go_container_dockerfile_pull out names)
  set(${out} "" PARENT_SCOPE)
  set(images "${plan_base}")
  if(NOT plan_host_build OR DEFINED plan_capabilities)
    list(PREPEND images "${plan_builder_image}")
  endif()
  if(DEFINED plan_from_images)
    string(REPLACE "\"" "" from_images "${plan_from_images}")
    list(APPEND images ${from_images})
  endif()
  list(REMOVE_ITEM images scratch)
  list(REMOVE_DUPLICATES images)
  set(${names} "${images}" PARENT_SCOPE)
  _go_container_engine_facts_of(${plan_engine} short_names)
  if(NOT fact_short_names)
    return()
  endif()
  _go_container_short_names(images ${images})
  if(NOT images STREQUAL "")
    _go_container_place(script scripts/pull.sh)
    _go_container_engine_program(command ${plan_engine})
    set(
      ${out}
      COMMAND
      sh
      "${script}"
      "${command}"
      ${images}
      PARENT_SCOPE
    )
  endif()
endfunction()

function(_go_container_dockerfile_tags out)
  list(TRANSFORM plan_tags REPLACE "\"" "") # a tag has no letter that would need more
  set(${out} "${plan_tags}" PARENT_SCOPE)
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
