# add_go_test(): go test and go vet as tests of CTest, with the C libraries of this build.

# Adds the tests <name> and <name>.vet, and the target <name>, which makes all that they need, in the folder.
function(_go_container_go_test call name folder)
  _go_container_need_host("${call}" "")
  set(directory "${CMAKE_CURRENT_BINARY_DIR}/${name}.gotest")
  get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(multi_config)
    set(all "${directory}")
    foreach(config IN LISTS CMAKE_CONFIGURATION_TYPES)
      set(directory "${all}/${config}")
      _go_container_go_test_plan()
      _go_container_go_json(json "${call}")
      _go_container_write("${directory}/plan.json" "${json}")
    endforeach()
    set(directory "${all}/$<CONFIG>")
  else()
    _go_container_go_test_plan()
    _go_container_go_json(json "${call}")
    _go_container_write("${directory}/plan.json" "${json}")
  endif()

  _go_container_link_targets("${call}" ${name} "${directory}")
  _go_container_link_depends(links ${name})
  _go_container_image_command(image)
  add_custom_target(
    ${name}
    COMMAND ${image} gopls "${directory}/plan.json" "${directory}/gopls.json"
    DEPENDS ${links}
    COMMENT "Preparing the Go tests ${name}"
    VERBATIM
  )
  set_target_properties(
    ${name}
    PROPERTIES FOLDER "${folder}" GO_CONTAINER_GOPLS "${directory}/gopls.json"
  )
  _go_container_go_tests(${name} "${directory}")
endfunction()

function(_go_container_go_tests name directory)
  _go_container_build_test(${name} "${directory}" ${name}.build go)
  set(flags "")
  get_property(version GLOBAL PROPERTY _go_container_host_version)
  if(version VERSION_GREATER_EQUAL 1.21)
    list(APPEND flags -fullpath) # an IDE opens it
  endif()
  foreach(string IN LISTS plan_test_flags)
    _go_container_json_value(flag "${string}")
    list(APPEND flags "${flag}")
  endforeach()
  get_property(go GLOBAL PROPERTY _go_container_host_go)
  _go_container_image_command(image)
  list(APPEND image go --go "${go}" "${directory}/plan.json")
  add_test(NAME ${name} COMMAND ${image} test ${flags})
  add_test(NAME ${name}.vet COMMAND ${image} vet)
  set_tests_properties(${name} ${name}.vet PROPERTIES FIXTURES_REQUIRED ${name}.build LABELS go)
endfunction()
