# DIRECTORIES: directories of the image, with their mode and owner.

# The paths, sorted, so that a directory comes before those in it.
function(_go_container_plan_directories call)
  _go_container_groups(groups DIRECTORIES)
  set(entries "")
  foreach(group IN LISTS groups)
    _go_container_default(arg_CHMOD_${group} "0755")
    _go_container_default(arg_CHOWN_${group} "0:0")
    _go_container_check_mode("${call}" "${arg_CHMOD_${group}}")
    _go_container_plan_owner(user "${call}" "${arg_CHOWN_${group}}")
    foreach(string IN LISTS arg_DIRECTORIES_${group})
      _go_container_plan_path(path "${call}" DIRECTORIES "${string}")
      list(APPEND entries "${path}|${arg_CHMOD_${group}}|${user}")
    endforeach()
  endforeach()
  if(entries STREQUAL "")
    return()
  endif()
  list(SORT entries)
  foreach(entry IN LISTS entries)
    string(REGEX MATCH "^(.*)[|]([0-7]+)[|]([^|]*)$" entry "${entry}")
    set(path "${CMAKE_MATCH_1}")
    set(mode "${CMAKE_MATCH_2}")
    set(user "${CMAKE_MATCH_3}")
    if(path IN_LIST plan_directories_paths)
      _go_container_json_value(path "${path}")
      _go_container_error("${call}" "DIRECTORIES \"${path}\" is given twice" "Give it once.")
    endif()
    _go_container_plan_place("${path}" "${user}")
    list(APPEND plan_directories_paths "${path}")
    list(APPEND plan_directories_modes "\"${mode}\"")
    list(APPEND plan_directories_users "\"${user}\"")
    list(APPEND plan_directories_places "${place}")
  endforeach()
  return(
    PROPAGATE
      plan_directories_paths
      plan_directories_modes
      plan_directories_users
      plan_directories_places
      plan_names
      plan_trees_parents
      plan_trees_users
  )
endfunction()

# out: the absolute path of the JSON string in its shortest form, as a JSON string.
function(_go_container_plan_path out call option string)
  _go_container_json_value(path "${string}")
  if(NOT path MATCHES "^/[^\n]*$")
    _go_container_error(
      "${call}"
      "${option} \"${path}\" is not an absolute path"
      "Begin it with /."
    )
  endif()
  _go_container_check_whiteout("${call}" ${option} "${path}")
  cmake_path(NORMAL_PATH path)
  string(REGEX REPLACE "^/+" "/" path "${path}")
  string(REGEX REPLACE "(.)/$" "\\1" path "${path}")
  if(path STREQUAL "/")
    _go_container_error("${call}" "${option} \"/\" is the root directory" "Give a directory in it.")
  endif()
  _go_container_check_beside_programs("${call}" ${option} "${path}")
  _go_container_json_string(path "${path}")
  set(${out} "${path}" PARENT_SCOPE)
endfunction()

# Directories and links are copied into the image in trees. One has what is in the same directory of the image and has
# the same owner, and all below that which has the owner, too, without a gap. So no copy says anything of a directory
# that is not declared, which the base may have with a mode and owner of its own.

# place: where a path is staged, a JSON string; in a new tree where there is none for it yet.
function(_go_container_plan_place path user)
  _go_container_json_value(path "${path}")
  cmake_path(GET path PARENT_PATH parent)
  cmake_path(GET path FILENAME name)
  _go_container_json_string(parent "${parent}")
  list(FIND plan_directories_paths "${parent}" index)
  if(NOT index EQUAL -1)
    list(GET plan_directories_users ${index} owner)
    if(owner STREQUAL "\"${user}\"")
      list(GET plan_directories_places ${index} above)
      _go_container_json_value(above "${above}")
      _go_container_json_string(place "${above}/${name}")
      return(PROPAGATE place)
    endif()
  endif()
  set(tree 0)
  set(found FALSE)
  foreach(directory owner IN ZIP_LISTS plan_trees_parents plan_trees_users)
    if(directory STREQUAL parent AND owner STREQUAL "\"${user}\"")
      set(found TRUE)
      break()
    endif()
    math(EXPR tree "${tree} + 1")
  endforeach()
  if(NOT found)
    list(APPEND plan_trees_parents "${parent}")
    list(APPEND plan_trees_users "\"${user}\"")
  endif()
  _go_container_json_string(place "context/trees/${tree}/${name}")
  return(PROPAGATE place plan_trees_parents plan_trees_users)
endfunction()
