# The Dockerfile of a plan.

# directory: that of the plan.
function(_go_container_dockerfile out directory)
  set(on_builder "") # of FROM
  set(target_args "")
  set(target "") # of a RUN that compiles
  set(programs_of_target "") # of a COPY of programs
  if(DEFINED plan_platforms)
    _go_container_dockerfile_from_builder_platform(on_builder)
    _go_container_dockerfile_target(target_args target)
  endif()
  if(plan_assembles)
    if("${plan_platforms}" MATCHES ";")
      set(programs_of_target "/$TARGETPLATFORM")
    endif()
    # The context has what the stages would make, by the same paths.
    set(context "the directory context beside it")
    _go_container_engine_facts_of(${plan_engine} host_build)
    if(fact_host_build)
      _go_container_engines_with_a_store(engines)
      string(
        APPEND context
        ", which the\n# engines ${engines} fill; ${plan_engine} makes the same image without them"
      )
    endif()
    foreach(
      part
      stages
      from_builder
      from_rootfs
      from_build
      from_files
      from_trees
      from_timezones
    )
      set(${part} "")
    endforeach()
    _go_container_named_context_for_set_id(named)
    if(named)
      _go_container_files_image(files_image "${directory}")
      set(from_files "--from=${files_image} ")
      set(from_trees "${from_files}")
    endif()
  else()
    _go_container_dockerfile_context(context)
    set(from_builder "--from=builder ")
    set(from_rootfs "--from=rootfs ")
    set(from_build "--from=build ")
    set(from_trees "--from=trees ")
    set(from_timezones "--from=timezones ")
    set(from_files "")
    if(plan_files_destinations OR DEFINED plan_declared_users OR DEFINED plan_declared_groups)
      _go_container_files_image(files_image "${directory}")
      set(from_files "--from=${files_image} ")
    endif()
  endif()

  set(copy_scratch_files "")
  if(plan_base STREQUAL "scratch")
    set(copy_scratch_files "COPY ${from_rootfs}/rootfs/ /\n")
  endif()
  set(copy_timezones "")
  if(DEFINED plan_timezones)
    _go_container_dockerfile_copy_timezones(copy_timezones "${from_timezones}")
  endif()
  set(copy_from_images "")
  if(DEFINED plan_from_images)
    _go_container_dockerfile_copy_from_images(copy_from_images)
  endif()
  _go_container_dockerfile_copy_files(copy_files "${from_files}")
  set(copy_trees "")
  if(DEFINED plan_trees_parents)
    _go_container_dockerfile_copy_trees(copy_trees "${from_trees}" "${from_rootfs}")
  endif()
  set(copy_licenses "")
  if(DEFINED plan_licenses)
    set(copy_licenses "COPY ${from_build}/licenses/ /usr/share/doc/${plan_name}/\n")
  endif()
  _go_container_dockerfile_copy_programs(copy_programs "${from_build}")
  _go_container_dockerfile_config(config "${from_rootfs}")
  set(packages "")
  set(from "${plan_base}")
  if(DEFINED plan_packages)
    _go_container_dockerfile_packages(packages from)
  endif()
  if(NOT plan_assembles)
    _go_container_dockerfile_stages(stages "${directory}")
  endif()
  set(tool "")
  set(capable "")
  if(DEFINED plan_capabilities)
    _go_container_dockerfile_capabilities(tool capable "${from_build}")
  endif()
  set(account_stages "")
  set(names "")
  set(copy_accounts "")
  if(DEFINED plan_accounts)
    _go_container_dockerfile_account_stages(account_stages "${from}")
    _go_container_dockerfile_names(names)
    _go_container_dockerfile_copy_accounts(copy_accounts "${from_files}")
  endif()
  if(programs_of_target)
    string(PREPEND names "ARG TARGETPLATFORM\n")
  endif()
  set(
    text
    [=[
# The image of add_go_container(@plan_name@). GoContainer writes this file at configure time, so
# change the call, not the file. The build context is @context@.

@packages@@account_stages@@tool@@stages@@capable@# The image: it runs nothing and needs no network.
FROM @from@
@names@COPY @from_builder@/etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
@copy_scratch_files@@copy_timezones@@copy_accounts@@copy_from_images@@copy_files@@copy_trees@@copy_licenses@@copy_programs@@config@]=]
  )
  string(CONFIGURE "${text}" text @ONLY)
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: in words, what the build context is.
function(_go_container_dockerfile_context out)
  set(words "the directory of go.mod")
  if(NOT plan_context STREQUAL plan_source)
    cmake_path(RELATIVE_PATH plan_context BASE_DIRECTORY "${plan_source}" OUTPUT_VARIABLE above)
    string(PREPEND above "the directory ")
    string(REPLACE "the directory of go.mod" "${above} of that of go.mod" words "${words}")
  endif()
  set(${out} "${words}" PARENT_SCOPE)
endfunction()

# Stops at a Dockerfile that engines can't read: their parsers end at a longer line, some without a word.
function(_go_container_check_dockerfile call dockerfile)
  string(LENGTH "${dockerfile}" length)
  if(length LESS 65536)
    return()
  endif()
  _go_container_engine_facts_of(${plan_engine} host_build)
  if(fact_host_build)
    return()
  endif()
  while(NOT dockerfile STREQUAL "")
    string(FIND "${dockerfile}" "\n" length)
    if(length GREATER 65535)
      string(SUBSTRING "${dockerfile}" 0 40 line)
      _go_container_error(
        "${call}"
        "a line of the Dockerfile would have ${length} bytes, and no engine reads more than 65535: ${line}…"
        "Write a shorter value, give it in a file (FILES), or use the engine builtin."
      )
    endif()
    math(EXPR length "${length} + 1")
    string(SUBSTRING "${dockerfile}" ${length} -1 dockerfile)
  endwhile()
endfunction()
