# REPRODUCIBLE: the check gets the commands of the engine.
function(_go_container_assert_reproducible directory)
  _go_container_rebuild_words(array ${name})
  _go_container_assertion("${directory}" reproducible "" rebuild "${array}")
  get_property(tests TARGET ${name} PROPERTY _go_container_tests)
  list(GET tests -1 test)
  _go_container_slow_rebuild(${name} ${engine} "${test}")
endfunction()

# Of a test that builds a second time: its time limit and lock.
function(_go_container_slow_rebuild name engine test)
  get_property(platforms TARGET ${name} PROPERTY GO_CONTAINER_PLATFORMS)
  if(platforms)
    set(added "")
    foreach(platform IN LISTS platforms)
      _go_container_tests_of_platform(of_platform ${name} "${platform}" "${test}")
      list(APPEND added "${of_platform}")
    endforeach()
    set(test "${added}")
  endif()
  # All packages are compiled, the standard library too, perhaps beside other tests.
  set_tests_properties(${test} PROPERTIES TIMEOUT 7200)
  _go_container_engine_facts_of(${engine} lock)
  if(fact_lock)
    # It removes images, and another build may fail of it just then: "layer not known".
    set_tests_properties(${test} PROPERTIES RESOURCE_LOCK go_container_build)
  endif()
endfunction()
