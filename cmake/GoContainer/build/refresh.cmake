# The target image-refresh: looks again for the images that others start from. A build itself never does,
# where it has them.

# Adds the plan's base and builder image, as far as their names may stand for another image tomorrow. Where there is a
# lock, plan/pins.cmake has noted all images.
function(_go_container_refresh directory)
  get_property(others GLOBAL PROPERTY _go_container_refreshed SET)
  if(NOT others)
    cmake_language(
      EVAL CODE
        "cmake_language(DEFER DIRECTORY [[${CMAKE_SOURCE_DIR}]] CALL _go_container_refresh_target ${plan_engine})"
    )
    set_property(GLOBAL PROPERTY _go_container_refreshed "")
  endif()
  if(plan_lock)
    return()
  endif()
  set(references ${plan_base})
  if(NOT plan_host_build)
    list(APPEND references ${plan_builder_image})
  elseif(NOT plan_assembles) # it is for an engine elsewhere, and image-pins pins it
    set_property(GLOBAL APPEND PROPERTY _go_container_builders "${plan_builder_image}")
  endif()
  if(DEFINED plan_from_images)
    string(REPLACE "\"" "" from_images "${plan_from_images}")
    list(APPEND references ${from_images})
  endif()
  list(FILTER references EXCLUDE REGEX "^scratch$|@|^(oci|oci-archive|docker-archive):/")
  if(NOT references STREQUAL "")
    list(TRANSFORM references REPLACE "(/|^)([^/:]+)$" "\\1\\2:latest")
    _go_container_engine_facts_of(${plan_engine} short_names)
    if(fact_short_names)
      _go_container_full_names(references ${references})
    endif()
    list(JOIN references "|" references)
    set_property(GLOBAL APPEND PROPERTY _go_container_refreshed "${directory}|${references}")
  endif()
endfunction()

# Adds the target that does it; when all containers are known.
function(_go_container_refresh_target engine)
  get_property(lines GLOBAL PROPERTY _go_container_refreshed)
  _go_container_pins_target(pins "${lines}")
  get_property(lock GLOBAL PROPERTY _go_container_lock)
  _go_container_engine_facts_of(${engine} host_build pull)
  if(lock)
    set(refresh ${pins} --moved)
  elseif(lines STREQUAL "")
    return()
  elseif(fact_host_build)
    _go_container_image_command(image)
    _go_container_plans_file(plans)
    set(
      refresh
      ${image}
      refresh
      "${plans}"
      --bases
      "${CMAKE_BINARY_DIR}/CMakeFiles/GoContainer/bases"
    )
  elseif(NOT fact_pull)
    # Each build asks the registries, and what has not changed comes from the engine's cache.
    _go_container_refreshed_file(file)
    set(refresh "${CMAKE_COMMAND}" -E touch "${file}")
  else()
    _go_container_state_directory(directory)
    list(JOIN lines "\n" lines)
    file(GENERATE OUTPUT "${directory}/refreshed.txt" CONTENT "${lines}\n")
    list(JOIN fact_pull " " pull)
    _go_container_engine_program(command ${engine})
    _go_container_place(script scripts/refresh_images.cmake)
    set(
      refresh
      "${CMAKE_COMMAND}"
      -D
      "containers=${directory}/refreshed.txt"
      -D
      "engine=${command}"
      -D
      "pull=${pull}"
      -P
      "${script}"
    )
  endif()
  _go_container_helpers_folder()
  add_custom_target(
    go_container_refresh
    COMMAND ${refresh}
    COMMENT "Looking for newer images to start from"
    USES_TERMINAL
    VERBATIM
  )
  _go_container_all_images(all)
  add_dependencies(${all}-refresh go_container_refresh)
endfunction()
