# Notices images that somebody removed from the store of the engine: one question for all containers,
# by each build.

# The rule that puts the container's image into the store depends on the file <directory>/pruned.
function(_go_container_watch_store name directory engine)
  _go_container_has_depfile(depfile)
  if(NOT depfile)
    return() # it asks the engine anyway
  endif()
  get_property(others GLOBAL PROPERTY _go_container_stored SET)
  if(NOT others)
    cmake_language(
      EVAL CODE
        "cmake_language(DEFER DIRECTORY [[${CMAKE_SOURCE_DIR}]] CALL _go_container_store_target ${engine})"
    )
  endif()
  list(TRANSFORM plan_tags REPLACE "\"" "" OUTPUT_VARIABLE tags)
  if("${plan_platforms}" MATCHES ";")
    _go_container_tags_of_own_image(tags "${tags}")
  endif()
  list(JOIN tags "|" tags)
  set_property(GLOBAL APPEND PROPERTY _go_container_stored "${directory}|${tags}")
  add_dependencies(${name} go_container_store)
endfunction()

# Adds the target that asks; when all containers are known.
function(_go_container_store_target engine)
  get_property(lines GLOBAL PROPERTY _go_container_stored)
  set(pruned "${lines}")
  list(TRANSFORM pruned REPLACE "[|].*$" "/pruned")
  list(JOIN lines "\n" lines)
  _go_container_state_directory(directory)
  file(GENERATE OUTPUT "${directory}/stored.txt" CONTENT "${lines}\n")
  _go_container_engine_facts_of(${engine} list list_all)
  _go_container_engine_program(command ${engine})
  set(all "")
  if(fact_list_all)
    set(all all)
  endif()
  _go_container_helpers_folder()
  _go_container_place(check scripts/check_store.sh)
  add_custom_target(
    go_container_store
    COMMAND sh "${check}" "${directory}/stored.txt" "${all}" ${command} ${fact_list}
    BYPRODUCTS ${pruned}
    COMMENT "Looking for the images in the store of ${engine}"
    VERBATIM
  )
endfunction()
