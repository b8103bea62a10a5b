# out: the full path of a file of this house, such as scripts/stage.sh.
function(_go_container_place out file)
  cmake_path(GET CMAKE_CURRENT_FUNCTION_LIST_DIR PARENT_PATH house)
  set(${out} "${house}/${file}" PARENT_SCOPE)
endfunction()

# Loads a file of this house that only few calls need, such as plan/caches, once.
function(_go_container_load file)
  get_property(loaded GLOBAL PROPERTY "_go_container_loaded_${file}")
  if(NOT loaded)
    _go_container_place(path "${file}.cmake")
    include("${path}")
    set_property(GLOBAL PROPERTY "_go_container_loaded_${file}" TRUE)
  endif()
endfunction()
