# Chooses the engine that makes the images. An engine is one file in engines/, with the functions
#   _go_container_<engine>_probe(<refusal> <remedy>)  sets <refusal> to why it can't work here, or to
#       nothing, and then the global properties _go_container_<engine>_architecture and, where there
#       is more to tell of how it will build, _go_container_<engine>_detail
#   _go_container_<engine>_accept(<call>)             stops at a plan that it can't build
#   _go_container_<engine>_targets(<directory>)       adds what builds and runs the image; sets the
#       global property _go_container_rebuild_<name> to the commands, with && between them, that build it
#       a second time, without caches, in the directory @scratch@ (gocontainer/checks/reproducible.py)
foreach(
  _go_container_engine
  builtin
  buildah
  daemonless
  docker
  docker_endpoint
  dockerfile
  podman
)
  include("${CMAKE_CURRENT_LIST_DIR}/${_go_container_engine}.cmake")
endforeach()
unset(_go_container_engine)

# out: the engines, in the order in which auto tries them.
function(_go_container_engines out)
  set(${out} docker podman buildah builtin PARENT_SCOPE)
endfunction()

# out: the engine that GO_CONTAINER_ENGINE asks for, probed and told once a configure run.
function(_go_container_engine out call)
  get_property(engine GLOBAL PROPERTY "_go_container_engine_${GO_CONTAINER_ENGINE}")
  if(NOT engine)
    _go_container_engines(engines)
    list(JOIN engines ", " known)
    set(GO_CONTAINER_ENGINE auto CACHE STRING "What makes container images: auto, ${known}")
    set_property(CACHE GO_CONTAINER_ENGINE PROPERTY STRINGS auto ${engines})
    if(GO_CONTAINER_ENGINE STREQUAL "auto")
      _go_container_first_engine(engine "${call}" "${engines}")
    elseif(GO_CONTAINER_ENGINE IN_LIST engines)
      _go_container_this_engine(engine "${call}" "${GO_CONTAINER_ENGINE}")
    else()
      _go_container_error(
        "${call}"
        "GO_CONTAINER_ENGINE is \"${GO_CONTAINER_ENGINE}\", which is no engine"
        "Use -D GO_CONTAINER_ENGINE=<engine> with one of auto, ${known}."
      )
    endif()
    set_property(GLOBAL PROPERTY "_go_container_engine_${GO_CONTAINER_ENGINE}" ${engine})
  endif()
  set(${out} ${engine} PARENT_SCOPE)
endfunction()

# out: the first engine that works here.
function(_go_container_first_engine out call engines)
  set(refusals "")
  set(remedies "")
  foreach(engine IN LISTS engines)
    cmake_language(CALL _go_container_${engine}_probe refusal remedy)
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
  cmake_language(CALL _go_container_${engine}_probe refusal remedy)
  if(NOT refusal STREQUAL "")
    _go_container_error("${call}" "GO_CONTAINER_ENGINE is ${engine}, but ${refusal}" "${remedy}")
  endif()
  get_property(detail GLOBAL PROPERTY _go_container_${engine}_detail)
  message(STATUS "GoContainer: engine ${engine}${detail}, as GO_CONTAINER_ENGINE says")
  set(${out} ${engine} PARENT_SCOPE)
endfunction()
