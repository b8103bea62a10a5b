# After a docker build that failed.

include("${CMAKE_CURRENT_LIST_DIR}/../engines/docker_endpoint.cmake")

# gone: whether the reason is that the daemon went away; that is said in one line.
function(_go_container_docker_gone gone docker)
  set(${gone} FALSE PARENT_SCOPE)
  execute_process(
    COMMAND "${docker}" version --format "{{.Server.Version}}"
    RESULT_VARIABLE result
    OUTPUT_QUIET
    ERROR_QUIET
    TIMEOUT 20
  )
  if(NOT result EQUAL 0)
    set(${gone} TRUE PARENT_SCOPE)
    _go_container_docker_endpoint(endpoint source "${docker}")
    message(
      NOTICE
      "GoContainer: no docker daemon answers any more at ${endpoint}${source}. The last good image is kept. Start the daemon, then build again."
    )
  endif()
endfunction()
