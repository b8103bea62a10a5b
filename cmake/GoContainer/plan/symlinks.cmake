# SYMLINKS: symbolic links of the image.

# After DIRECTORIES.
function(_go_container_plan_symlinks call)
  foreach(string IN LISTS arg_SYMLINKS)
    if(string MATCHES "\\\\n" OR NOT string MATCHES "^\"([^=]+)=(.+)\"$")
      _go_container_json_value(link "${string}")
      _go_container_error(
        "${call}"
        "SYMLINKS \"${link}\" is not <path>=<target> on one line"
        "Write the path of the link, then = and what it leads to."
      )
    endif()
    set(target "\"${CMAKE_MATCH_2}\"")
    _go_container_plan_path(path "${call}" SYMLINKS "\"${CMAKE_MATCH_1}\"")
    _go_container_check_symlink("${call}" "${path}")
    _go_container_plan_place("${path}" 0:0)
    list(APPEND plan_symlinks_paths "${path}")
    list(APPEND plan_symlinks_targets "${target}")
    list(APPEND plan_symlinks_places "${place}")
  endforeach()
  return(
    PROPAGATE
      plan_symlinks_paths
      plan_symlinks_targets
      plan_symlinks_places
      plan_trees_parents
      plan_trees_users
  )
endfunction()

# Stops at a link that is given twice, or is to be a directory.
function(_go_container_check_symlink call string)
  _go_container_json_value(link "${string}")
  if(string IN_LIST plan_symlinks_paths)
    _go_container_error("${call}" "SYMLINKS \"${link}\" is given twice" "Give it once.")
  endif()
  foreach(other IN LISTS plan_directories_paths)
    _go_container_json_value(path "${other}")
    cmake_path(IS_PREFIX link "${path}" inside)
    if(inside)
      _go_container_error(
        "${call}"
        "SYMLINKS \"${link}\" is a link, but DIRECTORIES \"${path}\" needs a directory there"
        "Give DIRECTORIES the path that the link leads to, or remove the link."
      )
    endif()
  endforeach()
endfunction()
