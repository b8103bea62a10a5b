# Reads go.mod and go.work (Go Modules Reference, "go.mod files" and "go.work files").

# out: the path of the module in the directory, in the letters of a JSON string.
function(_go_container_module_path out directory)
  _go_container_mod_entries(module "${directory}/go.mod" module)
  string(REGEX REPLACE "^(\\\\u0022|`)(.*)(\\\\u0022|`)$" "\\2" module "${module}")
  set(${out} "${module}" PARENT_SCOPE)
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

# out: what follows the directive, in a line or in a block, in a go.mod or go.work; in the letters
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

# Stops at a SOURCE_DIR that has no go.mod.
function(_go_container_check_source call directory)
  if(NOT IS_DIRECTORY "${directory}")
    _go_container_error(
      "${call}"
      "SOURCE_DIR is not a directory: ${directory}"
      "Give the directory that holds go.mod; a relative one starts at this CMakeLists.txt."
    )
  endif()
  if(NOT EXISTS "${directory}/go.mod")
    _go_container_error(
      "${call}"
      "SOURCE_DIR has no go.mod: ${directory}"
      "Give the directory that holds go.mod, or make one there: go mod init <module path>."
    )
  endif()
endfunction()
