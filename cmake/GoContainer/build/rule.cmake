# When a container is built: when, and only when, what goes into it changed.
#
# With Ninja the rule of a container has a depfile: the inputs, as they were when it was last built
# (gocontainer/go/inputs.py, gocontainer/read/dockerignore.py). With the other generators a file that is gone, but stands
# in a depfile, leaves the rule dirty for ever. Theirs run each time, and so do those that take
# variables of the environment, which no generator watches; the go command and the engine then find
# that nothing changed.

# Adds the target <name>, which makes the file <output>.
#   _go_container_build_rule(<name> <output> <directory>
#     [DEPENDS <file>...]    what is known of the inputs before the first build
#     [LIBRARY <library>]    it is not an image, but the library of add_go_library()
#     [BYPRODUCTS <file>...] what is made besides
#     [AGAIN]                the commands make <output>, so they run where somebody removed it
#     [MODULES COMMAND <command>... [COMMAND <command>...]...]  what downloads the modules
#     COMMANDS COMMAND <command>... [COMMAND <command>...]...)
# They are commands of a script (script.cmake).
# Where _go_container_has_depfile() says so, the commands write <directory>/inputs.d and built.new: what
# the image is made of, and since when it is looked at, which becomes the file <directory>/built.
function(_go_container_build_rule name output directory)
  cmake_parse_arguments(PARSE_ARGV 3 rule "AGAIN" LIBRARY "DEPENDS;BYPRODUCTS;MODULES;COMMANDS")
  set(stage "")
  set(lists "")
  set(overlay "")
  set(generated "")
  if(DEFINED plan_files_destinations OR DEFINED plan_overlay_destinations)
    _go_container_stage_command(stage lists "${directory}")
    _go_container_overlay_files(overlay)
    _go_container_generated_files(generated "${directory}")
  endif()
  _go_container_has_depfile(depfile)
  set(comment "Building image ${name}")
  if(rule_LIBRARY)
    set(comment "Building Go library ${rule_LIBRARY}")
    _go_container_link_depends(links ${rule_LIBRARY})
  else()
    _go_container_link_depends(links ${name})
  endif()
  set(commands ${stage} ${rule_COMMANDS})
  if(depfile)
    list(
      APPEND commands
      COMMAND
      mv
      -f
      "${directory}/built.new"
      "${directory}/built"
    )
  endif()
  _go_container_script("${directory}" commands rule_MODULES)
  set(script "${directory}/build.sh")
  if(NOT depfile)
    add_custom_target(
      ${name}
      COMMAND sh "${script}"
      DEPENDS ${overlay}
      BYPRODUCTS "${output}" ${rule_BYPRODUCTS}
      COMMENT "${comment}"
      USES_TERMINAL
      VERBATIM
    )
    if(links)
      add_dependencies(${name} ${links})
    endif()
    return()
  endif()
  # One rule has the terminal, for live progress: two would wait for each other, but all others run
  # beside it.
  get_property(taken GLOBAL PROPERTY _go_container_terminal_taken)
  set_property(GLOBAL PROPERTY _go_container_terminal_taken TRUE)
  set(terminal "")
  if(NOT taken)
    set(terminal USES_TERMINAL)
  endif()
  _go_container_watch(watched "${directory}")
  set(depfile "${directory}/inputs.d")
  cmake_path(RELATIVE_PATH depfile BASE_DIRECTORY "${CMAKE_BINARY_DIR}")
  cmake_policy(PUSH)
  # The new behaviour starts CMake after each build, to write the depfile as Ninja wants it: ours is that already
  # (gocontainer/go/depfile.py). The old one is deprecated, and may be gone one day.
  if(NOT depfile MATCHES "^[.][.]/" AND CMAKE_VERSION VERSION_LESS 5)
    if(POLICY CMP0218)
      cmake_policy(SET CMP0218 OLD) # else the variable says nothing to CMake 4.4
    endif()
    set(CMAKE_WARN_DEPRECATED FALSE)
    cmake_policy(SET CMP0116 OLD)
  else()
    set(depfile "${directory}/inputs.d")
  endif()
  # Not <output> itself: Ninja removes the outputs of a rule with a depfile that is interrupted, and
  # the last good image must stay.
  add_custom_command(
    OUTPUT "${directory}/built"
    COMMAND sh "${script}"
    DEPENDS
      "${directory}/plan.json"
      "${script}"
      ${lists}
      ${watched}
      ${overlay}
      ${generated}
      ${links}
      ${rule_DEPENDS}
    BYPRODUCTS ${rule_BYPRODUCTS}
    DEPFILE "${depfile}"
    COMMENT "${comment}"
    ${terminal}
    VERBATIM
  )
  cmake_policy(POP)
  set(again "") # a short line, as Ninja reads all of them each time
  if(rule_AGAIN)
    set(again || sh "${script}")
  endif()
  add_custom_command(
    OUTPUT "${output}"
    COMMAND test -e "${output}" ${again}
    DEPENDS "${directory}/built"
    COMMENT "${output}"
    VERBATIM
  )
  add_custom_target(${name} DEPENDS "${output}")
  add_dependencies(${name} go_container_files)
endfunction()

# out: the directory of the build tree for what concerns all containers; one for each configuration.
function(_go_container_state_directory out)
  set(directory "${CMAKE_BINARY_DIR}/CMakeFiles/GoContainer")
  get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(multi_config)
    string(APPEND directory "/$<CONFIG>")
  endif()
  set(${out} "${directory}" PARENT_SCOPE)
endfunction()

# Removes a file in these directories.
function(_go_container_remove_state file)
  _go_container_state_directory(directory)
  foreach(config IN LISTS CMAKE_CONFIGURATION_TYPES ITEMS "")
    string(REPLACE "$<CONFIG>" "${config}" place "${directory}")
    file(REMOVE "${place}/${file}")
  endforeach()
endfunction()

# out: true where the build of the plan is to write a depfile. A macro, as that is quicker.
macro(_go_container_has_depfile out)
  set(${out} FALSE)
  if(CMAKE_GENERATOR MATCHES "Ninja" AND NOT plan_go_pass_env)
    _go_container_image_command(${out})
  endif()
endmacro()
