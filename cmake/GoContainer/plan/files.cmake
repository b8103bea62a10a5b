# FILES: what goes into the image beside the program.

function(_go_container_plan_files call)
  if(NOT arg_group_count AND NOT DEFINED plan_libraries_objdump)
    return()
  endif()
  _go_container_groups(groups FILES)
  set(number 0)
  set(members "")
  foreach(group IN LISTS groups)
    _go_container_default(arg_DESTINATION_${group} "/")
    _go_container_default(arg_CHOWN_${group} "0:0")
    set(destination "${arg_DESTINATION_${group}}")
    if(NOT destination MATCHES "^/[^\n]*$")
      _go_container_error(
        "${call}"
        "DESTINATION \"${destination}\" is not an absolute path"
        "Begin it with /; it is a directory in the image."
      )
    endif()
    _go_container_check_whiteout("${call}" DESTINATION "${destination}")
    _go_container_plan_owner(user "${call}" "${arg_CHOWN_${group}}")
    if(DEFINED arg_CHMOD_${group})
      _go_container_check_mode("${call}" "${arg_CHMOD_${group}}")
    endif()
    cmake_path(NORMAL_PATH destination)
    string(REGEX REPLACE "(.)/$" "\\1" destination "${destination}")
    _go_container_check_beside_programs("${call}" DESTINATION "${destination}")
    _go_container_json_string(destination "${destination}")
    _go_container_default(arg_CHMOD_${group} "-")
    list(APPEND plan_files_destinations "${destination}")
    list(APPEND plan_files_users "\"${user}\"")
    list(APPEND plan_files_modes "\"${arg_CHMOD_${group}}\"")
    _go_container_plan_rename(rename "${call}" ${group})
    list(APPEND plan_files_names "${rename}")
    set(plan_files_${number} "${arg_FILES_${group}}")
    _go_container_plan_depends("${call}" files ${number} ${group})
    list(
      APPEND members
      plan_files_${number}
      plan_files_depends_${number}
      plan_files_generated_${number}
    )
    math(EXPR number "${number} + 1")
  endforeach()
  if(DEFINED plan_libraries_objdump)
    list(APPEND plan_files_destinations "\"/\"")
    list(APPEND plan_files_users "\"0:0\"")
    list(APPEND plan_files_modes "\"-\"")
    list(APPEND plan_files_names "\"\"")
    set(plan_files_${number} "") # scripts/copy_runtime_libraries.cmake finds them
    set(plan_files_generated_${number} FALSE)
    list(APPEND members plan_files_${number} plan_files_generated_${number})
  endif()
  return(
    PROPAGATE
      plan_files_destinations
      plan_files_users
      plan_files_modes
      plan_files_names
      plan_names
      ${members}
  )
endfunction()

# out: the numbers of the groups that the keyword began. Reads the arg_ variables of the caller.
function(_go_container_groups out keyword)
  set(groups "")
  set(group 0)
  while(group LESS arg_group_count)
    if(arg_GROUP_${group} STREQUAL keyword)
      list(APPEND groups ${group})
    endif()
    math(EXPR group "${group} + 1")
  endwhile()
  set(${out} "${groups}" PARENT_SCOPE)
endfunction()

# Stops at a path with a name that means something else in a layer (OCI image spec, layer.md, "Whiteouts").
function(_go_container_check_whiteout call option path)
  if(path MATCHES "(^|/)\\.wh\\.")
    _go_container_error(
      "${call}"
      "${option} \"${path}\" has a name that begins with .wh., which deletes files in the layers of an image"
      "Give it another name."
    )
  endif()
endfunction()
