# The target image-pins, which writes GoContainer.lock.json.

# Adds it, when all containers are known; out: the command that it runs. lines: those of build/refresh.cmake, where there
# is no lock.
function(_go_container_pins_target out lines)
  get_property(lock GLOBAL PROPERTY _go_container_lock)
  get_property(images GLOBAL PROPERTY _go_container_locked)
  get_property(references GLOBAL PROPERTY _go_container_builders)
  list(FILTER references EXCLUDE REGEX "@")
  list(TRANSFORM references REPLACE "(/|^)([^/:]+)$" "\\1\\2:latest")
  list(TRANSFORM lines REPLACE "^[^|]*[|](.*)$" "\\1")
  list(APPEND references ${lines})
  string(REPLACE "|" ";" references "${references}")
  # No registry has these.
  list(
    FILTER references
    EXCLUDE
    REGEX "^(oci|oci-archive|docker-archive|docker-daemon|containers-storage):"
  )
  list(REMOVE_DUPLICATES references)
  foreach(reference IN LISTS references)
    get_property(name GLOBAL PROPERTY "_go_container_name_of_${reference}")
    if(NOT name) # no mirror has it
      _go_container_pin_name(name "${reference}")
    endif()
    list(APPEND images "${name}|${reference}")
  endforeach()
  list(REMOVE_DUPLICATES images)
  list(SORT images)
  list(JOIN images "\n" images)
  _go_container_state_directory(state)
  file(GENERATE OUTPUT "${state}/pinned.txt" CONTENT "${images}\n")
  set(again "")
  if(NOT lock)
    # So that CMake finds the file, when it is written for the first time.
    set(stamp "${CMAKE_BINARY_DIR}/CMakeFiles/GoContainer/unlocked")
    if(NOT EXISTS "${stamp}")
      file(WRITE "${stamp}" "")
    endif()
    set_property(DIRECTORY "${CMAKE_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${stamp}")
    set(
      again
      COMMAND
      "${CMAKE_COMMAND}"
      -E
      touch
      "${stamp}"
    )
  endif()
  _go_container_image_command(image)
  if(image)
    set(run ${image} pins "${state}/pinned.txt" "${CMAKE_SOURCE_DIR}/GoContainer.lock.json")
  else()
    set(again "")
    set(
      run
      "${CMAKE_COMMAND}"
      -E
      echo
      "GoContainer: image-pins needs Python 3.9 or newer. Install Python 3, or set Python3_EXECUTABLE to its command."
      COMMAND
      "${CMAKE_COMMAND}"
      -E
      false
    )
  endif()
  _go_container_helpers_folder()
  add_custom_target(
    go_container_pins
    COMMAND ${run} ${again}
    COMMENT "Asking the registries for the digests of the images to start from"
    USES_TERMINAL
    VERBATIM
  )
  _go_container_all_images(all)
  add_dependencies(${all}-pins go_container_pins)
  set(${out} "${run}" PARENT_SCOPE)
endfunction()

# out: lines of the shell that stop a build, as the lock lacks images of it.
function(_go_container_unpinned_lines out)
  list(JOIN plan_unpinned ", " lacks)
  _go_container_all_images(all)
  _go_container_shell_word(
    words
    "add_go_container(${plan_name}): GoContainer.lock.json lacks ${lacks}. Build the target ${all}-pins, which adds it."
  )
  set(${out} "echo ${words} >&2\nexit 1\n" PARENT_SCOPE)
endfunction()
