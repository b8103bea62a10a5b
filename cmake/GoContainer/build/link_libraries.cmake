# LINK_LIBRARIES: the C and C++ libraries of this build that cgo links.
#
# CMake itself computes the commands: an executable of one empty file, which links the libraries, is
# compiled and linked by gocontainer/go/record_command.py, which writes the commands down instead of running them.
# gocontainer/go/cgo_link.py hands them to go. The file that should be the executable is this record.

# Adds the executables, one a language, whose files are the records <directory>/link/<language>.json.
function(_go_container_link_targets call name directory)
  if(NOT DEFINED plan_link_commands)
    return()
  endif()
  set(libraries "")
  foreach(string IN LISTS plan_link_libraries)
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
      set(more "")
      if(DEFINED CMAKE_${each}_COMPILER_ARG1) # CC="ccache gcc"
        separate_arguments(more UNIX_COMMAND "${CMAKE_${each}_COMPILER_ARG1}")
      endif()
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
