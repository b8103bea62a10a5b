# The targets of all containers together; an engine adds those of one.

# Adds the container to the targets image and image-modules; the first one makes these, and image-refresh.
function(_go_container_add_to_all call name)
  get_property(made GLOBAL PROPERTY _go_container_targets_made)
  foreach(all image image-modules image-refresh)
    if(NOT made)
      _go_container_check_new_target(
        "${call}"
        ${all}
        "Rename that target: the name is needed here."
      )
      add_custom_target(${all})
    endif()
  endforeach()
  set_property(GLOBAL PROPERTY _go_container_targets_made TRUE)
  add_dependencies(image ${name})
  add_dependencies(image-modules ${name}-modules)
endfunction()

# Sets the properties of the target that tell what the container is.
function(_go_container_set_properties name plan directory)
  _go_container_plan_read("${plan}" engine)
  _go_container_json_get_list(tags "${plan}" tags)
  string(REPLACE "\"" "" tags "${tags}")
  list(GET tags 0 image)
  set_target_properties(
    ${name}
    PROPERTIES
      GO_CONTAINER_ENGINE "${engine}"
      GO_CONTAINER_IMAGE "${image}"
      GO_CONTAINER_TAGS "${tags}"
      GO_CONTAINER_PLAN "${directory}/plan.json"
      GO_CONTAINER_DOCKERFILE "${directory}/Dockerfile"
  )
  if(engine STREQUAL "builtin")
    set_target_properties(${name} PROPERTIES GO_CONTAINER_ARCHIVE "${directory}/${name}.tar")
  endif()
endfunction()

# plan, directory: those of a container that was declared before; with a multi-config generator the
# plan of one configuration.
function(_go_container_of_target plan directory call name)
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
  list(GET CMAKE_CONFIGURATION_TYPES 0 config)
  string(REPLACE "$<CONFIG>" "${config}" file "${file}")
  file(READ "${file}" text)
  set(${plan} "${text}" PARENT_SCOPE)
endfunction()

# Stops where the name can't be a target, or is one already.
function(_go_container_check_name call name)
  set(reserved "all;clean;help;image;image-modules;image-refresh;install;package;test")
  if(NOT name MATCHES "^[A-Za-z0-9_.+-]+$" OR name IN_LIST reserved)
    list(JOIN reserved ", " reserved)
    _go_container_error(
      "${call}"
      "\"${name}\" can't be the name of a target"
      "Use letters, digits and _ . + - only, and none of ${reserved}."
    )
  endif()
  foreach(target ${name} ${name}-modules ${name}-run)
    if(TARGET ${target})
      _go_container_check_new_target("${call}" ${target} "Give the container another name.")
    endif()
  endforeach()
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
