# What is said after a build that failed because an image could not be fetched.

# why: in the engine's words, or nothing.
function(_go_container_tell_not_fetched call image why)
  set(meaning "")
  set(ways "Make that possible, or use another one")
  if(NOT image MATCHES "^[^/]*[.:][^/]*/|^localhost/" OR image MATCHES "^(index[.])?docker[.]io/")
    set(
      ways
      "Make that possible, set GO_CONTAINER_REGISTRY_MIRROR to a mirror of docker.io, or pull it yourself"
    )
    if(image MATCHES "^[^/]+$")
      set(meaning " (docker.io/library/${image})")
    elseif(NOT image MATCHES "^(index[.])?docker[.]io/")
      set(meaning " (docker.io/${image})")
    endif()
  endif()
  if(NOT why STREQUAL "")
    string(PREPEND why ": ")
  endif()
  message(
    NOTICE
    "GoContainer: ${call}: the image ${image}${meaning} is not here and can't be fetched${why}. ${ways}. If it is the BUILDER_IMAGE, HOST_BUILD ON does without it. GO_CONTAINER_ENGINE names another engine."
  )
endfunction()
