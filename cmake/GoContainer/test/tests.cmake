# The CTest tests of a container. They follow a fixture that builds the image, so that a bare
# ctest works from a fresh configure.

# Adds the fixture, and a test for each thing that the plan declares.
function(_go_container_tests name directory)
  _go_container_build_test(${name} "${directory}" ${name}.image "image;${name}")
  set_property(GLOBAL APPEND PROPERTY _go_container_fixtures ${name}.image ${name}.service)
  _go_container_label_tests_of_project()
  string(REPLACE "\"" "" checks "${plan_tests}")
  list(TRANSFORM checks PREPEND ${name}. OUTPUT_VARIABLE tests)
  _go_container_add_tests(${name} ${plan_engine} "${directory}" "${tests}" "${checks}")
  if(DEFINED plan_provenance AND provenance IN_LIST checks)
    _go_container_slow_rebuild(${name} ${plan_engine} ${name}.provenance)
  endif()
endfunction()

# Adds the test <name>.build, which builds the target and sets up the fixture. The directory tells whether there are
# several configurations.
function(_go_container_build_test name directory fixture labels)
  set(config "")
  if(directory MATCHES "\\$<CONFIG>")
    set(config --config $<CONFIG>)
  endif()
  set(sbom "")
  if(DEFINED plan_sbom AND "\"sbom\"" IN_LIST plan_tests)
    set(sbom ${name}-sbom)
  endif()
  if(DEFINED plan_provenance AND "\"provenance\"" IN_LIST plan_tests)
    list(APPEND sbom ${name}-provenance)
  endif()
  add_test(
    NAME ${name}.build
    COMMAND "${CMAKE_COMMAND}" --build "${CMAKE_BINARY_DIR}" ${config} --target ${name} ${sbom}
  )
  # One build at a time in a build tree, also under ctest -j.
  set_tests_properties(
    ${name}.build
    PROPERTIES FIXTURES_SETUP ${fixture} RESOURCE_LOCK go_container_build LABELS "${labels}"
  )
endfunction()

# Adds tests of these names, each of which does the check in the same place of the list checks; behind
# them stand more arguments for the checks. Without Python CTest reports them as skipped. Of a container for several
# platforms, each of them becomes a test for each.
function(
  _go_container_add_tests
  name
  engine
  directory
  tests
  checks
)
  get_property(platforms TARGET ${name} PROPERTY GO_CONTAINER_PLATFORMS)
  if(platforms AND NOT "--platform" IN_LIST ARGN)
    foreach(platform IN LISTS platforms)
      _go_container_tests_of_platform(of_platform ${name} "${platform}" "${tests}")
      _go_container_add_tests(
        ${name}
        ${engine}
        "${directory}"
        "${of_platform}"
        "${checks}"
        ${ARGN}
        --platform
        "${platform}"
      )
    endforeach()
    return()
  endif()
  _go_container_image_command(image)
  if(image)
    _go_container_engine_command(engine_command ${engine})
    set(on_skip "")
    if(GO_CONTAINER_REQUIRE_TESTS)
      set(on_skip --on-skip fail)
    endif()
    get_property(script GLOBAL PROPERTY _go_container_check_script)
    if(NOT script)
      _go_container_write_check_script(script "${image}")
    endif()
    foreach(test check IN ZIP_LISTS tests checks)
      add_test(
        NAME "${test}"
        COMMAND
          sh "${script}" ${check} "${directory}/plan.json" ${ARGN} ${engine_command} ${on_skip}
      )
    endforeach()
    set(skip SKIP_RETURN_CODE 77)
  else()
    _go_container_warn_no_python(${name})
    set(why "GoContainer: skipped, because there is no Python 3.9 to read the image with")
    foreach(test IN LISTS tests)
      add_test(NAME "${test}" COMMAND "${CMAKE_COMMAND}" -E echo "${why}")
    endforeach()
    set(skip SKIP_REGULAR_EXPRESSION "GoContainer: skipped, because")
  endif()
  if(tests)
    set_property(DIRECTORY APPEND PROPERTY _go_container_own_tests ${tests})
    set_tests_properties(
      ${tests}
      PROPERTIES FIXTURES_REQUIRED ${name}.image LABELS "image;${name}" ${skip}
    )
  endif()
endfunction()

# out: a script of the build tree that does a check, by the image piece or without it (scripts/check.sh).
function(_go_container_write_check_script out image)
  set(script "${CMAKE_BINARY_DIR}/CMakeFiles/GoContainer/check.sh")
  _go_container_place(check scripts/check.sh)
  _go_container_shell_word(check "${check}")
  set(words ${image} test)
  _go_container_shell_lines()
  _go_container_write("${script}" "set -- ${lines} \"$@\"\n. ${check}\n")
  set_property(GLOBAL PROPERTY _go_container_check_script "${script}")
  set(${out} "${script}" PARENT_SCOPE)
endfunction()

# Labels tests of the container that run a program of its image.
function(_go_container_label_runs name tests)
  get_property(platforms TARGET ${name} PROPERTY GO_CONTAINER_PLATFORMS)
  foreach(platform IN LISTS platforms)
    _go_container_tests_of_platform(of_platform ${name} "${platform}" "${tests}")
    set_property(TEST ${of_platform} APPEND PROPERTY LABELS image-run)
  endforeach()
  if(NOT platforms)
    set_property(TEST ${tests} APPEND PROPERTY LABELS image-run)
  endif()
