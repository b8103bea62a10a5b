# Which modules a program is built of, and from which directory the container gets them: what go.work
# and the go.mod of each module say, as the go command reads them (Go Modules Reference, "Workspaces"
# and "replace directive").

# Sets in the caller: <prefix>_context, the nearest directory that holds all that the build reads;
# <prefix>_workspace, the full path of go.work, or nothing; <prefix>_list, the directories of the
# modules, as JSON strings; <prefix>_vendor, true where vendor/ has all that is not one of them. Reads the
# arg_ variables of the caller.
function(_go_container_modules prefix call source host_build)
  # The same for all containers of a module that say the same of it.
  set(key "_go_container_modules|${source}|${host_build}|${arg_GO_ENV}|${arg_GO_FLAGS}")
  get_property(known GLOBAL PROPERTY "${key}" SET)
  if(NOT known)
    _go_container_find_modules(modules "${call}" "${source}" ${host_build})
    foreach(fact context workspace list vendor)
      set_property(GLOBAL PROPERTY "${key}|${fact}" "${modules_${fact}}")
    endforeach()
    set_property(GLOBAL PROPERTY "${key}" TRUE)
  endif()
  foreach(fact context workspace list vendor)
    get_property(value GLOBAL PROPERTY "${key}|${fact}")
    set(${prefix}_${fact} "${value}" PARENT_SCOPE)
  endforeach()
endfunction()

function(_go_container_find_modules prefix call source host_build)
  if("\"GOWORK\"" IN_LIST arg_GO_ENV)
    _go_container_error(
      "${call}"
      "GO_ENV: GOWORK has no value"
      "Write GOWORK=off or GOWORK=<file>: the build context follows from it."
    )
  endif()
  _go_container_workspace(workspace "${call}" "${source}")
  _go_container_json_string(module "${source}")
  set(root "${source}")
  set(modules "${module}")
  set(others "")
  if(NOT workspace STREQUAL "")
    cmake_path(GET workspace PARENT_PATH root)
    _go_container_mod_directories(modules "${workspace}" use)
    _go_container_mod_directories(others "${workspace}" replace)
    _go_container_check_used("${call}" "${workspace}" "${modules}")
  endif()
  _go_container_vendored(vendor "${root}" "${workspace}")
  foreach(string IN LISTS modules)
    _go_container_json_value(directory "${string}")
    _go_container_mod_directories(replaced "${directory}/go.mod" replace)
    list(APPEND others ${replaced})
  endforeach()
  if(vendor)
    set(others "") # of what is replaced, vendor/ has a copy
  endif()
  foreach(string IN LISTS others)
    _go_container_json_value(directory "${string}")
    if(EXISTS "${directory}/go.mod") # else go tells, where it needs it
      list(APPEND modules "${string}")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES modules)
  _go_container_context(context "${call}" "${root}" "${modules}" ${host_build})
  if(NOT host_build)
    _go_container_check_links("${call}" "${context}" "${modules}")
    _go_container_check_names("${call}" "${context}" "${modules}")
  endif()
  set(${prefix}_context "${context}" PARENT_SCOPE)
  set(${prefix}_workspace "${workspace}" PARENT_SCOPE)
  set(${prefix}_list "${modules}" PARENT_SCOPE)
  set(${prefix}_vendor ${vendor} PARENT_SCOPE)
endfunction()

# out: the plan's "workspace" member, or nothing; then a GOWORK leaves the variables env of the go command,
# as it is said by this one.
function(_go_container_workspace_member out env workspace)
  set(${out} "" PARENT_SCOPE)
  if(NOT workspace STREQUAL "")
    list(FILTER ${env} EXCLUDE REGEX "^\"GOWORK=")
    set(${env} "${${env}}" PARENT_SCOPE)
    _go_container_json_string(string "${workspace}")
    set(${out} ",\n    \"workspace\": ${string}" PARENT_SCOPE)
  endif()
endfunction()

# out: go.work, as GO_ENV's GOWORK names it, or as the go command finds it: in the directory or one above
# it. One above that does not use the module is none of it.
function(_go_container_workspace out call source)
  set(${out} "" PARENT_SCOPE)
  _go_container_gowork(setting)
  if(setting STREQUAL "off")
    return()
  elseif(NOT setting STREQUAL "")
    cmake_path(ABSOLUTE_PATH setting BASE_DIRECTORY "${source}" NORMALIZE)
    if(NOT EXISTS "${setting}" OR IS_DIRECTORY "${setting}")
      _go_container_error(
        "${call}"
        "GO_ENV: GOWORK is no file: ${setting}"
        "Give the path of a go.work, relative to SOURCE_DIR, or GOWORK=off."
      )
    endif()
    set(${out} "${setting}" PARENT_SCOPE)
    return()
  endif()
  set(directory "${source}")
  while(NOT EXISTS "${directory}/go.work" OR IS_DIRECTORY "${directory}/go.work")
    cmake_path(GET directory PARENT_PATH parent)
    if(parent STREQUAL directory)
      return()
    endif()
    set(directory "${parent}")
  endwhile()
  cmake_path(APPEND directory go.work OUTPUT_VARIABLE file)
  _go_container_mod_directories(used "${file}" use)
  _go_container_json_string(module "${source}")
  if(directory STREQUAL source OR module IN_LIST used)
    set(${out} "${file}" PARENT_SCOPE)
  endif()
