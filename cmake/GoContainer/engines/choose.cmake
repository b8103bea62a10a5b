# Chooses the engine that makes the images, probes it, and gives a container its targets by it. Engines: facts.cmake.

# out: the engine that GO_CONTAINER_ENGINE asks for, probed and told once a configure run; and once more where one that
# works without Go was chosen for an image without programs, and another image compiles.
function(_go_container_engine out call compiles)
  get_property(engine GLOBAL PROPERTY "_go_container_engine_${GO_CONTAINER_ENGINE}")
  if(NOT engine AND NOT compiles)
    get_property(engine GLOBAL PROPERTY "_go_container_engine_${GO_CONTAINER_ENGINE}_without_go")
  endif()
  if(NOT engine)
    _go_container_engines(engines)
    list(JOIN engines ", " known)
    set(GO_CONTAINER_ENGINE auto CACHE STRING "What makes container images: auto, ${known}")
    set_property(CACHE GO_CONTAINER_ENGINE PROPERTY STRINGS auto ${engines})
    set(GO_CONTAINER_BUILDER "" CACHE STRING "The builders of buildx that make the images")
    if(GO_CONTAINER_ENGINE STREQUAL "auto")
      _go_container_first_engine(engine "${call}" "${engines}")
    elseif(GO_CONTAINER_ENGINE IN_LIST engines)
      _go_container_this_engine(engine "${call}" "${GO_CONTAINER_ENGINE}")
    else()
      _go_container_error(
        "${call}"
        "GO_CONTAINER_ENGINE is \"${GO_CONTAINER_ENGINE}\", which is not an engine"
        "Use -D GO_CONTAINER_ENGINE=<engine> with one of auto, ${known}."
      )
    endif()
    set(property "_go_container_engine_${GO_CONTAINER_ENGINE}")
    get_property(has_go GLOBAL PROPERTY _go_container_host_go SET)
    _go_container_engine_facts_of(${engine} host_build)
    if(fact_host_build AND NOT has_go)
      string(APPEND property "_without_go")
    endif()
    set_property(GLOBAL PROPERTY "${property}" ${engine})
    if(NOT GO_CONTAINER_BUILDER STREQUAL "")
      _go_container_load(build/builder)
      _go_container_check_builder("${call}" ${engine} "${engines}")
      set_property(GLOBAL PROPERTY _go_container_buildx_builders "${GO_CONTAINER_BUILDER}")
    endif()
    _go_container_check_load("${call}" ${engine} "${engines}")
  endif()
  set(${out} ${engine} PARENT_SCOPE)
endfunction()

# out: the first engine that works here.
function(_go_container_first_engine out call engines)
  set(refusals "")
  set(remedies "")
  foreach(engine IN LISTS engines)
    _go_container_probe(refusal remedy ${engine})
    if(refusal STREQUAL "")
      get_property(detail GLOBAL PROPERTY _go_container_${engine}_detail)
      message(STATUS "GoContainer: engine ${engine}${detail}${refusals}")
      set(${out} ${engine} PARENT_SCOPE)
      return()
    endif()
    string(APPEND refusals "; not ${engine}: ${refusal}")
    string(APPEND remedies "\n   ${engine}: ${remedy}")
  endforeach()
  _go_container_error("${call}" "no engine works here${refusals}" "Mend one of them:${remedies}")
endfunction()

# out: the engine, which must work here.
function(_go_container_this_engine out call engine)
  _go_container_probe(refusal remedy ${engine})
  if(NOT refusal STREQUAL "")
    _go_container_error("${call}" "GO_CONTAINER_ENGINE is ${engine}, but ${refusal}" "${remedy}")
  endif()
  get_property(detail GLOBAL PROPERTY _go_container_${engine}_detail)
  message(STATUS "GoContainer: engine ${engine}${detail}, as GO_CONTAINER_ENGINE says")
  set(${out} ${engine} PARENT_SCOPE)
endfunction()

# Sets refusal to why the engine can't work here, and the remedy; or to nothing.
function(_go_container_probe refusal remedy engine)
  _go_container_find_engine(why mend ${engine})
  if(why STREQUAL "")
    cmake_language(CALL _go_container_${engine}_probe why mend)
  endif()
  set(${refusal} "${why}" PARENT_SCOPE)
  set(${remedy} "${mend}" PARENT_SCOPE)
endfunction()

# Finds the command of the engine, if it has one. Sets refusal and remedy where it is missing.
function(_go_container_find_engine refusal remedy engine)
  set(${refusal} "" PARENT_SCOPE)
  set(${remedy} "" PARENT_SCOPE)
  _go_container_engine_facts_of(${engine} command)
  if(NOT fact_command)
    return()
  endif()
  string(TOUPPER "${engine}" variable)
  find_program(GO_CONTAINER_${variable} "${fact_command}" DOC "The ${engine} command")
  if(NOT GO_CONTAINER_${variable})
    set(${refusal} "there is no ${fact_command} command on PATH" PARENT_SCOPE)
    set(${remedy} "Install ${engine}, or set GO_CONTAINER_${variable} to its command." PARENT_SCOPE)
  endif()
endfunction()

# Stops at a base on disk or in a store, which a Dockerfile has no name for, and at packages for what does not run here.
function(_go_container_engine_accept call)
  if(DEFINED plan_platforms AND DEFINED plan_packages)
    _go_container_check_emulation("${call}")
  endif()
  if(
    NOT plan_base MATCHES "^(oci|oci-archive|docker-archive):/|^(docker-daemon|containers-storage):"
  )
    return()
  endif()
  _go_container_engine_facts_of(${plan_engine} base_on_disk)
  if(NOT fact_base_on_disk)
    if(plan_base MATCHES "^(docker-daemon|containers-storage):")
      _go_container_error(
        "${call}"
        "BASE is an image in a store, ${plan_base}, but the engine is ${plan_engine}"
        "Leave out ${CMAKE_MATCH_1}:, or use the engine builtin."
      )
    endif()
    _go_container_error(
      "${call}"
      "BASE is an image on disk, ${plan_base}, but the engine is ${plan_engine}"
      "Give the reference of an image, or use the engine builtin."
    )
  endif()
endfunction()

# Adds the targets of the container of the plan that depend on its engine.
function(_go_container_engine_targets directory)
  if(COMMAND _go_container_${plan_engine}_targets)
    cmake_language(CALL _go_container_${plan_engine}_targets "${directory}")
  else()
    _go_container_dockerfile_targets("${directory}")
  endif()
  if(DEFINED plan_packages_lock_file)
    _go_container_packages_lock_target("${directory}")
  endif()
endfunction()
