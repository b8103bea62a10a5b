# PROGRAMS, or PACKAGE and BINARY_NAME for one: what is compiled, and where each program is in the image.

# The options that mean something only where Go compiles a program.
set_property(
  GLOBAL
  PROPERTY
    _go_container_go_options
      SOURCE_DIR
      BUILDER_IMAGE
      BUILDER_PACKAGES
      OVERLAY
      HOST_BUILD
      BUILD_TAGS
      LDFLAGS
      GCFLAGS
      GO_FLAGS
      PGO
      CGO
      GO_VERSION
      GO_ENV
      VERSION_VARIABLE
      STAMP
      LINK_LIBRARIES
      LICENSES
      SECRETS
      SSH
)

# compiles: whether the call has a program. A macro, as that is quicker.
macro(_go_container_settle_programs call)
  set(compiles TRUE)
  if(DEFINED arg_PROGRAMS)
    _go_container_settle_given_programs("${call}")
  endif()
endmacro()

# Stops where the call says two things of its programs. What variables say (arg_FROM_VARIABLES) gives way to what the
# call says.
function(_go_container_settle_given_programs call)
  set(others "")
  foreach(option PACKAGE BINARY_NAME)
    if(DEFINED arg_${option} AND NOT option IN_LIST arg_FROM_VARIABLES)
      list(APPEND others ${option})
    endif()
  endforeach()
  if(others AND NOT PROGRAMS IN_LIST arg_FROM_VARIABLES)
    list(JOIN others " and " others)
    _go_container_error(
      "${call}"
      "PROGRAMS and ${others} are given"
      "Write all programs behind PROGRAMS: <package>=<path in the image>."
    )
  elseif(others)
    unset(arg_PROGRAMS)
    return(PROPAGATE arg_PROGRAMS)
  endif()
  if(NOT "\"NONE\"" IN_LIST arg_PROGRAMS)
    return()
  elseif(NOT arg_PROGRAMS STREQUAL "\"NONE\"")
    _go_container_error("${call}" "PROGRAMS has NONE and programs" "Write one or the other.")
  endif()
  set(compiles FALSE)
  _go_container_groups(overlays OVERLAY)
  get_property(options GLOBAL PROPERTY _go_container_go_options)
  foreach(option IN LISTS options)
    if(option IN_LIST arg_FROM_VARIABLES)
      unset(arg_${option})
    elseif(DEFINED arg_${option} OR (option STREQUAL "OVERLAY" AND NOT overlays STREQUAL ""))
      _go_container_error(
        "${call}"
        "PROGRAMS is NONE, but ${option} is given"
        "Remove ${option}: it is for programs that Go compiles."
      )
    endif()
  endforeach()
  list(TRANSFORM options PREPEND arg_)
  return(PROPAGATE compiles ${options})
endfunction()

# The packages, as they are written, and the paths in the image.
function(_go_container_plan_programs call)
  set(plan_program_packages "")
  set(plan_program_paths "")
  set(plan_program_files "")
  if(NOT DEFINED arg_PROGRAMS)
    _go_container_program_path(path "${call}" BINARY_NAME "${arg_BINARY_NAME}")
    set(plan_program_paths "\"${path}\"")
    string(REGEX REPLACE "^.*/" "\"out/" plan_program_files "${plan_program_paths}")
  elseif(NOT arg_PROGRAMS STREQUAL "\"NONE\"")
    set(names "")
    foreach(string IN LISTS arg_PROGRAMS)
      _go_container_json_value(program "${string}")
      _go_container_plan_program("${call}" "${plan_source}" "${program}")
    endforeach()
    _go_container_check_paths("${call}" "${plan_program_packages}" "${plan_program_paths}")
    _go_container_program_files(plan_program_files "${plan_program_packages}" "${names}")
  endif()
  return(PROPAGATE plan_program_packages plan_program_paths plan_program_files)
endfunction()

# Appends one of PROGRAMS: <package>[=<path>].
function(_go_container_plan_program call source program)
  set(package "${program}")
  set(path "")
  cmake_path(ABSOLUTE_PATH program BASE_DIRECTORY "${source}" OUTPUT_VARIABLE place)
  if(program MATCHES "^(.*)=([^=]*)$" AND NOT IS_DIRECTORY "${place}")
    set(package "${CMAKE_MATCH_1}")
    set(path "${CMAKE_MATCH_2}")
    if(path STREQUAL "" OR package STREQUAL "")
      _go_container_error(
        "${call}"
        "PROGRAMS \"${program}\" lacks what = stands for"
        "Write <package> or <package>=<path in the image>."
      )
    endif()
  endif()
  if(package MATCHES "\\.\\.\\.")
    _go_container_error_pattern("${call}" PROGRAMS "${package}")
  endif()
  _go_container_program_name(name "${source}" "${package}")
  if(path MATCHES "^$|/$")
    string(APPEND path "${name}")
  endif()
  _go_container_program_path(path "${call}" PROGRAMS "${path}")
  _go_container_json_string(package "${package}")
  list(APPEND plan_program_packages "${package}")
  list(APPEND plan_program_paths "\"${path}\"")
  list(APPEND names "${name}")
  return(PROPAGATE plan_program_packages plan_program_paths names)