endfunction()

# out: the value of GOWORK in GO_ENV; nothing where there is none, or auto.
function(_go_container_gowork out)
  set(value "")
  foreach(string IN LISTS arg_GO_ENV)
    if(string MATCHES "^\"GOWORK=")
      _go_container_json_value(value "${string}")
      string(SUBSTRING "${value}" 7 -1 value)
    endif()
  endforeach()
  if(value STREQUAL "auto")
    set(value "")
  endif()
  set(${out} "${value}" PARENT_SCOPE)
endfunction()

# Stops at a module that go.work uses and that is not there: the go command would, too.
function(_go_container_check_used call workspace modules)
  foreach(string IN LISTS modules)
    _go_container_json_value(directory "${string}")
    if(NOT EXISTS "${directory}/go.mod")
      _go_container_error(
        "${call}"
        "${workspace} uses ${directory}, where there is no go.mod"
        "Correct it: go work edit -dropuse=<directory>; or leave go.work out: GO_ENV GOWORK=off."
      )
    endif()
  endforeach()
endfunction()

# out: whether the go command takes packages from vendor/ (Go Modules Reference, "Vendoring").
function(_go_container_vendored out root workspace)
  set(${out} false PARENT_SCOPE)
  set(flags "${arg_GO_FLAGS};${arg_GO_ENV}")
  if(flags MATCHES "-mod=(mod|readonly)" OR NOT EXISTS "${root}/vendor/modules.txt")
    return()
  endif()
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${root}/vendor/modules.txt")
  set(file "${root}/go.mod")
  set(oldest 1.14)
  set(of_workspace FALSE)
  if(NOT workspace STREQUAL "")
    set(file "${workspace}")
    set(oldest 1.22)
    set(of_workspace TRUE)
  endif()
  file(READ "${root}/vendor/modules.txt" head LIMIT 12)
  set(marked FALSE)
  if(head MATCHES "^## workspace")
    set(marked TRUE)
  endif()
  _go_container_mod_entries(version "${file}" go)
  if(
    flags MATCHES "-mod=vendor"
    OR (version VERSION_GREATER_EQUAL oldest AND marked STREQUAL of_workspace)
  )
    set(${out} true PARENT_SCOPE)
  endif()
endfunction()

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

# out: the directories, as JSON strings of full paths, that the directives (use or replace) of the file
# name. When the file changes, CMake configures again.
function(_go_container_mod_directories out file directive)
  set(directories "")
  cmake_path(GET file PARENT_PATH base)
  _go_container_mod_entries(entries "${file}" ${directive})
  foreach(entry IN LISTS entries)
    if(directive STREQUAL "replace")
      string(REGEX REPLACE "^.*=> *" "" entry "${entry}")
    endif()
    string(REGEX REPLACE "^\\\\u0022(.*)\\\\u0022$" "\\1" entry "${entry}")
    if(directive STREQUAL "use" OR entry MATCHES "^(\\.?/|\\.\\./|\\.\\.?$)")
      _go_container_json_value(path "\"${entry}\"")
      cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY "${base}" NORMALIZE)
      string(REGEX REPLACE "(.)/$" "\\1" path "${path}")
      _go_container_json_string(path "${path}")
      list(APPEND directories "${path}")
    endif()
  endforeach()
  set(${out} "${directories}" PARENT_SCOPE)
endfunction()

# out: what stands behind the directive, in a line or in a block, in a go.mod or go.work; in the letters
# of a JSON string.
function(_go_container_mod_entries out file directive)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  file(READ "${file}" text)
  string(REGEX REPLACE "//[^\n]*" "" text "${text}")
  string(REGEX REPLACE "[ \t\r]+" " " text "${text}")
  _go_container_json_string(text "\n${text}\n")
  string(REPLACE "\\n" ";" lines "${text}")
  set(entries "")
  set(block "")
  foreach(line IN LISTS lines)
    string(STRIP "${line}" line)
    if(line MATCHES "^([a-z]+) ?\\($")
      set(block "${CMAKE_MATCH_1}")
    elseif(line STREQUAL ")")
      set(block "")
    elseif(block STREQUAL directive AND NOT line STREQUAL "")
      list(APPEND entries "${line}")
    elseif(block STREQUAL "" AND line MATCHES "^${directive} (.+)$")
      list(APPEND entries "${CMAKE_MATCH_1}")
    endif()
  endforeach()
  set(${out} "${entries}" PARENT_SCOPE)
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