endfunction()

# out: the names that the tests have for one of several platforms, <name>.<platform>.<test>.
function(_go_container_tests_of_platform out name platform tests)
  _go_container_platform_suffix(suffix "${platform}")
  string(LENGTH "${name}." length)
  set(found "")
  foreach(test IN LISTS tests)
    string(SUBSTRING "${test}" ${length} -1 test)
    list(APPEND found "${name}.${suffix}.${test}")
  endforeach()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

# Without Python the tests of images tell nothing: once a warning, or, where they are required, an error.
function(_go_container_warn_no_python name)
  set(call "add_go_container(${name})")
  set(problem "there is no Python 3.9 or newer")
  set(remedy "Install Python 3, or set Python3_EXECUTABLE to its command.")
  if(GO_CONTAINER_REQUIRE_TESTS)
    _go_container_error(
      "${call}"
      "${problem}, and GO_CONTAINER_REQUIRE_TESTS is ON"
      "${remedy} With TESTS NONE there are no tests."
    )
  endif()
  get_property(told GLOBAL PROPERTY _go_container_no_python_told)
  if(NOT told)
    set_property(GLOBAL PROPERTY _go_container_no_python_told TRUE)
    message(
      WARNING
      " ${call}: ${problem}, so that all tests of images will be skipped.\n ${remedy} With GO_CONTAINER_TESTS NONE there are no such tests."
    )
  endif()
endfunction()

# Tests of the project that need the fixtures of a container get its labels, too, else -LE image would build
# images and start services for them. Before CMake 3.28 only those of the current directory and the ones above it can be
# asked.
function(_go_container_label_tests_of_project)
  set(directory "${CMAKE_CURRENT_SOURCE_DIR}")
  while(NOT directory STREQUAL "")
    get_property(asked DIRECTORY "${directory}" PROPERTY _go_container_labels)
    if(asked)
      return()
    endif()
    set_property(DIRECTORY "${directory}" PROPERTY _go_container_labels TRUE)
    cmake_language(
      EVAL CODE "cmake_language(DEFER DIRECTORY [[${directory}]] CALL _go_container_label_tests)"
    )
    get_property(directory DIRECTORY "${directory}" PROPERTY PARENT_DIRECTORY)
  endwhile()
endfunction()

# Those of the current directory, when all of its tests are known.
function(_go_container_label_tests)
  if(CMAKE_VERSION VERSION_LESS 3.28)
    _go_container_label_tests_in("${CMAKE_CURRENT_SOURCE_DIR}")
  elseif(CMAKE_CURRENT_SOURCE_DIR STREQUAL CMAKE_SOURCE_DIR)
    set(directories "${CMAKE_SOURCE_DIR}")
    while(NOT directories STREQUAL "")
      list(POP_FRONT directories directory)
      _go_container_label_tests_in("${directory}" DIRECTORY "${directory}")
      get_property(below DIRECTORY "${directory}" PROPERTY SUBDIRECTORIES)
      list(APPEND directories ${below})
    endwhile()
  endif()
endfunction()

# Behind the directory stands what names it to commands for tests.
function(_go_container_label_tests_in directory)
  get_property(fixtures GLOBAL PROPERTY _go_container_fixtures)
  get_property(tests DIRECTORY "${directory}" PROPERTY TESTS)
  get_property(own DIRECTORY "${directory}" PROPERTY _go_container_own_tests)
  list(REMOVE_ITEM tests "" ${own})
  foreach(test IN LISTS tests)
    get_property(needed TEST "${test}" ${ARGN} PROPERTY FIXTURES_REQUIRED)
    get_property(labels TEST "${test}" ${ARGN} PROPERTY LABELS)
    if(needed AND NOT "image" IN_LIST labels)
      set(more "")
      foreach(fixture IN LISTS needed)
        if(fixture IN_LIST fixtures)
          _go_container_fixture_labels(labels "${fixture}")
          list(APPEND more ${labels})
        endif()
      endforeach()
      list(REMOVE_DUPLICATES more)
      set_property(TEST "${test}" ${ARGN} APPEND PROPERTY LABELS ${more})
    endif()
  endforeach()
endfunction()

# out: the labels of tests that need the fixture, <name>[.<platform>].image or .service, or <network>.network.
function(_go_container_fixture_labels out fixture)
  set(labels image)
  if(fixture MATCHES "[.](service|network)$")
    list(APPEND labels image-run)
  endif()
  if(fixture MATCHES "[.]network$")
    set(${out} ${labels} PARENT_SCOPE)
    return()
  endif()
  string(REGEX REPLACE "[.][a-z]+$" "" name "${fixture}")
  if(NOT TARGET "${name}")
    string(REGEX REPLACE "[.][^.]+$" "" name "${name}")
  endif()
  set(${out} ${labels} "${name}" PARENT_SCOPE)
endfunction()

# out: the flag that tells the image piece the command of the engine, or nothing. A macro, as that is quicker, and each
# container asks several times.
macro(_go_container_engine_command out engine)
  string(TOUPPER "GO_CONTAINER_${engine}" _go_container_variable)
  set(${out} "")
  if(${_go_container_variable})
    set(${out} --engine-command "${${_go_container_variable}}")
  endif()
endmacro()
