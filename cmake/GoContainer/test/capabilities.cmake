# CAPABILITIES <path>=<capabilities>…: what programs have, a test for each.

function(_go_container_assert_capabilities call directory)
  foreach(string IN LISTS test_CAPABILITIES)
    _go_container_split_capabilities(path capabilities "${call}" "${string}")
    _go_container_json_value(title "${path}")
    _go_container_json_object(object path "${path}" capabilities "\"${capabilities}\"")
    _go_container_assertion("${directory}" capabilities "${title}" capabilities "[${object}]")
  endforeach()
endfunction()