endfunction()

# out: the absolute path in the image; a name alone is one in /usr/local/bin.
function(_go_container_program_path out call option path)
  if(path MATCHES "^[A-Za-z0-9_][A-Za-z0-9_.+-]*$") # mostly
    set(${out} "/usr/local/bin/${path}" PARENT_SCOPE)
    return()
  endif()
  set(place "${path}")
  if(path MATCHES "^/")
    cmake_path(NORMAL_PATH place)
  endif()
  if(NOT place MATCHES "^(/[A-Za-z0-9_.+-]+)+$")
    _go_container_error(
      "${call}"
      "${option} \"${path}\" is neither a file name nor an absolute path of one"
      "Use letters, digits and _ . + - only; a name alone is that of a file in /usr/local/bin."
    )
  endif()
  _go_container_check_whiteout("${call}" ${option} "${place}")
  set(${out} "${place}" PARENT_SCOPE)
endfunction()

# out: the name that go gives to the program of a package: the last part of its import path that is not a version.
function(_go_container_program_name out source package)
  if(package MATCHES "^(/|\\.\\.?(/|$))")
    cmake_path(ABSOLUTE_PATH package BASE_DIRECTORY "${source}" NORMALIZE)
    string(REGEX REPLACE "(.)/$" "\\1" package "${package}")
    _go_container_import_path(package "${package}")
  endif()
  string(REGEX REPLACE "(.)/v([2-9]|[1-9][0-9]+)$" "\\1" package "${package}")
  cmake_path(GET package FILENAME package)
  set(${out} "${package}" PARENT_SCOPE)
endfunction()

# out: the import path of the package in the directory; the directory where it is in no module.
function(_go_container_import_path out directory)
  set(${out} "${directory}" PARENT_SCOPE)
  set(module "${directory}")
  while(NOT EXISTS "${module}/go.mod")
    cmake_path(GET module PARENT_PATH parent)
    if(parent STREQUAL module)
      return()
    endif()
    set(module "${parent}")
  endwhile()
  _go_container_module_path(path "${module}")
  cmake_path(RELATIVE_PATH directory BASE_DIRECTORY "${module}")
  if(NOT directory STREQUAL ".")
    string(APPEND path "/${directory}")
  endif()
  set(${out} "${path}" PARENT_SCOPE)
endfunction()

# out: the files that go writes. It names the programs itself where it builds several, so those of one name go to
# directories of their own.
function(_go_container_program_files out packages names)
  set(files "")
  set(built "")
  foreach(package name IN ZIP_LISTS packages names)
    set(round 1)
    set(file "out/${name}")
    while("\"${file}\"" IN_LIST files AND NOT "${package} \"${file}\"" IN_LIST built)
      math(EXPR round "${round} + 1")
      set(file "out${round}/${name}")
    endwhile()
    list(APPEND files "\"${file}\"")
    list(APPEND built "${package} \"${file}\"")
  endforeach()
  set(${out} "${files}" PARENT_SCOPE)
endfunction()

# Stops at two programs of which one is where the other is, or would be in it.
function(_go_container_check_paths call packages paths)
  list(TRANSFORM paths REPLACE "\"" "")
  set(first "")
  set(first_paths "")
  foreach(string path IN ZIP_LISTS packages paths)
    _go_container_json_value(package "${string}")
    foreach(other_string other IN ZIP_LISTS first first_paths)
      cmake_path(IS_PREFIX other "${path}" inside)
      cmake_path(IS_PREFIX path "${other}" around)
      if(inside OR around)
        _go_container_json_value(other_package "${other_string}")
        _go_container_error(
          "${call}"
          "PROGRAMS has ${other_package} at ${other} and ${package} at ${path}"
          "Give each a path of its own: <package>=<path in the image>."
        )
      endif()
    endforeach()
    list(APPEND first "${string}")
    list(APPEND first_paths "${path}")
  endforeach()
endfunction()

# Stops at a path of the image that an option takes, where a program is.
function(_go_container_check_beside_programs call option path)
  foreach(string IN LISTS plan_program_paths)
    string(REPLACE "\"" "" program "${string}")
    cmake_path(IS_PREFIX program "${path}" NORMALIZE in_program)
    if(in_program)
      set(remedy "Give another path, or the program another BINARY_NAME.")
      if(DEFINED arg_PROGRAMS)
        set(remedy "Give another path, or the program another one: <package>=<path in the image>.")
      endif()
      _go_container_error("${call}" "${option} \"${path}\" is where the program is" "${remedy}")
    endif()
  endforeach()
endfunction()
