# GO_CACHE where an engine compiles: what fills its cache mounts before a build, and what copies out of them afterwards.

# fetch, write: the commands of build.sh.
function(_go_container_go_cache_commands fetch write directory)
  _go_container_engine_facts_of(${plan_engine} again build no_image)
  _go_container_image_command(image)
  string(MD5 mounts "${fact_build}") # another builder has others
  string(SUBSTRING ${mounts} 0 8 mounts)
  set(options --marks "${CMAKE_BINARY_DIR}/CMakeFiles/GoContainer/${mounts}")
  if(NOT fact_no_image) # each of its builds leaves an image
    _go_container_engine_program(command ${plan_engine})
    list(APPEND options --engine-command "${command}")
    list(APPEND fact_build ${fact_again})
  endif()
  list(APPEND options "${directory}/plan.json")
  set(
    ${fetch}
    COMMAND
    ${image}
    fetch_go_cache
    ${options}
    ${fact_build}
    ${fact_no_image}
    PARENT_SCOPE
  )
  set(
    ${write}
    COMMAND
    ${image}
    write_go_cache
    ${options}
    ${fact_build}
    PARENT_SCOPE
  )
endfunction()
