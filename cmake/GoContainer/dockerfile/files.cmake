# FILES and OVERLAY in the Dockerfile.

# out: what copies FILES; from says where COPY finds them, see _go_container_files_image().
function(_go_container_dockerfile_copy_files out from)
  set(text "")
  set(group 0)
  foreach(string user IN ZIP_LISTS plan_files_destinations plan_files_users)
    _go_container_json_value(destination "${string}")
    string(REPLACE "\"" "" user "${user}")
    _go_container_dockerfile_name(user owner "${user}")
    string(REGEX REPLACE "([^/])$" "\\1/" destination "${destination}")
    _go_container_dockerfile_word(destination "${destination}")
    _go_container_json_string(destination "${destination}")
    _go_container_dockerfile_array(paths "\"/files/${group}/\";${destination}")
    string(APPEND text "COPY ${from}--chown=${user} ${paths}\n")
    math(EXPR group "${group} + 1")
  endforeach()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: whether files have set-ID bits which the engine's COPY would drop, unless their context has a name.
function(_go_container_named_context_for_set_id out)
  set(${out} FALSE PARENT_SCOPE)
  if("${plan_files_modes};${plan_directories_modes}" MATCHES "\"[2-7][0-7][0-7][0-7]\"")
    _go_container_engine_facts_of(${plan_engine} drops_set_id named_contexts)
    if(fact_drops_set_id)
      set(${out} TRUE PARENT_SCOPE)
      if(NOT fact_named_contexts)
        _go_container_error(
          "add_go_container(${plan_name})"
          "CHMOD has set-ID bits, which this ${plan_engine} drops"
          "Use podman 4.2, buildah 1.27 or newer, or another engine."
        )
      endif()
    endif()
  endif()
endfunction()

# out: what copies OVERLAY over the sources; directory is that of the plan.
function(_go_container_dockerfile_overlay out directory)
  set(${out} "" PARENT_SCOPE)
  if(NOT plan_overlay_destinations)
    return()
  endif()
  set(text "# Generated files, over the sources.\n")
  _go_container_files_image(image "${directory}")
  set(group 0)
  foreach(string IN LISTS plan_overlay_destinations)
    _go_container_json_value(place "${string}")
    cmake_path(ABSOLUTE_PATH place BASE_DIRECTORY "${plan_source}" NORMALIZE)
    cmake_path(RELATIVE_PATH place BASE_DIRECTORY "${plan_context}" OUTPUT_VARIABLE place)
    _go_container_dockerfile_word(place "/src/${place}/")
    _go_container_json_string(place "${place}")
    _go_container_dockerfile_array(paths "\"/overlay/${group}/\";${place}")
    string(APPEND text "COPY --from=${image} ${paths}\n")
    math(EXPR group "${group} + 1")
  endforeach()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()
