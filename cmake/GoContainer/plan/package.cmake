# The main packages of PACKAGE or PROGRAMS, of modules that are built.

# Each as go build takes it.
function(_go_container_plan_packages call)
  if(NOT DEFINED arg_PROGRAMS)
    set(option PACKAGE)
    set(package "${arg_PACKAGE}")
    _go_container_package("${call}" "${plan_source}")
    _go_container_json_string(plan_program_packages "${package}")
    return(PROPAGATE plan_program_packages)
  endif()
  set(option PROGRAMS)
  set(packages "")
  foreach(string IN LISTS plan_program_packages)
    _go_container_json_value(package "${string}")
    _go_container_package("${call}" "${plan_source}")
    _go_container_json_string(package "${package}")
    list(APPEND packages "${package}")
  endforeach()
  set(plan_program_packages "${packages}")
  return(PROPAGATE plan_program_packages)
endfunction()

# Checks the package that the option names, and makes an absolute directory a relative one.
function(_go_container_package call source)
  if(package MATCHES "^/")
    _go_container_package_below(package "${call}" "${source}" "${package}")
  endif()
  if(package MATCHES "\\.\\.\\.")
    _go_container_error_pattern("${call}" ${option} "${package}")
  elseif(NOT package MATCHES "^\\.\\.?(/|$)")
    _go_container_check_import_path("${call}" "${source}" "${package}" "${plan_modules}")
  elseif(NOT IS_DIRECTORY "${source}/${package}")
    _go_container_no_directory("${call}" "${source}" "${package}")
  endif()
  return(PROPAGATE package)
endfunction()

function(_go_container_error_pattern call option package)
  _go_container_error(
    "${call}"
    "${option} \"${package}\" is a pattern of packages"
    "Give one main package; write a container for each, or all behind PROGRAMS."
  )
endfunction()

function(_go_container_no_directory call source package)
  set(remedy "Give the directory of the main package, relative to SOURCE_DIR, such as ./cmd/api.")
  if(EXISTS "${source}/${package}")
    cmake_path(GET package PARENT_PATH directory)
    set(remedy "Give the directory of that file: ${directory}")
  endif()
  _go_container_error(
    "${call}"
    "${option} \"${package}\" is not a directory below SOURCE_DIR: ${source}"
    "${remedy}"
  )
endfunction()

# out: the absolute directory, relative to SOURCE_DIR.
function(_go_container_package_below out call source directory)
  cmake_path(IS_PREFIX source "${directory}" NORMALIZE below)
  if(NOT below)
    file(REAL_PATH "${source}" source)
    file(REAL_PATH "${directory}" directory)
    cmake_path(IS_PREFIX source "${directory}" NORMALIZE below)
  endif()
  if(NOT below)
    _go_container_no_directory("${call}" "${source}" "${directory}")
  endif()
  cmake_path(RELATIVE_PATH directory BASE_DIRECTORY "${source}" OUTPUT_VARIABLE path)
  string(REGEX REPLACE "/$" "" path "${path}")
  if(NOT path STREQUAL ".")
    string(PREPEND path "./")
  endif()
  set(${out} "${path}" PARENT_SCOPE)
endfunction()

# Stops at an import path that go takes for one of its own distribution: the first part of any other has a dot,
# but for a module of this build.
function(_go_container_check_import_path call source package modules)
  if(
    NOT package STREQUAL ""
    AND EXISTS "${source}/${package}"
    AND NOT IS_DIRECTORY "${source}/${package}"
  )
    _go_container_no_directory("${call}" "${source}" "./${package}")
  elseif(package MATCHES "@")
    _go_container_error(
      "${call}"
      "${option} \"${package}\" has a version"
      "Leave out @ and the version: go.mod says which version is built."
    )
  elseif(package MATCHES "^[^-/.][^/]*\\.")
    return()
  endif()
  foreach(string IN LISTS modules)
    _go_container_json_value(directory "${string}")
    _go_container_module_path(module "${directory}")
    cmake_path(IS_PREFIX module "${package}" of_module)
    if(of_module)
      return()
    endif()
  endforeach()
  set(
    remedy
    "Give a directory relative to SOURCE_DIR, such as ./cmd/api, or the import path of a main package."
  )
  if(NOT package STREQUAL "" AND IS_DIRECTORY "${source}/${package}")
    set(remedy "Did you mean ./${package}?")
  endif()
  _go_container_error(
    "${call}"
    "${option} \"${package}\" would be a package of Go's own distribution"
    "${remedy}"
  )
endfunction()
