# add_go_library(): a Go package as a C library, that C and C++ of this build link.

# Adds the imported library <name>, and the target <name>-go that builds it, in the folder.
function(_go_container_library call name folder)
  _go_container_need_host("${call}" "")
  set(directory "${CMAKE_CURRENT_BINARY_DIR}/${name}.library")
  get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(multi_config)
    set(all "${directory}")
    foreach(config IN LISTS CMAKE_CONFIGURATION_TYPES)
      set(directory "${all}/${config}")
      _go_container_library_plan()
      _go_container_library_files(${name} "${directory}" "_${config}")
    endforeach()
    set(directory "${all}/$<CONFIG>")
  else()
    set(config "${CMAKE_BUILD_TYPE}")
    _go_container_library_plan()
    _go_container_library_files(${name} "${directory}" "")
  endif()

  _go_container_link_targets("${call}" ${name} "${directory}")
  get_property(go GLOBAL PROPERTY _go_container_host_go)
  _go_container_image_command(build)
  list(APPEND build library "${directory}/plan.json" --go "${go}")
  _go_container_has_depfile(depfile)
  if(depfile)
    list(APPEND build --depfile "${directory}/inputs.d")
  endif()
  string(REPLACE "\"" "" file "${plan_program_paths}")
  _go_container_build_rule(
    ${name}-go
    "${directory}/${file}"
    "${directory}"
    LIBRARY ${name}
    BYPRODUCTS "${directory}/include/${name}.h"
    AGAIN
    COMMANDS COMMAND ${build}
  )
  add_dependencies(${name} ${name}-go)
  set_target_properties(${name} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${directory}/include")
  if(NOT plan_shared)
    set(requirements "")
    foreach(string IN LISTS plan_link_libraries)
      _go_container_json_value(library "${string}")
      list(APPEND requirements "${library}")
    endforeach()
    list(APPEND requirements -lpthread -lresolv) # what Go's runtime/cgo and net link
    set_property(TARGET ${name} PROPERTY INTERFACE_LINK_LIBRARIES "${requirements}")
  endif()
  _go_container_show_sources(${name}-go "${folder}")
endfunction()

# Writes the plan, and tells the target where its files are in one configuration. The first one adds the target.
function(_go_container_library_files name directory config)
  _go_container_go_json(json "add_go_library(${name})")
  _go_container_write("${directory}/plan.json" "${json}")
  file(MAKE_DIRECTORY "${directory}/include") # an imported target's must be there
  set(kind STATIC)
  if(plan_shared)
    set(kind SHARED)
  endif()
  if(NOT TARGET ${name})
    add_library(${name} ${kind} IMPORTED GLOBAL)
  endif()
  string(TOUPPER "${config}" config)
  string(REPLACE "\"" "" file "${plan_program_paths}")
  set_property(TARGET ${name} PROPERTY IMPORTED_LOCATION${config} "${directory}/${file}")
  if(plan_shared)
    set_property(TARGET ${name} PROPERTY IMPORTED_SONAME${config} "${file}")
  endif()
endfunction()
