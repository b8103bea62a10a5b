# FROM_IMAGE: files and directories of other images.

function(_go_container_plan_from_image call)
  _go_container_groups(groups FROM_IMAGE)
  foreach(group IN LISTS groups)
    set(paths "${arg_FROM_IMAGE_${group}}")
    list(POP_FRONT paths string)
    _go_container_json_value(reference "${string}")
    _go_container_image_of_files(image "${call}" "${reference}")
    if(paths STREQUAL "")
      _go_container_error(
        "${call}"
        "FROM_IMAGE ${reference} has no path"
        "Add what to copy, such as /usr/bin/tini."
      )
    endif()
    _go_container_json_string(reference "${image}")
    foreach(string IN LISTS paths)
      _go_container_json_value(path "${string}")
      _go_container_from_image_target(target "${call}" "${path}" ${group})
      _go_container_json_string(target "${target}")
      list(APPEND plan_from_images "${reference}")
      list(APPEND plan_from_paths "${string}")
      list(APPEND plan_from_targets "${target}")
    endforeach()
  endforeach()
  return(PROPAGATE plan_from_images plan_from_paths plan_from_targets plan_unpinned)
endfunction()

# out: the reference, with a tag, so that it is not a name of a stage.
function(_go_container_image_of_files out call reference)
  if(reference MATCHES "^(oci|oci-archive|docker-archive|docker-daemon|containers-storage):")
    _go_container_error(
      "${call}"
      "FROM_IMAGE \"${reference}\" is not a reference of an image"
      "Leave out ${CMAKE_MATCH_1}:, or push the image: a Dockerfile has no name for one on disk."
    )
  endif()
  _go_container_check_reference("${call}" FROM_IMAGE "${reference}")
  if(NOT reference MATCHES "@|:[^/]+$")
    string(APPEND reference ":latest")
  endif()
  set(${out} "${reference}")
  if(DEFINED GO_CONTAINER_REGISTRY_MIRROR AND NOT GO_CONTAINER_REGISTRY_MIRROR STREQUAL "")
    _go_container_mirrored(${out} "${call}" "${reference}")
  endif()
  if(plan_lock)
    _go_container_pin(${out} FROM_IMAGE "${reference}" "${${out}}")
  endif()
  return(PROPAGATE ${out} plan_unpinned)
endfunction()

# out: where the path goes: the same place, or the name in DESTINATION; what is in a directory with a slash at its end
# goes to DESTINATION itself.
function(_go_container_from_image_target out call path group)
  if(NOT path MATCHES "^/[^]\n*?[\\]*$" OR path MATCHES "(^|/)\\.\\.?(/|$)")
    _go_container_error(
      "${call}"
      "FROM_IMAGE: \"${path}\" is not an absolute path without a pattern"
      "Begin it with /, and write no * ? [ ] \\ and no . or .. between slashes."
    )
  endif()
  string(REGEX REPLACE "(.)/$" "\\1" target "${path}")
  if(DEFINED arg_DESTINATION_${group})
    set(target "${arg_DESTINATION_${group}}")
    if(NOT target MATCHES "^/[^\n]*$")
      _go_container_error(
        "${call}"
        "DESTINATION \"${target}\" is not an absolute path"
        "Begin it with /; it is a directory in the image."
      )
    endif()
    if(NOT path MATCHES "/$")
      cmake_path(GET path FILENAME name)
      cmake_path(APPEND target "${name}")
    endif()
    cmake_path(NORMAL_PATH target)
    string(REGEX REPLACE "(.)/$" "\\1" target "${target}")
  endif()
  _go_container_check_whiteout("${call}" FROM_IMAGE "${target}")
  set(${out} "${target}" PARENT_SCOPE)
endfunction()
