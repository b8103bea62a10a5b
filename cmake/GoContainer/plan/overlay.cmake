# OVERLAY: sources that the build generates. They lie over the module's own as go build -overlay lays them,
# so that nothing is written into the source tree.

function(_go_container_plan_overlay call)
  _go_container_groups(groups OVERLAY)
  set(number 0)
  set(members "")
  foreach(group IN LISTS groups)
    _go_container_default(arg_DESTINATION_${group} ".")
    set(destination "${arg_DESTINATION_${group}}")
    set(place "${destination}")
    cmake_path(ABSOLUTE_PATH place BASE_DIRECTORY "${plan_source}" NORMALIZE)
    set(inside FALSE)
    foreach(string IN LISTS plan_modules)
      _go_container_json_value(module "${string}")
      cmake_path(IS_PREFIX module "${place}" below)
      if(below)
        set(inside TRUE)
      endif()
    endforeach()
    if(destination MATCHES "^/" OR NOT inside)
      _go_container_error(
        "${call}"
        "DESTINATION \"${destination}\" is not a directory of the module"
        "Behind OVERLAY, write it relative to SOURCE_DIR; it may be in another module of the build, too."
      )
    endif()
    cmake_path(RELATIVE_PATH place BASE_DIRECTORY "${plan_source}" OUTPUT_VARIABLE place)
    string(REGEX REPLACE "(.)/$" "\\1" place "${place}")
    _go_container_json_string(place "${place}")
    list(APPEND plan_overlay_destinations "${place}")
    set(plan_overlay_${number} "${arg_OVERLAY_${group}}")
    _go_container_plan_depends("${call}" overlay ${number} ${group})
    list(
      APPEND members
      plan_overlay_${number}
      plan_overlay_depends_${number}
      plan_overlay_generated_${number}
    )
    math(EXPR number "${number} + 1")
  endforeach()
  return(PROPAGATE plan_overlay_destinations ${members})
endfunction()
