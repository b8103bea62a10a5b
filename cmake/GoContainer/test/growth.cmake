# The targets that write baselines, for MAX_GROWTH.

# Adds the target <name>-baseline where there is a MAX_GROWTH, and puts it into the one of all containers.
function(_go_container_growth_targets call name directory)
  if(NOT DEFINED plan_max_growth)
    return()
  endif()
  _go_container_image_command(image)
  if(NOT image)
    return()
  endif()
  _go_container_check_new_target("${call}" ${name}-baseline "Give the container another name.")
  _go_container_one_target_of_all(all "${call}" -baselines)
  _go_container_engine_command(engine_command ${plan_engine})
  set(
    write
    COMMAND
    ${image}
    baseline
    "${directory}/plan.json"
    ${engine_command}
  )
  if("${plan_platforms}" MATCHES ";")
    list(TRANSFORM plan_platforms REPLACE "(.+)" "${write};--platform;\\1" OUTPUT_VARIABLE write)
  endif()
  add_custom_target(
    ${name}-baseline
    ${write}
    COMMENT "Writing the baseline of image ${name}"
    VERBATIM
  )
  add_dependencies(${name}-baseline ${name})
  add_dependencies(${all} ${name}-baseline)
endfunction()
