# out: the full path of a file of this house, such as scripts/stage.sh.
function(_go_container_place out file)
  cmake_path(GET CMAKE_CURRENT_FUNCTION_LIST_DIR PARENT_PATH house)
  set(${out} "${house}/${file}" PARENT_SCOPE)
endfunction()
