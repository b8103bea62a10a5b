# BASE is scratch, a reference, or in skopeo's words an image on disk or in the store of an engine; a relative path starts
# at the current source directory.
function(_go_container_plan_base call)
  set(plan_base "${arg_BASE}")
  set(plan_builder_image "${arg_BUILDER_IMAGE}")
  if(arg_BASE MATCHES "^(docker-daemon|containers-storage):(.*)$")
    _go_container_check_reference("${call}" BASE "${CMAKE_MATCH_2}")
  elseif(arg_BASE MATCHES "^(oci|oci-archive|docker-archive):(.+)$")
    set(transport "${CMAKE_MATCH_1}")
    set(path "${CMAKE_MATCH_2}")
    cmake_path(ABSOLUTE_PATH path NORMALIZE)
    if(NOT EXISTS "${path}")
      _go_container_error(
        "${call}"
        "BASE is ${arg_BASE}, but there is no ${path}"
        "Correct the path, or put the image there: skopeo copy docker://<reference> ${transport}:${path}."
      )
    endif()
    set(plan_base "${transport}:${path}")
  else()
    _go_container_check_reference("${call}" BASE "${arg_BASE}")
  endif()
  _go_container_check_reference("${call}" BUILDER_IMAGE "${arg_BUILDER_IMAGE}")
  if(DEFINED GO_CONTAINER_REGISTRY_MIRROR AND NOT GO_CONTAINER_REGISTRY_MIRROR STREQUAL "")
    _go_container_mirrored(plan_base "${call}" "${plan_base}")
    _go_container_mirrored(plan_builder_image "${call}" "${plan_builder_image}")
  endif()
  return(PROPAGATE plan_base plan_builder_image)
endfunction()
