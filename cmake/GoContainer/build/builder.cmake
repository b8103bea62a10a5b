# GO_CONTAINER_BUILDER: the builders of buildx that make the images.

# Chooses the builder of the container of the plan: sets plan_builder, and the engine's fact build to its command. The builder
# whose hash with the name of the container is the highest is chosen. So a new container moves no other one, and a new builder
# moves only its own share. A variant has the builder of its container, as it has the same programs. Stops if the engine was
# asked about other builders.
function(_go_container_plan_builder call builders)
  if(NOT "${GO_CONTAINER_BUILDER}" STREQUAL "${builders}")
    _go_container_error(
      "${call}"
      "GO_CONTAINER_BUILDER is \"${GO_CONTAINER_BUILDER}\" here, but \"${builders}\" at an earlier container"
      "Set it once, above all containers, such as by -D GO_CONTAINER_BUILDER=<name>."
    )
  endif()
  set(highest "")
  foreach(builder IN LISTS GO_CONTAINER_BUILDER)
    string(MD5 hash "${builder} ${plan_family}")
    if(hash STRGREATER highest)
      set(highest ${hash})
      set(plan_builder "${builder}")
    endif()
  endforeach()
  _go_container_engine_facts_of(${plan_engine} "build_${plan_builder}")
  _go_container_fact(${plan_engine} build "${fact_build_${plan_builder}}")
  return(PROPAGATE plan_builder)
endfunction()

# Stops at an engine that has no builders.
function(_go_container_check_builder call engine engines)
  _go_container_engine_facts_of(${engine} builders)
  if(fact_builders)
    return()
  endif()
  set(others "")
  foreach(candidate IN LISTS engines)
    _go_container_engine_facts_of(${candidate} builders)
    if(fact_builders)
      list(APPEND others ${candidate})
    endif()
  endforeach()
  list(JOIN others " or " others)
  _go_container_error(
    "${call}"
    "GO_CONTAINER_BUILDER is ${GO_CONTAINER_BUILDER}, but the engine is ${engine}, which has no builders"
    "Use -D GO_CONTAINER_ENGINE=${others}, or leave GO_CONTAINER_BUILDER empty."
  )
endfunction()
