# The images that the build of a Dockerfile starts from.

# out: the command that pulls, before a build, images whose names have no registry, where the engine does not know what
# they mean; names: all images that the build needs.
function(_go_container_dockerfile_pull out names)
  set(${out} "" PARENT_SCOPE)
  set(images "${plan_base}")
  if(NOT plan_host_build OR DEFINED plan_capabilities)
    list(PREPEND images "${plan_builder_image}")
  endif()
  if(DEFINED plan_from_images)
    string(REPLACE "\"" "" from_images "${plan_from_images}")
    list(APPEND images ${from_images})
  endif()
  list(REMOVE_ITEM images scratch)
  list(REMOVE_DUPLICATES images)
  set(${names} "${images}" PARENT_SCOPE)
  _go_container_engine_facts_of(${plan_engine} short_names)
  if(NOT fact_short_names)
    return()
  endif()
  _go_container_short_names(images ${images})
  if(NOT images STREQUAL "")
    _go_container_place(script scripts/pull.sh)
    _go_container_engine_program(command ${plan_engine})
    set(
      ${out}
      COMMAND
      sh
      "${script}"
      "${command}"
      ${images}
      PARENT_SCOPE
    )
  endif()
endfunction()

# out: what tells scripts/explain_failure.cmake whom to ask: the engine, the builder, and the images of the build.
function(_go_container_dockerfile_explain out images)
  _go_container_engine_program(command ${plan_engine})
  list(JOIN images "," images)
  set(builder "")
  if(DEFINED plan_builder)
    set(builder -D "builder=${plan_builder}")
  endif()
  set(
    ${out}
    EXPLAIN
    -D
    engine=${plan_engine}
    -D
    "command=${command}"
    -D
    "images=${images}"
    ${builder}
    PARENT_SCOPE
  )
endfunction()
