# Which docker daemon the docker command talks to.

# endpoint: its address; source: what chose it, as ", which … names", or nothing for the default.
function(_go_container_docker_endpoint endpoint source docker)
  execute_process(
    COMMAND "${docker}" context inspect --format "{{.Name}} {{.Endpoints.docker.Host}}"
    OUTPUT_VARIABLE context
    ERROR_QUIET
    OUTPUT_STRIP_TRAILING_WHITESPACE
    TIMEOUT 20
  )
  set(${source} "" PARENT_SCOPE)
  if(NOT "$ENV{DOCKER_HOST}" STREQUAL "")
    # It goes before every context.
    set(${endpoint} "$ENV{DOCKER_HOST}" PARENT_SCOPE)
    set(${source} ", which DOCKER_HOST names" PARENT_SCOPE)
  elseif(context MATCHES "^([^ ]+) (.+)$")
    set(${endpoint} "${CMAKE_MATCH_2}" PARENT_SCOPE)
    if(NOT CMAKE_MATCH_1 STREQUAL "default")
      set(${source} ", which the docker context ${CMAKE_MATCH_1} names" PARENT_SCOPE)
    endif()
  else()
    set(${endpoint} "its default place" PARENT_SCOPE)
  endif()
endfunction()
