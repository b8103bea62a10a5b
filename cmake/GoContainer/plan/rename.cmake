# RENAME: the name in the image of the one file of a group of FILES.

# out: the name of the group as a JSON string, "" where each file keeps its own.
function(_go_container_plan_rename out call group)
  if(NOT DEFINED arg_RENAME_${group})
    set(${out} "\"\"" PARENT_SCOPE)
    return()
  endif()
  set(name "${arg_RENAME_${group}}")
  if(NOT name MATCHES "^[^/\n]+$" OR name MATCHES "^\\.\\.?$")
    _go_container_error(
      "${call}"
      "RENAME \"${name}\" is not a file name"
      "Write the name alone; its directory in the image is DESTINATION."
    )
  endif()
  _go_container_check_whiteout("${call}" RENAME "${name}")
  list(LENGTH arg_FILES_${group} count)
  if(count GREATER 1)
    _go_container_error(
      "${call}"
      "RENAME \"${name}\" is for one file, but follows ${count} files"
      "Write FILES <file> RENAME <name> for each of them."
    )
  endif()
  _go_container_json_value(file "${arg_FILES_${group}}")
  if(NOT file MATCHES "\\$<")
    cmake_path(ABSOLUTE_PATH file OUTPUT_VARIABLE path)
    if(file MATCHES "/$" OR IS_DIRECTORY "${path}")
      _go_container_error(
        "${call}"
        "RENAME \"${name}\" is for a file, but FILES has the directory ${file}"
        "Write FILES <directory>/ DESTINATION <its place in the image>, without RENAME."
      )
    endif()
  endif()
  _go_container_json_string(name "${name}")
  set(${out} "${name}" PARENT_SCOPE)
endfunction()
