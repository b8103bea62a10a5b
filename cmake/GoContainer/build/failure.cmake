# A build that fails is explained: scripts/explain_failure.cmake says what a private module lacked.

# out: what stands behind a command of a target, as the shell of every platform has it: a pipe that fails.
# Behind it stand the command that downloads the modules.
function(_go_container_explained out)
  cmake_parse_arguments(PARSE_ARGV 1 explained "" "" "FLAGS;MODULES")
  list(JOIN explained_MODULES "|" modules) # else it would be many words of a list
  _go_container_place(script scripts/explain_failure.cmake)
  set(
    ${out}
    ||
    "${CMAKE_COMMAND}"
    -D
    "call=add_go_container(${plan_name})"
    -D
    "host=${plan_host_build}"
    ${explained_FLAGS}
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
