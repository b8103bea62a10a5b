# What is said after a build that failed because of what builds: a builder that is slow or went silent, a connection that broke, a
# disk that is full. The numbers are those of scripts/watch_builder.sh.
include("${CMAKE_CURRENT_LIST_DIR}/../base/environment.cmake")

# seconds: how long a builder may take to answer a question. By themselves, buildx and buildctl give up after 20.
function(_go_container_builder_patience seconds)
  _go_container_environment(patience GO_CONTAINER_BUILDER_PATIENCE)
  if(NOT patience MATCHES "^[1-9][0-9]*$")
    set(patience 30)
  endif()
  set(${seconds} ${patience} PARENT_SCOPE)
endfunction()

# told: whether status says that the builder went silent. called: what it is in a sentence; mend: the remedy.
function(_go_container_tell_silent told status called mend)
  set(${told} FALSE PARENT_SCOPE)
  if(status EQUAL 91)
    set(${told} TRUE PARENT_SCOPE)
    message(
      NOTICE
      "GoContainer: ${called} does not answer any more, so the build was ended. The last good image is kept. ${mend} Then build again."
    )
  endif()
endfunction()

# told: whether a full disk, a broken connection or a builder that was slow to answer is the reason. said: the output of a build
# that needs next to no room; prune: the command that makes room.
function(
  _go_container_tell_not_built
  told
  status
  called
  said
  prune
)
  set(${told} TRUE PARENT_SCOPE)
  if(said MATCHES "no space left on device")
    message(
      NOTICE
      "GoContainer: the disk of ${called} is full. The last good image is kept. Make room there by ${prune} or, if that finds no room to work either, by removing other files. Then build again."
    )
  elseif(status EQUAL 93)
    message(
      NOTICE
      "GoContainer: a disk was full, that of ${called} or of this machine. The last good image is kept. Make room, for the former by ${prune}. Then build again."
    )
  elseif(status EQUAL 92)
    message(
      NOTICE
      "GoContainer: the connection to ${called} broke during the build. The last good image is kept. Build again."
    )
  elseif(status EQUAL 90)
    _go_container_builder_patience(seconds)
    message(
      NOTICE
      "GoContainer: ${called} did not answer within ${seconds} s, so the build was not started. It answers now. The last good image is kept. Build again. If it is often so slow, set GO_CONTAINER_BUILDER_PATIENCE to more seconds."
    )
  else()
    set(${told} FALSE PARENT_SCOPE)
  endif()
endfunction()
