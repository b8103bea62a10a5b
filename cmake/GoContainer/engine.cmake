# Chooses the engine that makes the images. An engine is one file in engines/, with the functions
#   _go_container_<engine>_probe(<refusal> <remedy>)  sets <refusal> to why it can't work here, or to
#       nothing, and then the global property _go_container_<engine>_architecture
#   _go_container_<engine>_accept(<call> <plan>)      stops at a plan that it can't build
#   _go_container_<engine>_targets(<plan> <directory>)  adds what builds and runs the image
include("${CMAKE_CURRENT_LIST_DIR}/engines/builtin.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/engines/docker.cmake")

# out: the engines, in the order in which auto tries them.
function(_go_container_engines out)
  set(${out} docker builtin PARENT_SCOPE)
endfunction()

# out: the engine that GO_CONTAINER_ENGINE asks for, asked and told once a configure run.
function(_go_container_engine out call)
  _go_container_engines(engines)
  set(GO_CONTAINER_ENGINE auto CACHE STRING "What makes container images: auto, docker or builtin")
  set_property(CACHE GO_CONTAINER_ENGINE PROPERTY STRINGS auto ${engines})
  get_property(engine GLOBAL PROPERTY _go_container_engine_${GO_CONTAINER_ENGINE})
  if(NOT engine)
    _go_container_choose_engine(engine "${call}")
    set_property(GLOBAL PROPERTY _go_container_engine_${GO_CONTAINER_ENGINE} ${engine})
  endif()
  set(${out} ${engine} PARENT_SCOPE)
endfunction()

function(_go_container_choose_engine out call)
  _go_container_engines(engines)
  set(wanted "${GO_CONTAINER_ENGINE}")
  if(wanted STREQUAL "auto")
    set(wanted ${engines})
  elseif(NOT wanted IN_LIST engines)
    list(JOIN engines ", " known)
    _go_container_error(
      "${call}"
      "GO_CONTAINER_ENGINE is \"${wanted}\", which is no engine"
      "Use -D GO_CONTAINER_ENGINE=<engine> with one of: auto, ${known}."
    )
  endif()

  set(refusals "")
  set(remedies "")
  foreach(engine IN LISTS wanted)
    cmake_language(CALL _go_container_${engine}_probe refusal remedy)
    if(refusal STREQUAL "")
      if(refusals)
        string(REPLACE "\n" "; " refusals " (${refusals})")
      endif()
      message(STATUS "GoContainer: engine ${engine}${refusals}")
      set(${out} ${engine} PARENT_SCOPE)
      return()
    endif()
    list(APPEND refusals "not ${engine}: ${refusal}")
    list(APPEND remedies "${engine}: ${remedy}")
  endforeach()
  list(JOIN refusals "; " refusals)
  list(JOIN remedies "\n " remedies)
  _go_container_error("${call}" "no engine works here, ${refusals}" "${remedies}")
endfunction()
