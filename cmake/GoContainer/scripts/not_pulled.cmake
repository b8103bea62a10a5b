# After a build of podman or buildah that failed.

# missing: whether the reason is an image whose name has no registry, and that is neither in the store nor on docker.io;
# that is said in one line.
function(_go_container_not_pulled missing call engine images)
  set(${missing} FALSE PARENT_SCOPE)
  string(REPLACE "|" ";" images "${images}")
  foreach(image IN LISTS images)
    execute_process(
      COMMAND "${engine}" inspect --type image "${image}"
      RESULT_VARIABLE result
      OUTPUT_QUIET
      ERROR_QUIET
    )
    if(NOT result EQUAL 0)
      set(${missing} TRUE PARENT_SCOPE)
      set(full "docker.io/library/${image}")
      if(image MATCHES "/")
        set(full "docker.io/${image}")
      endif()
      message(
        NOTICE
        "GoContainer: ${call}: the image ${image} is not here, and ${full}, which the name means, can't be pulled. Make that possible, or write the full name of an image that can be pulled, or pull it yourself and tag it ${image}."
      )
      return()
    endif()
  endforeach()
endfunction()
