# GO_CONTAINER_LOAD: images that this machine makes as archives go into the store of an engine, too.

# Stops at a value that the engine of the images can't have.
function(_go_container_check_load call engine engines)
  set(
    GO_CONTAINER_LOAD
    ""
    CACHE STRING
    "The engine whose store gets the images, too, that are made without it"
  )
  set(loaders "")
  foreach(candidate IN LISTS engines)
    _go_container_engine_facts_of(${candidate} loads)
    if(fact_loads)
      list(APPEND loaders ${candidate})
    endif()
  endforeach()
  set_property(CACHE GO_CONTAINER_LOAD PROPERTY STRINGS "" ${loaders})
  set(loader "${GO_CONTAINER_LOAD}")
  if(loader STREQUAL "")
    return()
  endif()
  if(NOT loader IN_LIST loaders)
    list(JOIN loaders " or " loaders)
    _go_container_error(
      "${call}"
      "GO_CONTAINER_LOAD is \"${loader}\", whose store can't be loaded into"
      "Use -D GO_CONTAINER_LOAD=<engine> with ${loaders}, or leave it empty."
    )
  endif()
  _go_container_engine_facts_of(${engine} result shares)
  if(fact_result STREQUAL "store")
    if(NOT loader STREQUAL engine AND NOT loader STREQUAL "${fact_shares}")
      _go_container_host_engine(host_engine)
      _go_container_error(
        "${call}"
        "GO_CONTAINER_LOAD is ${loader}, but the engine is ${engine}, whose images go into its own store"
        "Use -D GO_CONTAINER_ENGINE=${host_engine} or ${loader}, or leave GO_CONTAINER_LOAD empty."
      )
    endif()
    return()
  endif()
  _go_container_find_engine(why mend ${loader})
  if(NOT why STREQUAL "")
    _go_container_error("${call}" "GO_CONTAINER_LOAD is ${loader}, but ${why}" "${mend}")
  endif()
endfunction()

# Lets the target of the container of the plan load its archive, when it is another one, or the store lacks its image.
function(_go_container_load_image directory archive)
  set(name ${plan_name})
  _go_container_image_command(image)
  _go_container_engine_program(command ${GO_CONTAINER_LOAD})
  set(
    load
    ${image}
    load
    --engine-command
    "${command}"
    "${directory}/plan.json"
    ${GO_CONTAINER_LOAD}
  )
  _go_container_has_depfile(depfile)
  if(NOT depfile)
    # It builds each time, and so it asks the store each time.
    add_custom_command(TARGET ${name} POST_BUILD COMMAND ${load} VERBATIM)
    return()
  endif()
  add_custom_command(
    OUTPUT "${directory}/image.id"
    COMMAND ${load}
    DEPENDS "${archive}" "${directory}/plan.json" "${directory}/pruned"
    COMMENT "Loading image ${name} into the store of ${GO_CONTAINER_LOAD}"
    VERBATIM
  )
  target_sources(${name} PRIVATE "${directory}/image.id")
  _go_container_watch_store(${name} "${directory}" ${GO_CONTAINER_LOAD})
endfunction()
