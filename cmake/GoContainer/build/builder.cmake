# GO_CONTAINER_BUILDER: the builder of buildx that makes the images.

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
