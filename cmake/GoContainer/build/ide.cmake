# What an IDE shows of a container: its sources, and helper targets in a folder of their own.

# folder: that of the caller. Targets that the caller adds from here on go to a folder below it. A macro, as it sets
# variables of the caller.
macro(_go_container_helpers_folder)
  set(folder "")
  if(DEFINED CMAKE_FOLDER)
    set(folder "${CMAKE_FOLDER}")
  endif()
  cmake_path(APPEND CMAKE_FOLDER GoContainer)
endmacro()

# The target has go.mod, the Go files of the package, and FILES of the source tree as sources, and is in the folder. Go
# files of other packages are left out: a large module would be listed once for each of its containers.
function(_go_container_show_sources target folder)
  set(candidates "${plan_source}/go.mod")
  foreach(string IN LISTS plan_program_packages)
    if(string MATCHES "^\"[.]")
      _go_container_json_value(package "${string}")
      file(GLOB go_files LIST_DIRECTORIES FALSE "${plan_source}/${package}/*.go")
      string(REGEX REPLACE ";[^;]*[][][^;]*" "" go_files ";${go_files}") # a bracket would hide the names after it
      list(APPEND candidates ${go_files})
    endif()
  endforeach()
  list(LENGTH plan_files_destinations count)
  set(group 0)
  while(group LESS count)
    foreach(string IN LISTS plan_files_${group})
      _go_container_json_value(file "${string}")
      cmake_path(ABSOLUTE_PATH file)
      list(APPEND candidates "${file}")
    endforeach()
    math(EXPR group "${group} + 1")
  endwhile()
  set(sources "")
  foreach(file IN LISTS candidates)
    cmake_path(IS_PREFIX CMAKE_BINARY_DIR "${file}" generated) # it may be no file yet
    if(
      NOT generated
      AND NOT file MATCHES "\\$<"
      AND EXISTS "${file}"
      AND NOT IS_DIRECTORY "${file}"
    )
      list(APPEND sources "${file}")
    endif()
  endforeach()
  list(REMOVE_DUPLICATES sources)
  set_property(TARGET ${target} APPEND PROPERTY SOURCES "${sources}")
  set_property(TARGET ${target} PROPERTY FOLDER "${folder}")
  if(folder STREQUAL "")
    set_property(TARGET ${target} PROPERTY FOLDER) # unset, as it is without a CMAKE_FOLDER
  endif()
endfunction()
