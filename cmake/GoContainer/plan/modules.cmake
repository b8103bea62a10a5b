# Which modules a program is built of, and from which directory the container gets them: what go.work
# and the go.mod of each module say, as the go command reads them (Go Modules Reference, "Workspaces"
# and "replace directive").

# The nearest directory that holds all that the build reads; the full path of go.work, where there is one; the
# directories of the modules; and whether vendor/ has all that is not one of them. With a go.work, GOWORK leaves the
# variables of the go command.
function(_go_container_plan_modules call)
  # The same for all containers of a module that say the same of it.
  set(key "${plan_source}|${plan_host_build}|${arg_GO_ENV}|${arg_GO_FLAGS}")
  string(PREPEND key "_go_container_modules|")
  get_property(known GLOBAL PROPERTY "${key}" SET)
  if(NOT known)
    _go_container_find_modules(modules "${call}" "${plan_source}" ${plan_host_build})
    foreach(fact context workspace list vendor)
      set_property(GLOBAL PROPERTY "${key}|${fact}" "${modules_${fact}}")
    endforeach()
    set_property(GLOBAL PROPERTY "${key}" TRUE)
  endif()
  get_property(plan_context GLOBAL PROPERTY "${key}|context")
  get_property(plan_modules GLOBAL PROPERTY "${key}|list")
  get_property(plan_vendor GLOBAL PROPERTY "${key}|vendor")
  get_property(workspace GLOBAL PROPERTY "${key}|workspace")
  if(NOT workspace STREQUAL "")
    set(plan_go_workspace "${workspace}")
    list(FILTER plan_go_env EXCLUDE REGEX "^\"GOWORK=")
  endif()
  return(
    PROPAGATE plan_context plan_modules plan_vendor plan_go_workspace plan_go_env
  )
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

# out: go.work, as GO_ENV's GOWORK names it, or as the go command finds it: in the directory or one above
# it. One above that does not use the module does not count.
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
        "GO_ENV: GOWORK is not a file: ${setting}"
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
