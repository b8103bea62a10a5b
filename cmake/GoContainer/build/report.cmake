# The targets that tell of images: image-list, image-report of all of them and <name>-report of one; and the test that
# attaches a report.

# Adds them, when all containers are known. Without Python there are none. Those of single images, and the test, are
# there with GO_CONTAINER_REPORT only: a target costs each configure run as much as an option does.
function(_go_container_report_all)
  _go_container_image_command(image)
  _go_container_all_images(all)
  get_target_property(names ${all} MANUALLY_ADDED_DEPENDENCIES)
  if(NOT image OR NOT names)
    return()
  endif()
  set(containers "")
  set(plans "")
  foreach(name IN LISTS names)
    get_target_property(plan ${name} GO_CONTAINER_PLAN)
    if(plan)
      list(APPEND containers ${name})
      list(APPEND plans "${plan}")
    endif()
  endforeach()
  _go_container_state_directory(file)
  string(APPEND file "/containers.txt")
  list(JOIN plans "\n" lines)
  file(GENERATE OUTPUT "${file}" CONTENT "${lines}\n")
  _go_container_engine_commands(engines)
  set(report ${image} report ${engines})
  set(page "${CMAKE_BINARY_DIR}/${all}-report.html")
  _go_container_helpers_folder()
  _go_container_list_target(${all} "${file}")
  _go_container_report_target(${all} "${page}" "@${file}")
  if(GO_CONTAINER_REPORT)
    foreach(name plan IN ZIP_LISTS containers plans)
      cmake_path(GET plan PARENT_PATH directory)
      _go_container_report_target(${name} "${directory}/${name}.html" "${plan}")
    endforeach()
    list(TRANSFORM containers APPEND .image OUTPUT_VARIABLE fixtures)
    add_test(NAME ${all}-report COMMAND ${report} --output "${page}" "@${file}")
    set_tests_properties(
      ${all}-report
      PROPERTIES FIXTURES_REQUIRED "${fixtures}" LABELS image ATTACHED_FILES "${page}"
    )
  endif()
endfunction()

# out: the options that name the commands of the engines.
function(_go_container_engine_commands out)
  set(commands "")
  _go_container_engines(engines)
  foreach(engine IN LISTS engines)
    _go_container_engine_command(command ${engine})
    if(command)
      list(POP_BACK command program)
      list(APPEND commands --engines "${engine}=${program}")
    endif()
  endforeach()
  set(${out} ${commands} PARENT_SCOPE)
endfunction()

# Adds the target that builds what another one builds, and writes the page.
function(_go_container_report_target name page plans)
  _go_container_check_new_target("add_go_container" ${name}-report "Rename that target.")
  add_custom_target(
    ${name}-report
    COMMAND ${report} --output "${page}" "${plans}"
    COMMENT "Writing ${page}"
    VERBATIM
  )
  add_dependencies(${name}-report ${name})
endfunction()
