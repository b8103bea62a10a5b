# What the engines that build the Dockerfile have in common: the targets of a container.

# Adds the targets of the container of the plan, by the facts of its engine.
function(_go_container_dockerfile_targets directory)
  _go_container_engine_facts_of(
    ${plan_engine}
    again
    build
    builders
    daemon
    ignore_file
    image_flags
    no_image
    result
    save
    save_index
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
  _go_container_dockerfile_explain(explain "${short_names}")
  if(fact_daemon)
    list(APPEND explain -D "daemon=${fact_daemon}")
  endif()
  set(caches "")
  set(caches_read "")
  if(plan_caches)
    _go_container_cache_flags(caches caches_read)
  endif()
  set(platform "") # of a build
  set(platform_accounts "")
  if(DEFINED plan_platforms)
    set(platform --platform @platform@)
    _go_container_platform_of_plan(own)
    set(platform_accounts --platform ${own})
  endif()
  set(listed "") # what lists the inputs beside a command
  set(fetch_go_cache "")
  set(write_go_cache "")
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
      ${caches_read}
      ${file}
      --target
      modules
      "${context}"
    )
    if(DEFINED plan_go_cache)
      _go_container_load(build/go_cache)
      _go_container_go_cache_commands(fetch_go_cache write_go_cache "${directory}")
    endif()
    if(caches_read MATCHES "@part@")
      string(REPLACE "/" "-" part "${own}")
      string(REPLACE "@part@" "${part}" modules "${modules}")
    endif()
  endif()
  _go_container_accounts_command(
    accounts
    names
    "${directory}"
    "${directory}"
    "${context}"
    ${fact_build}
    ${file}
    ${platform_accounts}
  )

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
    ${platform_accounts}
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
    --
    ${fact_build}
    ${fact_image_flags}
    ${fact_again}
    ${file_again}
    ${flags_again}
    ${names}
    ${platform}
  )
  list(APPEND again --iidfile "@scratch@/image.id" "${context_again}")

  set(together "") # what goes before a command, to build the image with others where that is possible
  if(fact_builders AND fact_image_flags AND NOT files AND NOT names)
    _go_container_load(build/bake)
    set(words ${caches} ${file} ${file_flags} ${tags})
    _go_container_bake(together "${directory}" "${context}" ${words})
  endif()

  # The id goes to a new file first, which build.sh puts in place: engines remove the old one before they build,
  # and the last good image must still be found after a build that failed. The same id keeps its time.
  set(
    image_build
    COMMAND
    ${together}
    ${build}
    ${files}
    --
    ${listed}
    --
    ${fact_build}
    ${fact_image_flags}
    ${caches}
    ${file}
    ${file_flags}
    ${names}
    ${platform}
    ${tags}
    --iidfile
    "${directory}/image.id.new"
    "${context}"
    ${explain}
  )
  set(output "${directory}/image.id")
  set(depends DEPENDS "${directory}/Dockerfile" "${directory}/Dockerfile.dockerignore")
  if(fact_result STREQUAL "archive")
    _go_container_load(build/dockerfile_archive)
    _go_container_dockerfile_to_archive("${directory}")
  else()
    list(APPEND depends "${directory}/pruned")
  endif()
  if(DEFINED plan_platforms AND fact_result STREQUAL "store")
    _go_container_dockerfile_platform_builds(image_build "${directory}" "${listed}")
  endif()
  _go_container_build_rule(
    ${name}
    "${output}"
    "${directory}"
    ${depends}
    MODULES ${pull} COMMAND ${modules} ${explain}
    COMMANDS ${prepare} ${pull} ${fetch_go_cache} ${accounts} ${image_build} ${write_go_cache}
  )
  set_property(TARGET ${name} PROPERTY _go_container_rebuild "${again}")
  add_custom_target(
    ${name}-modules
    COMMAND sh "${directory}/build.sh" modules
    COMMENT "Downloading the Go modules of ${name}"
    USES_TERMINAL
    VERBATIM
  )
  _go_container_run_target("${directory}")
  if(fact_result STREQUAL "archive")
    _go_container_dockerfile_archive_targets("${directory}" "${output}")
    return()
  endif()
  _go_container_watch_store(${name} "${directory}" ${plan_engine})
  set(archived FALSE) # whether the index is in an archive, not in the store
  if("${plan_platforms}" MATCHES ";")
    set(fact_save "${fact_save_index}")
    if(NOT fact_save_index)
      set(archived TRUE)
    endif()
  endif()
  if(DEFINED plan_push)
    if(archived)
      _go_container_archive_push(push "${directory}/plan.json")
    else()
      _go_container_engine_push(push "${directory}")
    endif()
    _go_container_push_target(${name} ${push})
    set_property(GLOBAL APPEND PROPERTY _go_container_pushed_alone ${name}-push)
  endif()

  # The engine would write OCI's media types, which have no health check.
  if(archived OR ("${plan_platforms}" MATCHES ";" AND DEFINED plan_healthcheck))
    _go_container_save_platforms(save "${directory}")
  else()
    _go_container_dockerfile_save(save "${directory}/${name}.tar.new" "${fact_save}")
  endif()
  _go_container_archive_target(
    "${directory}"
    COMMANDS COMMAND ${save}
    DEPENDS "${directory}/image.id"
  )
  if(archived AND DEFINED plan_push)
    add_dependencies(${name}-push ${name}-archive)
  endif()
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
