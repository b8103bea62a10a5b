# The targets of all containers together; an engine adds those of one.

# out: the name of the target that builds all images; it begins those of the others of all containers. A macro, as that is
# quicker, and each container asks twice.
macro(_go_container_all_images out)
  get_property(${out} GLOBAL PROPERTY _go_container_all_images)
  if(NOT ${out})
    _go_container_name_all_images(${out})
  endif()
endmacro()

function(_go_container_name_all_images out)
  set(all image)
  if(DEFINED GO_CONTAINER_IMAGE_TARGET AND NOT GO_CONTAINER_IMAGE_TARGET STREQUAL "")
    set(all "${GO_CONTAINER_IMAGE_TARGET}")
  else()
    foreach(
      suffix
      ""
      -modules
      -archive
      -push
      -refresh
      -report
      -list
      -baselines
      -sbom
      -provenance
      -pins
      -why
    )
      if(TARGET image${suffix})
        set(all go_container_image) # a target of the project keeps its name
      endif()
    endforeach()
  endif()
  set_property(GLOBAL PROPERTY _go_container_all_images "${all}")
  set(${out} "${all}" PARENT_SCOPE)
endfunction()

# Adds the container to the targets image, image-modules and image-archive; the first one makes these, image-push,
# image-refresh and image-pins.
function(_go_container_add_to_all call name)
  _go_container_all_images(all)
  get_property(made GLOBAL PROPERTY _go_container_targets_made)
  if(NOT made)
    _go_container_check_target_name("${call}" "GO_CONTAINER_IMAGE_TARGET: \"${all}\"" "${all}")
    foreach(
      suffix
      ""
      -modules
      -archive
      -push
      -refresh
      -pins
    )
      _go_container_add_target_of_all("${call}" ${all}${suffix})
    endforeach()
    cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL _go_container_push_all)
    cmake_language(DEFER DIRECTORY "${CMAKE_SOURCE_DIR}" CALL _go_container_report_all)
    if(all STREQUAL "go_container_image")
      message(
        STATUS
        "GoContainer: this project has a target image of its own, so that of all images is ${all}"
      )
    endif()
    set_property(GLOBAL PROPERTY _go_container_targets_made TRUE)
  endif()
  add_dependencies(${all} ${name})
  add_dependencies(${all}-modules ${name}-modules)
  add_dependencies(${all}-archive ${name}-archive)
endfunction()

# out: the target of all containers with the suffix, which the first container that needs it makes.
function(_go_container_one_target_of_all out call suffix)
  _go_container_all_images(all)
  get_property(made GLOBAL PROPERTY _go_container_made${suffix})
  if(NOT made)
    _go_container_add_target_of_all("${call}" ${all}${suffix})
    set_property(GLOBAL PROPERTY _go_container_made${suffix} TRUE)
  endif()
  set(${out} ${all}${suffix} PARENT_SCOPE)
endfunction()

function(_go_container_add_target_of_all call target)
  _go_container_check_new_target(
    "${call}"
    ${target}
    "Rename that target, or set GO_CONTAINER_IMAGE_TARGET to a name for the targets of all containers."
  )
  add_custom_target(${target})
endfunction()

# Sets the properties of the target that tell what the container is.
function(_go_container_set_properties name directory)
  string(REPLACE "\"" "" tags "${plan_tags}")
  list(GET tags 0 image)
  set_target_properties(
    ${name}
    PROPERTIES
      GO_CONTAINER_ENGINE "${plan_engine}"
      GO_CONTAINER_IMAGE "${image}"
      GO_CONTAINER_TAGS "${tags}"
      GO_CONTAINER_PLAN "${directory}/plan.json"
      GO_CONTAINER_DOCKERFILE "${directory}/Dockerfile"
      GO_CONTAINER_ARCHIVE "${directory}/${name}.tar"
  )
  if("${plan_platforms}" MATCHES ";")
    _go_container_platform_of_plan(own)
    set_target_properties(
      ${name}
      PROPERTIES GO_CONTAINER_PLATFORMS "${plan_platforms}" _go_container_platform "${own}"
    )
  endif()
