# Files of FILES and OVERLAY of which no rule can tell the names, such as a front end's with hashes in them. A step of
# each build looks at them, behind what makes them, and writes down what it finds only where that changed.

# out: these groups, each as <kind>_<number>; the kinds are files and overlay.
function(_go_container_generated_groups out)
  set(groups "")
  foreach(kind files overlay)
    list(LENGTH plan_${kind}_destinations count)
    set(number 0)
    while(number LESS count)
      if(plan_${kind}_generated_${number})
        list(APPEND groups ${kind}_${number})
      endif()
      math(EXPR number "${number} + 1")
    endwhile()
  endforeach()
  set(${out} "${groups}" PARENT_SCOPE)
endfunction()

# out: the files to which the step writes, one for each such group. directory: that of the plan.
function(_go_container_generated_files out directory)
  _go_container_generated_groups(files)
  list(TRANSFORM files REPLACE "^(.*)_(.*)$" "/stage/\\1/\\2.generated")
  list(TRANSFORM files PREPEND "${directory}")
  set(${out} "${files}" PARENT_SCOPE)
endfunction()

# Adds the step, where the container has such groups.
function(_go_container_look_at_generated call name directory)
  _go_container_generated_files(files "${directory}")
  if(files STREQUAL "")
    return()
  endif()
  set(strings "")
  set(depends "")
  _go_container_generated_groups(groups)
  foreach(group IN LISTS groups)
    string(REPLACE "_" "_depends_" group_depends "${group}")
    list(APPEND strings ${plan_${group}})
    list(APPEND depends ${plan_${group_depends}})
  endforeach()
  foreach(string IN LISTS depends)
    _go_container_json_value(path "${string}")
    _go_container_file_of_build(path "${path}")
    _go_container_json_string(path "${path}")
    list(APPEND strings "${path}")
  endforeach()
  set(step go_container_generated_${name})
  _go_container_place(script scripts/look_at_generated.sh)
  add_custom_target(
    ${step}
    COMMAND sh "${script}" ${files}
    BYPRODUCTS ${files}
    COMMENT "Looking at the generated files of ${name}"
    VERBATIM
  )
  add_dependencies(${name} ${step})
  _go_container_make_first(${step} "${strings}")
  set_property(TARGET ${step} PROPERTY _go_container_depends "${depends}")
  set_property(TARGET ${step} PROPERTY _go_container_call "${call}")
  set_property(
    TARGET ${step}
    PROPERTY _go_container_directories "${CMAKE_CURRENT_SOURCE_DIR};${CMAKE_CURRENT_BINARY_DIR}"
  )
  cmake_language(
    EVAL CODE
      "cmake_language(DEFER DIRECTORY [[${CMAKE_SOURCE_DIR}]] CALL _go_container_depend_on ${step})"
  )
endfunction()

# When all targets are known: the step runs behind those among DEPENDS. Stops at what is neither a target nor a file.
function(_go_container_depend_on step)
  get_property(depends TARGET ${step} PROPERTY _go_container_depends)
  get_property(call TARGET ${step} PROPERTY _go_container_call)
  get_property(directories TARGET ${step} PROPERTY _go_container_directories)
  foreach(string IN LISTS depends)
    _go_container_json_value(value "${string}")
    if(value MATCHES "\\$<")
      continue()
    elseif(TARGET "${value}")
      add_dependencies(${step} "${value}")
      continue()
    endif()
    set(found FALSE)
    foreach(directory IN LISTS directories)
      cmake_path(ABSOLUTE_PATH value BASE_DIRECTORY "${directory}" NORMALIZE OUTPUT_VARIABLE path)
      get_source_file_property(generated "${path}" TARGET_DIRECTORY ${step} GENERATED)
      if(generated OR EXISTS "${path}")
        set(found TRUE)
      endif()
    endforeach()
    if(NOT found)
      _go_container_error(
        "${call}"
        "DEPENDS \"${value}\" is neither a target nor a file, and nothing makes it"
        "Name a target, or an output of add_custom_command() in the directory of the call."
      )
    endif()
  endforeach()
endfunction()
