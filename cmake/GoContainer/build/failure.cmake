# A build that fails is explained: scripts/explain_failure.cmake says what a private module lacked.

# out: what stands behind a command of a target, as the shell of every platform has it: a pipe that fails.
# Behind it stand BY_ENGINE where the engine may know more, IMAGES, those whose names have no registry, and MODULES,
# the command that downloads the modules.
function(_go_container_explained out)
  cmake_parse_arguments(PARSE_ARGV 1 explained BY_ENGINE "" "IMAGES;MODULES")
  list(JOIN explained_MODULES "|" modules) # else it would be many words of a list
  set(by_engine "")
  if(explained_BY_ENGINE)
    list(JOIN explained_IMAGES "|" images)
    _go_container_engine_program(command ${plan_engine})
    set(
      by_engine
      -D
      engine=${plan_engine}
      -D
      "command=${command}"
      -D
      "images=${images}"
    )
  endif()
  _go_container_place(script scripts/explain_failure.cmake)
  set(
    ${out}
    ||
    "${CMAKE_COMMAND}"
    -D
    "call=add_go_container(${plan_name})"
    -D
    "host=${plan_host_build}"
    ${by_engine}
    -D
    "modules=${modules}"
    -P
    "${script}"
    |
    "${CMAKE_COMMAND}"
    -E
    false
    PARENT_SCOPE
  )
endfunction()
