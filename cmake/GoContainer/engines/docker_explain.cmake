# A script: runs after a docker build that failed, and says so in one line where the reason is that
# the daemon went away. Wants the variable docker, the command.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/docker_endpoint.cmake")

execute_process(
  COMMAND "${docker}" version --format "{{.Server.Version}}"
  RESULT_VARIABLE result
  OUTPUT_QUIET
  ERROR_QUIET
  TIMEOUT 20
)
if(NOT result EQUAL 0)
  _go_container_docker_endpoint(endpoint source "${docker}")
  message(
    NOTICE
    "GoContainer: no docker daemon answers any more at ${endpoint}${source}. The last good image is kept. Start the daemon, then build again."
  )
endif()
