# The CTest tests of a container. They stand behind a fixture that builds the image, so that a bare
# ctest works from a fresh configure.

function(_go_container_tests plan directory)
  string(JSON name GET "${plan}" name)
  set(config "")
  if(directory MATCHES "\\$<CONFIG>")
    set(config --config $<CONFIG>)
  endif()
  add_test(
    NAME ${name}.build
    COMMAND "${CMAKE_COMMAND}" --build "${CMAKE_BINARY_DIR}" ${config} --target ${name}
  )
  # One build at a time in a build tree, also under ctest -j.
  set_tests_properties(
    ${name}.build
    PROPERTIES FIXTURES_SETUP ${name}.image RESOURCE_LOCK go_container_build LABELS image
  )

  _go_container_checks(checks "${plan}")
  foreach(check IN LISTS checks)
    _go_container_check_command(command ${check} "${plan}" "${directory}")
    add_test(NAME ${name}.${check} COMMAND ${command})
    set_tests_properties(
      ${name}.${check}
      PROPERTIES
        FIXTURES_REQUIRED ${name}.image
        LABELS image
        SKIP_REGULAR_EXPRESSION "GoContainer: skipped, because"
    )
  endforeach()
endfunction()

# out: the checks of all that the plan declares.
function(_go_container_checks out plan)
  set(checks "")
  foreach(
    check
    "size=maxSize"
    "entrypoint=config;Entrypoint"
    "cmd=config;Cmd"
    "env=config;Env"
    "user=config;User"
    "workdir=config;WorkingDir"
    "expose=config;ExposedPorts"
    "labels=config;Labels"
    "volumes=config;Volumes"
    "stopsignal=config;StopSignal"
    "healthcheck=config;Healthcheck"
  )
    string(REGEX MATCH "^(.*)=(.*)$" check "${check}")
    set(name ${CMAKE_MATCH_1})
    string(JSON type ERROR_VARIABLE missing TYPE "${plan}" ${CMAKE_MATCH_2})
    if(NOT missing)
      list(APPEND checks ${name})
    endif()
  endforeach()
  set(${out} "${checks}" PARENT_SCOPE)
endfunction()

# out: the command of a check; without Python it is one that CTest reports as skipped.
function(_go_container_check_command out check plan directory)
  _go_container_python(python)
  if(NOT python)
    set(why "GoContainer: skipped, because there is no Python 3.9 to read the image with")
    set(${out} "${CMAKE_COMMAND}" -E echo "${why}" PARENT_SCOPE)
    return()
  endif()
  _go_container_image_command(image)
  string(JSON engine GET "${plan}" engine)
  string(TOUPPER "${engine}" variable)
  set(engine_command "")
  if(GO_CONTAINER_${variable})
    set(engine_command --engine-command "${GO_CONTAINER_${variable}}")
  endif()
  set(
    ${out}
    ${image}
    check
    ${check}
    "${directory}/plan.json"
    ${engine_command}
    PARENT_SCOPE
  )
endfunction()
