# WRITABLE <path>…: what the image's user may write to.

function(_go_container_assert_writable call directory)
  if(NOT DEFINED test_WRITABLE)
    return()
  endif()
  set(form "^/[^\n]*$;an absolute path;Begin it with /.")
  foreach(string IN LISTS test_WRITABLE)
    _go_container_json_value(path "${string}")
    _go_container_check_form("${call}" WRITABLE "${path}" "${form}")
  endforeach()
  _go_container_json_array(paths "${test_WRITABLE}")
  _go_container_assertion("${directory}" writable "" writable "${paths}")
endfunction()
