# GO_CONTAINER_ALLOWED_BASES: the images that builds may start from.

# Stops at an image of the call that no pattern has. Reads the arg_ variables of the caller.
function(_go_container_check_allowed_bases call)
  set(regexes "")
  foreach(pattern IN LISTS GO_CONTAINER_ALLOWED_BASES)
    if(NOT pattern MATCHES "^[A-Za-z0-9*][A-Za-z0-9*_./:@+-]*$" OR pattern MATCHES "://")
      _go_container_error(
        "${call}"
        "GO_CONTAINER_ALLOWED_BASES has \"${pattern}\", which is not a pattern of references"
        "Write references, in which * stands for any text, such as registry.example.com/*."
      )
    endif()
    set(name "${pattern}")
    if(NOT pattern MATCHES "^[*]|^[a-z-]+:/")
      _go_container_full_names(name "${pattern}")
    endif()
    string(REGEX REPLACE "([.+])" "\\\\\\1" regex "${name}")
    string(REPLACE "*" ".*" regex "${regex}")
    if(NOT name MATCHES "[*]$|@|:[^/]+$")
      string(APPEND regex "[:@].*") # any tag or digest
    endif()
    list(APPEND regexes "^${regex}$")
  endforeach()
  _go_container_check_allowed("${call}" BASE "${arg_BASE}" "${regexes}")
  if(NOT plan_host_build OR DEFINED plan_capabilities)
    _go_container_check_allowed("${call}" BUILDER_IMAGE "${arg_BUILDER_IMAGE}" "${regexes}")
  endif()
  _go_container_groups(groups FROM_IMAGE)
  foreach(group IN LISTS groups)
    list(GET arg_FROM_IMAGE_${group} 0 string)
    _go_container_json_value(reference "${string}")
    _go_container_check_allowed("${call}" FROM_IMAGE "${reference}" "${regexes}")
  endforeach()
endfunction()

function(_go_container_check_allowed call option reference regexes)
  set(name "${reference}")
  if(reference STREQUAL "scratch")
    return() # it is empty
  elseif(
    NOT reference MATCHES "^(oci|oci-archive|docker-archive|docker-daemon|containers-storage):"
  )
    _go_container_full_names(name "${reference}")
    if(NOT name MATCHES "@|:[^/]+$")
      string(APPEND name ":latest")
    endif()
  endif()
  foreach(regex IN LISTS regexes)
    if(name MATCHES "${regex}")
      return()
    endif()
  endforeach()
  list(JOIN GO_CONTAINER_ALLOWED_BASES ", " patterns)
  _go_container_error(
    "${call}"
    "${option} is ${reference}, but GO_CONTAINER_ALLOWED_BASES allows only ${patterns}"
    "Give an image that one of these has, or add a pattern to GO_CONTAINER_ALLOWED_BASES."
  )
endfunction()
