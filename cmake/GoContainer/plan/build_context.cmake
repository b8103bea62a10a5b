# The build context: the directory that holds all modules of a program, and what of it a Dockerfile can't copy or
# is no part of the build.

# out: the nearest directory above all of the modules and the root.
function(
  _go_container_context
  out
  call
  root
  modules
  host_build
)
  set(context "${root}")
  foreach(string IN LISTS modules)
    _go_container_json_value(directory "${string}")
    cmake_path(IS_PREFIX context "${directory}" inside)
    while(NOT inside)
      cmake_path(GET context PARENT_PATH context)
      cmake_path(IS_PREFIX context "${directory}" inside)
    endwhile()
  endforeach()
  if(context STREQUAL "/" AND NOT root STREQUAL "/")
    if(NOT host_build)
      list(GET modules -1 last)
      _go_container_json_value(last "${last}")
      _go_container_error(
        "${call}"
        "the modules of ${root} have no directory in common but /, which can't be the build context: ${last}"
        "Keep them below one directory, copy them into vendor (go mod vendor), or let this machine compile: HOST_BUILD ON."
      )
    endif()
    set(context "${root}")
  endif()
  set(${out} "${context}" PARENT_SCOPE)
endfunction()

# out: the symbolic links, in the context, that are on the way to the modules; targets: the directories of
# the modules behind them. JSON strings, each.
function(_go_container_module_links out targets context modules)
  set(links "")
  set(behind "")
  foreach(string IN LISTS modules)
    _go_container_json_value(directory "${string}")
    set(path "${directory}")
    cmake_path(IS_PREFIX context "${path}" inside)
    while(inside AND NOT path STREQUAL context)
      if(IS_SYMLINK "${path}")
        _go_container_json_string(link "${path}")
        list(APPEND links "${link}")
        _go_container_real_path(real "${context}" "${directory}")
        _go_container_json_string(real "${real}")
        list(APPEND behind "${real}")
      endif()
      cmake_path(GET path PARENT_PATH path)
    endwhile()
  endforeach()
  list(REMOVE_DUPLICATES behind)
  set(${out} "${links}" PARENT_SCOPE)
  set(${targets} "${behind}" PARENT_SCOPE)
endfunction()

# out: the directory without links below the context, which may be behind one itself.
function(_go_container_real_path out context directory)
  file(REAL_PATH "${directory}" real)
  file(REAL_PATH "${context}" root)
  cmake_path(IS_PREFIX root "${real}" inside)
  if(inside)
    cmake_path(RELATIVE_PATH real BASE_DIRECTORY "${root}")
    cmake_path(ABSOLUTE_PATH real BASE_DIRECTORY "${context}" NORMALIZE)
  endif()
  set(${out} "${real}" PARENT_SCOPE)
endfunction()

# Stops at a module that a link leads to, out of the context.
function(_go_container_check_links call context modules)
  _go_container_module_links(links targets "${context}" "${modules}")
  foreach(string IN LISTS targets)
    _go_container_json_value(target "${string}")
    cmake_path(IS_PREFIX context "${target}" inside)
    if(NOT inside)
      _go_container_error(
        "${call}"
        "a link leads to the module ${target}, out of the build context ${context}"
        "Name that directory itself in go.mod or go.work, or let this machine compile: HOST_BUILD ON."
      )
    endif()
  endforeach()
endfunction()

# Stops at a directory that COPY takes for a pattern; no way to quote one is the same for all engines.
function(_go_container_check_names call context modules)
  foreach(string IN LISTS modules)
    _go_container_json_value(directory "${string}")
    cmake_path(RELATIVE_PATH directory BASE_DIRECTORY "${context}" OUTPUT_VARIABLE name)
    if(name MATCHES "[[*?\\]")
      _go_container_error(
        "${call}"
        "a Dockerfile can't copy from the directory of the module ${directory}"
        "Rename it, without [ * ? and backslashes, or let this machine compile: HOST_BUILD ON."
      )
    endif()
  endforeach()
endfunction()

# out: the directories below those of the modules that hold modules of their own, which are no part of the
# build; as JSON strings. Once for each module.
function(_go_container_nested_modules out modules)
  set(nested "")
  foreach(string IN LISTS modules)
    _go_container_json_value(directory "${string}")
    string(MD5 key "${directory}")
    get_property(found GLOBAL PROPERTY _go_container_nested_${key})
    get_property(known GLOBAL PROPERTY _go_container_nested_${key} SET)
    if(NOT known)
      _go_container_find_nested(found "${directory}")
      set_property(GLOBAL PROPERTY _go_container_nested_${key} "${found}")
    endif()
    list(APPEND nested ${found})
  endforeach()
  list(REMOVE_DUPLICATES nested)
  list(REMOVE_ITEM nested ${modules})
  set(${out} "${nested}" PARENT_SCOPE)
endfunction()

function(_go_container_find_nested out directory)
  set(nested "")
  file(GLOB_RECURSE files LIST_DIRECTORIES FALSE "${directory}/*/go.mod")
  foreach(file IN LISTS files)
    cmake_path(IS_PREFIX CMAKE_BINARY_DIR "${file}" built)
    if(NOT built AND NOT file MATCHES "/\\.git/")
      cmake_path(GET file PARENT_PATH path)
      _go_container_json_string(path "${path}")
      list(APPEND nested "${path}")
    endif()
  endforeach()
  set(${out} "${nested}" PARENT_SCOPE)
endfunction()
