# What the engines that build the Dockerfile have in common: the targets of a container.

#   _go_container_dockerfile_targets(<plan> <directory>
#     BUILD <command>...     builds a Dockerfile
#     CONTEXT <flag>...      what BUILD needs besides for the context of the source
#     IMAGE <flag>...        what BUILD needs besides to leave an image
#     MODULES <flag>...      what BUILD needs besides to leave none
#     RUN <command>...       runs the image
#     EXPLAIN <command>...)  runs after a build that failed; adds to the engine's own words
function(_go_container_dockerfile_targets plan directory)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "BUILD;CONTEXT;IMAGE;MODULES;RUN;EXPLAIN")
  string(JSON name GET "${plan}" name)
  string(JSON source GET "${plan}" source)
  string(JSON tag GET "${plan}" tags 0)
  _go_container_dockerfile_tag_flags(tags "${plan}")
  _go_container_dockerfile_pass_env(pass_env "${plan}")
  set(file ${arg_CONTEXT} ${pass_env} --file "${directory}/Dockerfile")
  _go_container_dockerfile_files_command(files "${plan}" "${directory}" ${arg_BUILD} ${arg_IMAGE})
  set(explain "")
  if(arg_EXPLAIN)
    # A pipe that fails, as the shell of every platform has it.
    set(
      explain
      ||
      ${arg_EXPLAIN}
      |
      "${CMAKE_COMMAND}"
      -E
      false
    )
  endif()

  # The id goes to a new file first: engines remove the old one before they build, and the last
  # good image must still be found after a build that failed.
  add_custom_target(
    ${name}
    ${files}
    COMMAND
      ${arg_BUILD} ${arg_IMAGE} ${file} ${tags} --iidfile "${directory}/image.id.new" "${source}"
      ${explain}
    COMMAND "${CMAKE_COMMAND}" -E rename "${directory}/image.id.new" "${directory}/image.id"
    COMMENT "Building image ${name}"
    USES_TERMINAL
    VERBATIM
  )
  add_custom_target(
    ${name}-modules
    COMMAND ${arg_BUILD} ${arg_MODULES} ${file} --target modules "${source}" ${explain}
    COMMENT "Downloading the Go modules of ${name}"
    USES_TERMINAL
    VERBATIM
  )
  add_custom_target(${name}-run COMMAND ${arg_RUN} COMMENT "Running ${tag}" USES_TERMINAL VERBATIM)
  add_dependencies(${name}-run ${name})
endfunction()

function(_go_container_dockerfile_tag_flags out plan)
  _go_container_json_get_list(tags "${plan}" tags)
  set(flags "")
  foreach(string IN LISTS tags)
    _go_container_json_value(tag "${string}")
    list(APPEND flags --tag "${tag}")
  endforeach()
  set(${out} "${flags}" PARENT_SCOPE)
endfunction()

# out: the flags that hand variables of the environment on, for which the Dockerfile has ARG.
function(_go_container_dockerfile_pass_env out plan)
  _go_container_json_get_list(names "${plan}" go passEnv)
  set(flags "")
  foreach(string IN LISTS names)
    _go_container_json_value(name "${string}")
    list(APPEND flags --build-arg ${name})
  endforeach()
  set(${out} "${flags}" PARENT_SCOPE)
endfunction()

# out: the COMMAND that makes the image through which FILES come into the build, or nothing. The
# context of the build is the source; a second one is more than older engines know.
function(_go_container_dockerfile_files_command out plan directory)
  set(${out} "" PARENT_SCOPE)
  string(JSON count ERROR_VARIABLE none LENGTH "${plan}" files)
  if(none)
    return()
  endif()
  string(JSON name GET "${plan}" name)
  _go_container_files_image(image "${name}")
  set(
    ${out}
    COMMAND
    ${ARGN}
    --quiet
    --file
    "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/files.Dockerfile"
    --tag
    ${image}
    "${directory}/files"
    PARENT_SCOPE
  )
endfunction()
