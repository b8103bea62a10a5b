# GO_CACHE where an engine compiles: what fills its cache mounts before a build, and what copies out of them afterwards.

# fetch, write: the commands of build.sh.
function(_go_container_go_cache_commands fetch write directory)
  _go_container_engine_facts_of(
    ${plan_engine}
    again
    build
    caches
    no_image
  )
  set(build ${fact_build})
  if(NOT "${fact_caches}" STREQUAL "buildkit")
    # Else the store would keep a copy of the caches. BuildKit would take other cache mounts with these flags.
    list(APPEND build ${fact_again})
  endif()
  _go_container_image_command(image)
  set(options --marks "${CMAKE_BINARY_DIR}/CMakeFiles/GoContainer" "${directory}/plan.json")
  set(
    ${fetch}
    COMMAND
    ${image}
    fetch_go_cache
    ${options}
    ${build}
    ${fact_no_image}
    PARENT_SCOPE
  )
  set(
    ${write}
    COMMAND
    ${image}
    write_go_cache
    ${options}
    ${build}
    PARENT_SCOPE
  )
endfunction()
