# LINK_LIBRARIES: the C and C++ libraries of this build that cgo links.
#
# CMake itself computes the commands: an executable of one empty file, which links the libraries, is
# compiled and linked by gocontainer/go/record_command.py, which writes the commands down instead of running them.
# gocontainer/go/cgo_link.py hands them to go. The file that should be the executable is this record.

# out: the plan's "link" member, or nothing. Sets what LINK_LIBRARIES imply. Reads the arg_ variables
# of the caller.
function(_go_container_link_plan out call directory engine)
  set(${out} "" PARENT_SCOPE)
  if(NOT DEFINED arg_LINK_LIBRARIES)
    # Of no library, for the sake of the compiler.
    if(NOT CMAKE_CROSSCOMPILING OR NOT arg_CGO OR NOT (arg_HOST_BUILD OR engine STREQUAL "builtin"))
      return()
    endif()
    set(arg_LINK_LIBRARIES "")
  endif()
  foreach(option HOST_BUILD CGO)
    if(DEFINED arg_${option} AND NOT arg_${option})
      _go_container_error(
        "${call}"
        "LINK_LIBRARIES is given, but ${option} is OFF"
        "Remove ${option}: libraries of this build are linked by this machine's go command, with cgo."
      )
    endif()
    set(arg_${option} ON PARENT_SCOPE)
  endforeach()
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  if(NOT "C" IN_LIST languages)
    _go_container_error(
      "${call}"
      "LINK_LIBRARIES is given, but the language C is not enabled, which cgo needs"
      "Write project(<name> LANGUAGES C CXX), or enable_language(C)."
    )
  endif()
  _go_container_json_array(libraries "${arg_LINK_LIBRARIES}")
  _go_container_json_string(directory "${directory}/link")
  set(
    ${out}
    ",\n  \"link\": {\"libraries\": ${libraries}, \"commands\": ${directory}}"
    PARENT_SCOPE
  )
endfunction()

# Adds the executables, one a language, whose files are the records <directory>/link/<language>.json.
function(_go_container_link_targets call name plan directory)
  if(NOT plan MATCHES "\n  \"link\": ") # which is found sooner than by a parser
    return()
  endif()
  _go_container_json_get_list(strings "${plan}" link libraries)
  set(libraries "")
  foreach(string IN LISTS strings)
    _go_container_json_value(library "${string}")
    list(APPEND libraries "${library}")
  endforeach()
  _go_container_link_sources("${directory}" "${libraries}")
  _go_container_python(python)
  _go_container_place(record gocontainer/go/record_command.py)
  get_property(languages GLOBAL PROPERTY ENABLED_LANGUAGES)
  foreach(language C CXX)
    if(NOT language IN_LIST languages)
      continue()
    endif()
    string(TOLOWER ${language} suffix)
    set(target ${name}-link-${suffix})
    _go_container_check_new_target("${call}" ${target} "Give the container another name.")
    _go_container_place(stub scripts/link_probe.${suffix})
    foreach(each C CXX)
      separate_arguments(more UNIX_COMMAND "${CMAKE_${each}_COMPILER_ARG1}") # CC="ccache gcc"
      list(LENGTH more length)
      math(EXPR length "${length} + 1")
      set(
        record_${each}
        "${python}"
        -I
        -S
        "${record}"
        "${stub}"
        ${length}
      )
    endforeach()
    add_executable(${target} EXCLUDE_FROM_ALL "${stub}")
    target_link_libraries(${target} PRIVATE ${libraries})
    set_target_properties(
      ${target}
      PROPERTIES
        RUNTIME_OUTPUT_DIRECTORY "${directory}/link"
        OUTPUT_NAME ${suffix}
        SUFFIX .json
        ${language}_COMPILER_LAUNCHER "${record_${language}}"
        C_LINKER_LAUNCHER "${record_C}"
        CXX_LINKER_LAUNCHER "${record_CXX}"
        RULE_LAUNCH_COMPILE ""
        RULE_LAUNCH_LINK ""
        SKIP_BUILD_RPATH ON # no path of this machine in the image
        # Nothing but the compiler itself.
        ${language}_CLANG_TIDY ""
        ${language}_CPPCHECK ""
        ${language}_CPPLINT ""
        ${language}_INCLUDE_WHAT_YOU_USE ""
        CXX_SCAN_FOR_MODULES OFF
        DISABLE_PRECOMPILE_HEADERS ON
        EXPORT_COMPILE_COMMANDS OFF
        LINK_WHAT_YOU_USE OFF
        UNITY_BUILD OFF
    )
  endforeach()
endfunction()

# Writes <directory>/link/sources.txt, which gocontainer/go/linked_sources.py reads: on a line for each library that is a target
# its directory, then the files that CMake compiles for it.
function(_go_container_link_sources directory libraries)
  set(lines "")
  foreach(library IN LISTS libraries)
    if(library MATCHES "^[A-Za-z0-9_.+:-]+$")
      set(sources "$<TARGET_PROPERTY:${library},SOURCE_DIR>;$<TARGET_PROPERTY:${library},SOURCES>")
      string(APPEND lines "$<$<TARGET_EXISTS:${library}>:${sources}>\n")
    endif()
  endforeach()
  file(GENERATE OUTPUT "${directory}/link/sources.txt" CONTENT "${lines}")
endfunction()

# out: the targets that write the records of a container; they build its libraries first.
function(_go_container_link_depends out name)
  set(targets "")
  foreach(target ${name}-link-c ${name}-link-cxx)
    if(TARGET ${target})
      list(APPEND targets ${target})
    endif()
  endforeach()
  set(${out} "${targets}" PARENT_SCOPE)
endfunction()