endfunction()

# engine, directory: those of a container that was declared before.
function(_go_container_of_target engine directory call name)
  set(file "")
  if(TARGET "${name}")
    get_target_property(file ${name} GO_CONTAINER_PLAN)
  endif()
  if(NOT file)
    _go_container_error(
      "${call}"
      "there is no container ${name}"
      "Declare it first: add_go_container(${name} …)."
    )
  endif()
  cmake_path(GET file PARENT_PATH parent)
  set(${directory} "${parent}" PARENT_SCOPE)
  get_target_property(made_by ${name} GO_CONTAINER_ENGINE)
  set(${engine} "${made_by}" PARENT_SCOPE)
endfunction()

# Stops where the name can't be a target, or is one already.
function(_go_container_check_name call name)
  _go_container_check_target_name("${call}" "\"${name}\"" "${name}")
  _go_container_all_images(all)
  set(
    reserved
    ${all}
    ${all}-archive
    ${all}-baselines
    ${all}-list
    ${all}-modules
    ${all}-pins
    ${all}-provenance
    ${all}-push
    ${all}-refresh
    ${all}-report
    ${all}-sbom
    ${all}-why
  )
  if(name IN_LIST reserved)
    list(JOIN reserved ", " reserved)
    _go_container_error(
      "${call}"
      "\"${name}\" is the name of a target of all containers"
      "Give the container another name than ${reserved}, or set GO_CONTAINER_IMAGE_TARGET."
    )
  endif()
  if(
    TARGET ${name}
    OR TARGET ${name}-archive
    OR TARGET ${name}-modules
    OR TARGET ${name}-push
    OR TARGET ${name}-run
  )
    foreach(
      suffix
      ""
      -archive
      -modules
      -push
      -run
    )
      _go_container_check_new_target("${call}" ${name}${suffix} "Give the container another name.")
    endforeach()
  endif()
endfunction()

# what: whose name it is.
function(_go_container_check_target_name call what name)
  set(reserved "all;clean;help;install;package;test")
  if(NOT name MATCHES "^[A-Za-z0-9_.+-]+$" OR name IN_LIST reserved)
    list(JOIN reserved ", " reserved)
    _go_container_error(
      "${call}"
      "${what} can't be the name of a target"
      "Use letters, digits and _ . + - only, and none of ${reserved}."
    )
  endif()
endfunction()

function(_go_container_check_new_target call target remedy)
  if(TARGET ${target})
    get_target_property(directory ${target} SOURCE_DIR)
    _go_container_error(
      "${call}"
      "there is a target ${target} already, from ${directory}"
      "${remedy}"
    )
  endif()
endfunction()

# Adds the target that runs the image of the plan, as the check RUN does (gocontainer/run).
function(_go_container_run_target directory)
  _go_container_engine_command(engine_command ${plan_engine})
  _go_container_terminal_target(
    ${plan_name}
    run
    "Running image ${plan_name}"
    "${directory}/plan.json"
    ${engine_command}
  )
endfunction()

# Adds the target <name>-<command>, which builds the image, and then runs the command with these words on the terminal.
function(_go_container_terminal_target name command comment)
  _go_container_image_command(image)
  if(image)
    set(run ${image} ${command} ${ARGN})
  else()
    set(
      run
      "${CMAKE_COMMAND}"
      -E
      echo
      "GoContainer: ${name}-${command} needs Python 3.9 or newer. Install Python 3, or set Python3_EXECUTABLE to its command."
      COMMAND
      "${CMAKE_COMMAND}"
      -E
      false
    )
  endif()
  add_custom_target(${name}-${command} COMMAND ${run} COMMENT "${comment}" USES_TERMINAL VERBATIM)
  add_dependencies(${name}-${command} ${name})
endfunction()
