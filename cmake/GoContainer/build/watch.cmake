# Notices inputs that Ninja does not see, as it goes by the time of the content: whose mode alone changed, or that got
# another content with an older time; and another version of GoContainer. Each build has one process look at all of them.

# out: a file on which the container's rule depends. There are 64 at most: Ninja writes each down in each build. The
# containers beyond that share one with others, and are built again where an input of those changed unseen.
function(_go_container_watch out directory)
  get_property(others GLOBAL PROPERTY _go_container_watched SET)
  if(NOT others)
    cmake_language(
      EVAL CODE
        "cmake_language(DEFER DIRECTORY [[${CMAKE_SOURCE_DIR}]] CALL _go_container_watch_target)"
    )
  endif()
  get_property(number GLOBAL PROPERTY _go_container_watched_number)
  if(NOT number OR number EQUAL 64)
    set(number 0)
  endif()
  _go_container_state_directory(state)
  set(${out} "${state}/watched/${number}" PARENT_SCOPE)
  set_property(GLOBAL APPEND PROPERTY _go_container_watched "${number}${directory}")
  math(EXPR number "${number} + 1")
  set_property(GLOBAL PROPERTY _go_container_watched_number ${number})
endfunction()

# Adds the target that looks; when all containers are known.
function(_go_container_watch_target)
  get_property(directories GLOBAL PROPERTY _go_container_watched)
  _go_container_state_directory(state)
  set(watched "${directories}")
  list(TRANSFORM watched REPLACE "/.*$" "")
  list(REMOVE_DUPLICATES watched)
  list(TRANSFORM watched PREPEND "${state}/watched/")
  list(JOIN directories "\n" directories)
  file(GENERATE OUTPUT "${state}/watched.txt" CONTENT "${directories}\n")
  _go_container_remove_state(watch.items) # the containers may be others now
  _go_container_helpers_folder()
  set(watch "${state}/watch")
  get_property(folder GLOBAL PROPERTY _go_container_watched_folder)
  _go_container_place(script scripts/watch.sh)
  # find fails where something changed, and where it can't tell.
  add_custom_target(
    go_container_files
    COMMAND
      find -H -files0-from "${watch}.items" -maxdepth 0 -cnewer "${watch}" -exec false {} + -quit 2>
      /dev/null || sh "${script}" "${watch}" "${state}/watched.txt" ${folder}
    BYPRODUCTS ${watched}
    COMMENT "Looking for changes where Ninja sees no work"
    VERBATIM
  )
endfunction()
