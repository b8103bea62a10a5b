# GoContainer.lock.json beside the top CMakeLists.txt: the digests of the images that builds start from.

# Reads the file, once in a configure run: sets the global property _go_container_pin_<name> of each image in it, and
# _go_container_lock to its path, or to FALSE where there is none.
function(_go_container_read_lock call)
  set(file "${CMAKE_SOURCE_DIR}/GoContainer.lock.json")
  set_property(GLOBAL PROPERTY _go_container_lock FALSE)
  if(NOT EXISTS "${file}")
    return()
  endif()
  set_property(DIRECTORY "${CMAKE_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  set_property(GLOBAL PROPERTY _go_container_lock "${file}")
  file(READ "${file}" text)
  string(JSON count ERROR_VARIABLE problem LENGTH "${text}" images)
  set(index 0)
  while(NOT problem AND index LESS count)
    string(JSON name MEMBER "${text}" images ${index})
    string(JSON digest ERROR_VARIABLE problem GET "${text}" images "${name}")
    if(NOT problem AND NOT digest MATCHES "^sha256:[0-9a-f]+$")
      set(problem "${name} has no digest")
    endif()
    set_property(GLOBAL PROPERTY "_go_container_pin_${name}" "${digest}")
    math(EXPR index "${index} + 1")
  endwhile()
  if(problem)
    _go_container_error(
      "${call}"
      "${file} can't be read (${problem})"
      "Take it from version control again, or remove it, and build the target image-pins, which writes it."
    )
  endif()
endfunction()

# Pins BASE and BUILDER_IMAGE; those of FROM_IMAGE are pinned where they are read.
function(_go_container_plan_pins call)
  _go_container_pin(plan_base BASE "${arg_BASE}" "${plan_base}")
  if(plan_base MATCHES "@" AND NOT arg_BASE MATCHES "@")
    set(plan_pinned TRUE)
  endif()
  if(NOT plan_assembles)
    set(unpinned "${plan_unpinned}")
    _go_container_pin(
      plan_builder_image
      BUILDER_IMAGE
      "${arg_BUILDER_IMAGE}"
      "${plan_builder_image}"
    )
    if(plan_host_build)
      set(plan_unpinned "${unpinned}") # it is for an engine elsewhere
    endif()
  endif()
  return(PROPAGATE plan_base plan_builder_image plan_pinned plan_unpinned)
endfunction()

# out: the image by its digest. What the lock lacks is added to plan_unpinned.
#
# reference: as the call names it. place: where the engine pulls it from, which a mirror may have changed.
function(_go_container_pin out option reference place)
  set(${out} "${place}")
  if(
    NOT
      reference
        MATCHES
        "^scratch$|@|^(oci|oci-archive|docker-archive|docker-daemon|containers-storage):"
  )
    _go_container_pin_name(name "${reference}")
    set_property(GLOBAL APPEND PROPERTY _go_container_locked "${name}|${place}")
    get_property(digest GLOBAL PROPERTY "_go_container_pin_${name}")
    if(digest)
      # By its full name, as an engine's store may have another image of the short one.
      _go_container_full_names(place "${place}")
      string(REGEX REPLACE ":[^/:]+$" "" place "${place}")
      set(${out} "${place}@${digest}")
    else()
      list(APPEND plan_unpinned "${option} ${reference}")
    endif()
  endif()
  return(PROPAGATE ${out} plan_unpinned)
endfunction()

# out: the name of the image in the lock, which is the same for all engines.
function(_go_container_pin_name out reference)
  _go_container_full_names(name "${reference}")
  if(NOT name MATCHES ":[^/]+$")
    string(APPEND name ":latest")
  endif()
  set(${out} "${name}" PARENT_SCOPE)
endfunction()
