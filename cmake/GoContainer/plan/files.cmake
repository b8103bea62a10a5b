# FILES: what goes into the image beside the program. The files are staged in the container's
# directory, names and modes final, by a step of the build, as they may be outputs of it.

# out: the plan's "files" member; more are groups besides those of FILES. Reads the arg_ variables of the
# caller, and binary, the path of the program.
function(_go_container_files_plan out call more)
  set(groups "")
  if(arg_GROUPS)
    _go_container_groups(groups FILES)
  endif()
  set(members "")
  foreach(group IN LISTS groups)
    _go_container_default(arg_DESTINATION_${group} "/")
    _go_container_default(arg_CHOWN_${group} "0:0")
    set(destination "${arg_DESTINATION_${group}}")
    if(NOT destination MATCHES "^/[^\n]*$")
      _go_container_error(
        "${call}"
        "DESTINATION \"${destination}\" is no absolute path"
        "Begin it with /; it is a directory in the image."
      )
    endif()
    _go_container_check_whiteout("${call}" DESTINATION "${destination}")
    set(user "${arg_CHOWN_${group}}")
    if(NOT user MATCHES "^([0-9]+)(:([0-9]+))?$")
      _go_container_error(
        "${call}"
        "CHOWN \"${user}\" is not what it takes"
        "Write <uid>[:<gid>] in numbers; names depend on the image."
      )
    endif()
    if(NOT user MATCHES ":")
      set(user "${user}:${user}")
    endif()
    if(NOT "${arg_CHMOD_${group}}" MATCHES "^(0?[0-7][0-7][0-7])?$")
      _go_container_error(
        "${call}"
        "CHMOD \"${arg_CHMOD_${group}}\" is no mode"
        "Write it in octal digits, such as 0644."
      )
    endif()
    cmake_path(NORMAL_PATH destination)
    string(REGEX REPLACE "(.)/$" "\\1" destination "${destination}")
    cmake_path(IS_PREFIX binary "${destination}" in_program)
    if(in_program)
      _go_container_error(
        "${call}"
        "DESTINATION \"${destination}\" is where the program is"
        "Give another directory, or the program another BINARY_NAME."
      )
    endif()
    _go_container_json_string(destination "${destination}")
    list(LENGTH members number)
    list(
      APPEND members
      "{\"directory\": \"context/files/${number}\", \"destination\": ${destination}, \"user\": \"${user}\"}"
    )
  endforeach()
  list(APPEND members ${more})
  set(${out} "" PARENT_SCOPE)
  if(members)
    list(JOIN members ",\n    " members)
    set(${out} ",\n  \"files\": [\n    ${members}\n  ]" PARENT_SCOPE)
  endif()
endfunction()

# out: the numbers of the groups that the keyword began. Reads the arg_ variables of the caller.
function(_go_container_groups out keyword)
  set(groups "")
  set(group 0)
  while(group LESS arg_GROUPS)
    if(arg_GROUP_${group} STREQUAL keyword)
      list(APPEND groups ${group})
    endif()
    math(EXPR group "${group} + 1")
  endwhile()
  set(${out} "${groups}" PARENT_SCOPE)
endfunction()

# Stops at a path with a name that means something else in a layer (OCI image spec, layer.md, "Whiteouts").
function(_go_container_check_whiteout call option path)
  if(path MATCHES "(^|/)\\.wh\\.")
    _go_container_error(
      "${call}"
      "${option} \"${path}\" has a name that begins with .wh., which deletes files in the layers of an image"
      "Give it another name."
    )
  endif()
endfunction()

# command: what stages the files of the plan, as COMMAND …, or nothing where it has none; lists: the
# files that tell which they are.
function(_go_container_stage_command command lists plan directory)
  set(${command} "" PARENT_SCOPE)
  set(${lists} "" PARENT_SCOPE)
  if(NOT plan MATCHES "\n  \"(files|overlay)\": ")
    return()
  endif()
  set(files "")
  foreach(kind files overlay)
    _go_container_plan_count(count "${plan}" ${kind})
    set(number 0)
    while(number LESS count)
      list(APPEND files "${directory}/stage/${kind}/${number}.txt")
      math(EXPR number "${number} + 1")
    endwhile()
  endforeach()
  set(${lists} "${files}" PARENT_SCOPE)
  string(JSON name GET "${plan}" name)
  _go_container_place(script scripts/stage.sh)
  _go_container_collect_command(collect "${plan}" "${directory}")
  set(
    ${command}
    COMMAND
    sh
    "${script}"
    "add_go_container(${name})"
    "${directory}"
    ${collect}
    PARENT_SCOPE
  )
endfunction()

# Writes these lists, whose generator expressions CMake evaluates, and lets all that makes the files be built
# first.
function(_go_container_stage_files call name directory)
  set(strings "")
  foreach(keyword FILES OVERLAY)
    string(TOLOWER ${keyword} kind)
    set(number 0)
    _go_container_groups(groups ${keyword})
    foreach(group IN LISTS groups)
      _go_container_default(arg_CHMOD_${group} "-")
      set(lines "${arg_CHMOD_${group}}\n${CMAKE_CURRENT_SOURCE_DIR}\n")
      foreach(string IN LISTS arg_${keyword}_${group})
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
      list(APPEND strings ${arg_${keyword}_${group}})
      file(GENERATE OUTPUT "${directory}/stage/${kind}/${number}.txt" CONTENT "${lines}")
      math(EXPR number "${number} + 1")
    endforeach()
    if(keyword STREQUAL "FILES" AND arg_RUNTIME_LIBRARIES)
      file(GENERATE OUTPUT "${directory}/stage/files/${number}.txt" CONTENT "-\n/\n") # copy_runtime_libraries.cmake fills it
      math(EXPR number "${number} + 1")
    endif()
    _go_container_remove_lists("${directory}/stage/${kind}" ${number})
  endforeach()
  _go_container_make_first(${name} "${strings}")
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
