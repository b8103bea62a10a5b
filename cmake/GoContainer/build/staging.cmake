# FILES and OVERLAY are staged in the container's directory, names and modes final, by a step of the build, as they may
# be outputs of it.

# command: what stages the files of the plan, as COMMAND …; lists: the files that tell which they are.
function(_go_container_stage_command command lists directory)
  set(files "")
  foreach(kind files overlay)
    list(LENGTH plan_${kind}_destinations count)
    set(number 0)
    while(number LESS count)
      list(APPEND files "${directory}/stage/${kind}/${number}.txt")
      math(EXPR number "${number} + 1")
    endwhile()
  endforeach()
  set(${lists} "${files}" PARENT_SCOPE)
  _go_container_place(script scripts/stage.sh)
  _go_container_copy_libraries_command(copy_libraries "${directory}")
  set(
    ${command}
    COMMAND
    sh
    "${script}"
    "add_go_container(${plan_name})"
    "${directory}"
    ${copy_libraries}
    PARENT_SCOPE
  )
endfunction()

# Writes these lists, whose generator expressions CMake evaluates, and lets all that makes the files be built
# first.
function(_go_container_stage_files call name directory)
  set(strings "")
  foreach(kind files overlay)
    list(LENGTH plan_${kind}_destinations count)
    set(number 0)
    while(number LESS count)
      set(file "${directory}/stage/${kind}/${number}.txt")
      _go_container_stage_list(lines "${call}" ${kind} ${number})
      list(APPEND strings ${plan_${kind}_${number}})
      file(GENERATE OUTPUT "${file}" CONTENT "${lines}")
      if(NOT plan_${kind}_generated_${number})
        _go_container_remove_of_configs("${directory}/stage/${kind}/${number}.generated")
      endif()
      math(EXPR number "${number} + 1")
    endwhile()
    _go_container_remove_lists("${directory}/stage/${kind}" ${number})
  endforeach()
  _go_container_make_first(${name} "${strings}")
  _go_container_look_at_generated("${call}" ${name} "${directory}")
endfunction()

# out: the list of one group.
function(_go_container_stage_list out call kind number)
  set(mode "-")
  if(kind STREQUAL "files")
    list(GET plan_files_modes ${number} mode)
    string(REPLACE "\"" "" mode "${mode}")
    list(GET plan_files_names ${number} string)
    _go_container_json_value(name "${string}")
    if(NOT name STREQUAL "")
      string(APPEND mode " ${name}")
    endif()
  endif()
  string(TOUPPER ${kind} keyword)
  set(lines "${mode}\n${CMAKE_CURRENT_SOURCE_DIR}\n")
  foreach(string IN LISTS plan_${kind}_${number})
    _go_container_json_value(file "${string}")
    if(file MATCHES "\n")
      _go_container_error("${call}" "${keyword}: a newline in \"${file}\"" "Rename the file.")
    endif()
    if(file MATCHES "\\$<")
      string(APPEND lines ";") # stage.sh takes its value apart
    elseif(file MATCHES "(^|/)\\.wh\\.[^/]*$")
      _go_container_check_whiteout("${call}" ${keyword} "${file}")
    endif()
    if(keyword STREQUAL "OVERLAY")
      _go_container_file_of_build(file "${file}")
    elseif(NOT file MATCHES "^(/|\\$<)")
      set(file "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
    endif()
    string(APPEND lines "${file}\n")
  endforeach()
  set(${out} "${lines}" PARENT_SCOPE)
endfunction()

# Removes a file, of each configuration where there are several.
function(_go_container_remove_of_configs file)
  foreach(config IN LISTS CMAKE_CONFIGURATION_TYPES ITEMS "")
    string(REPLACE "$<CONFIG>" "${config}" place "${file}")
    file(REMOVE "${place}")
  endforeach()
endfunction()

# Removes the lists of groups that the call no longer has, from that number on.
function(_go_container_remove_lists directory number)
  foreach(config IN LISTS CMAKE_CONFIGURATION_TYPES ITEMS "")
    string(REPLACE "$<CONFIG>" "${config}" place "${directory}")
    set(group ${number})
    while(EXISTS "${place}/${group}.txt")
      file(REMOVE "${place}/${group}.txt")
      math(EXPR group "${group} + 1")
    endwhile()
  endforeach()
endfunction()

# out: the files of OVERLAY whose names are known, full paths, as dependencies of a rule.
function(_go_container_overlay_files out)
  set(files "")
  list(LENGTH plan_overlay_destinations count)
  set(number 0)
  while(number LESS count)
    set(strings "${plan_overlay_${number}}")
    if(plan_overlay_generated_${number})
      set(strings "")
    endif()
    foreach(string IN LISTS strings)
      _go_container_json_value(file "${string}")
      _go_container_file_of_build(file "${file}")
      list(APPEND files "${file}")
    endforeach()
    math(EXPR number "${number} + 1")
  endwhile()
  set(${out} "${files}" PARENT_SCOPE)
endfunction()

# path: the full path; a relative one is that of a file of the build tree where the source tree has none,
# as for the DEPENDS of add_custom_command().
function(_go_container_file_of_build path file)
  if(NOT file MATCHES "^(/|\\$<)")
    if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
      set(file "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
    else()
      set(file "${CMAKE_CURRENT_BINARY_DIR}/${file}")
    endif()
  endif()
  set(${path} "${file}" PARENT_SCOPE)
endfunction()
