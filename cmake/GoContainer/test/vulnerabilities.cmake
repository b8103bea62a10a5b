# VULNERABILITIES, and ALLOW with what follows it: the exceptions. The check runs govulncheck.

# ALLOW <id>… and what follows it. Appends the exception to allowed of the caller, as JSON.
function(_go_container_assert_allow call directory group)
  _go_container_check_scanned("${call}" ALLOW)
  set(
    form
    "^(GO-[0-9]+-[0-9]+|CVE-[0-9]+-[0-9]+|GHSA(-[0-9a-z]+)+)$;the id of a vulnerability;Write it as GO-2021-0113, CVE-2021-38561 or GHSA-ppp9-7jff-5vj2."
  )
  foreach(string IN LISTS test_ALLOW_${group})
    _go_container_json_value(id "${string}")
    _go_container_check_form("${call}" ALLOW "${id}" "${form}")
  endforeach()
  _go_container_json_array(ids "${test_ALLOW_${group}}")
  set(members ids "${ids}")
  if(DEFINED test_UNTIL_${group})
    set(form "^[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]$;a date;Write it as 2027-01-31.")
    _go_container_check_form("${call}" UNTIL "${test_UNTIL_${group}}" "${form}")
    list(APPEND members until "\"${test_UNTIL_${group}}\"")
  endif()
  if(DEFINED test_REASON_${group})
    _go_container_json_string(reason "${test_REASON_${group}}")
    list(APPEND members reason "${reason}")
  endif()
  _go_container_json_object(exception ${members})
  list(APPEND allowed "${exception}")
  set(allowed "${allowed}" PARENT_SCOPE)
endfunction()

# Adds the test. Reads allowed and the test_ variables of the caller.
function(_go_container_assert_vulnerabilities call directory)
  if(DEFINED test_DATABASE)
    _go_container_check_scanned("${call}" DATABASE)
  endif()
  if(NOT test_VULNERABILITIES)
    return()
  endif()
  list(JOIN allowed ", " exceptions)
  set(members allow "[${exceptions}]")
  if(DEFINED test_DATABASE)
    set(database "${test_DATABASE}")
    if(NOT database MATCHES "^(https?|file)://")
      _go_container_source_path(database)
    endif()
    _go_container_json_string(value "${database}")
    list(APPEND members database "${value}")
  endif()
  if(DEFINED GO_CONTAINER_GOVULNCHECK)
    _go_container_json_string(value "${GO_CONTAINER_GOVULNCHECK}")
    list(APPEND members govulncheck "${value}")
  endif()
  _go_container_place(CMAKE_MODULE_PATH ..) # FindGo.cmake
  find_package(Go QUIET)
  if(Go_FOUND)
    _go_container_json_string(value "${Go_EXECUTABLE}")
    list(APPEND members go "${value}")
  endif()
  _go_container_assertion("${directory}" vulnerabilities "" ${members})
endfunction()

# Stops at an option of VULNERABILITIES without that.
function(_go_container_check_scanned call option)
  if(NOT test_VULNERABILITIES)
    _go_container_error(
      "${call}"
      "${option} belongs to VULNERABILITIES, which is not given"
      "Write VULNERABILITIES, or remove ${option}."
    )
  endif()
endfunction()
