# A container whose engine builds the Dockerfile into an archive, as it has no store.

# Makes the words of the caller, _go_container_dockerfile_targets(), write the archive, and output that file. The engine
# builds all platforms at once.
function(_go_container_dockerfile_to_archive directory)
  set(output "${directory}/${plan_name}.tar")
  _go_container_archive_output(form)
  set(made --archive "${output}" --output "${form}")
  string(REPLACE ";${tags};" ";" image_build "${image_build}")
  string(REPLACE "--iidfile;${directory}/image.id.new" "${made}" image_build "${image_build}")
  list(JOIN plan_platforms "," platforms)
  string(REPLACE "@platform@" "${platforms}" image_build "${image_build}")
  string(REPLACE "${directory}/" "@scratch@/" made "${made}")
  string(REPLACE "--iidfile;@scratch@/image.id" "${made}" again "${again}")
  _go_container_refreshed_file(refreshed)
  if(NOT EXISTS "${refreshed}")
    file(WRITE "${refreshed}" "")
  endif()
  list(APPEND depends "${refreshed}" AGAIN)
  return(PROPAGATE output depends image_build again)
endfunction()

# out: the file that image-refresh touches, so that each container is built again.
function(_go_container_refreshed_file out)
  set(${out} "${CMAKE_BINARY_DIR}/CMakeFiles/GoContainer/refreshed" PARENT_SCOPE)
endfunction()

# out: what the archive is, in the words of --output. An image for one platform is an OCI image layout and a docker archive
# at once. With media types of OCI, podman and skopeo would drop a health check; those of docker have no zstd.
function(_go_container_archive_output out)
  set(compression uncompressed) # a push compresses it
  set(oci false)
  if(DEFINED plan_compression)
    set(compression ${plan_compression})
    if(compression STREQUAL "zstd")
      set(oci true)
    endif()
  endif()
  _go_container_dockerfile_tags(tags)
  if("${plan_platforms}" MATCHES ";")
    set(type oci)
    list(GET tags 0 tags) # an index with several names would be several images to tools that read a layout
  else()
    set(type docker)
    list(JOIN tags "," tags)
  endif()
  set(
    ${out}
    "type=${type},oci-mediatypes=${oci},compression=${compression},\"name=${tags}\""
    PARENT_SCOPE
  )
endfunction()

# Adds the targets that do something with the archive.
function(_go_container_dockerfile_archive_targets directory archive)
  if(GO_CONTAINER_LOAD)
    _go_container_load_image("${directory}" "${archive}")
  endif()
  _go_container_archive_target("${directory}" DEPENDS "${archive}")
  if(DEFINED plan_push)
    _go_container_archive_push_target("${directory}")
  endif()
endfunction()
