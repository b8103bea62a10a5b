# MAX_GROWTH and BASELINE, and the targets that write baselines.

# out: the plan's "maxGrowth" member, or nothing. Reads the arg_ variables of the caller.
function(_go_container_growth_plan out call name)
  set(${out} "" PARENT_SCOPE)
  if("${arg_MAX_GROWTH}" STREQUAL "")
    if(DEFINED arg_BASELINE)
      _go_container_error("${call}" "BASELINE stands without MAX_GROWTH" "Give MAX_GROWTH, too.")
    endif()
    return()
  endif()
  if(arg_MAX_GROWTH MATCHES "^([0-9]+(\\.[0-9]+)?)%$")
    set(size "{\"declared\": \"${arg_MAX_GROWTH}\", \"percent\": \"${CMAKE_MATCH_1}\"}")
  else()
    _go_container_size(size "${call}" MAX_GROWTH "${arg_MAX_GROWTH}" " Or a percentage: 5%.")
  endif()
  _go_container_default(arg_BASELINE "${name}.size.json")
  _go_container_source_path(file "${arg_BASELINE}")
  string(REGEX REPLACE "}$" ", \"baseline\": ${file}}" size "${size}")
  set(${out} ",\n  \"maxGrowth\": ${size}" PARENT_SCOPE)
endfunction()

# Adds the target <name>-baseline where there is a MAX_GROWTH, and puts it into the one of all containers.
function(_go_container_growth_targets call plan directory)
  if(NOT plan MATCHES "\n  \"maxGrowth\": ")
    return()
  endif()
  _go_container_image_command(image)
  if(NOT image)
    return()
  endif()
  string(JSON name GET "${plan}" name)
  _go_container_check_new_target("${call}" ${name}-baseline "Give the container another name.")
  _go_container_all_images(all)
  get_property(made GLOBAL PROPERTY _go_container_baselines_made)
  if(NOT made)
    _go_container_add_target_of_all("${call}" ${all}-baselines)
    set_property(GLOBAL PROPERTY _go_container_baselines_made TRUE)
  endif()
  string(JSON engine GET "${plan}" engine)
  _go_container_engine_command(engine_command ${engine})
  add_custom_target(
    ${name}-baseline
    COMMAND ${image} baseline "${directory}/plan.json" ${engine_command}
    COMMENT "Writing the baseline of image ${name}"
    VERBATIM
  )
  add_dependencies(${name}-baseline ${name})
  add_dependencies(${all}-baselines ${name}-baseline)
endfunction()
