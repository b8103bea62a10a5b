# The engine builtin: the machine's Go compiles, Python writes the image; no daemon. A base from a registry is fetched once
# in a build tree, until cmake --fresh.

function(_go_container_builtin_facts)
  _go_container_engine_facts(builtin RANK 5 RESULT archive HOST_BUILD CROSS BASE_ON_DISK)
endfunction()

function(_go_container_builtin_probe refusal remedy)
  _go_container_host_probe(why mend)
  get_property(architecture GLOBAL PROPERTY _go_container_host_architecture)
  if(NOT compiles AND NOT why STREQUAL "")
    _go_container_assembly_probe(why mend)
    string(TOLOWER "${CMAKE_HOST_SYSTEM_PROCESSOR}" processor)
    _go_container_processor(architecture setting "${processor}")
  endif()
  _go_container_fact(builtin architecture "${architecture}")
  _go_container_fact(builtin named_contexts TRUE) # for those who build its Dockerfile by hand
  set(${refusal} "${why}" PARENT_SCOPE)
  set(${remedy} "${mend}" PARENT_SCOPE)
endfunction()

function(_go_container_builtin_targets directory)
  set(name ${plan_name})
  set(archive "${directory}/${name}.tar")
  _go_container_host_command(build build "${directory}")
  _go_container_host_command(modules @do@ "${directory}")
  _go_container_compile_with_others("${directory}")

  list(APPEND build --bases "${CMAKE_BINARY_DIR}/CMakeFiles/GoContainer/bases")

  set(libraries "")
  if(DEFINED plan_sbom AND plan_link_libraries)
    set(libraries "${directory}/sbom-libraries.txt")
  endif()
  _go_container_build_rule(
    ${name}
    "${archive}"
    "${directory}"
    AGAIN
    DEPENDS ${libraries}
    MODULES COMMAND ${modules} EXPLAIN
    COMMANDS COMMAND ${build} EXPLAIN
  )
  string(REPLACE "${directory}/" "@scratch@/" again "${build}")
  if(GO_CONTAINER_LOAD)
    _go_container_load_image("${directory}" "${archive}")
  endif()
  set_property(TARGET ${name} PROPERTY _go_container_rebuild "${again}")
  add_custom_target(
    ${name}-modules
    COMMAND sh "${directory}/build.sh" modules
    COMMENT "Downloading the Go modules of ${name}"
    USES_TERMINAL
    VERBATIM
  )
  _go_container_archive_target("${directory}" DEPENDS "${archive}")
  _go_container_run_target("${directory}")
  if(DEFINED plan_push)
    _go_container_archive_push_target("${directory}")
  endif()
endfunction()
