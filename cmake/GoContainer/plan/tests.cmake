# TESTS: the checks of all that is declared, as far as TESTS picks them.

function(_go_container_plan_tests call)
  set(checks "")
  foreach(budget size compressed_size layer_size growth)
    if(DEFINED plan_max_${budget})
      string(REPLACE "_" "-" check "${budget}")
      list(APPEND checks ${check})
    endif()
  endforeach()
  list(APPEND checks platform binary certificates)
  if(plan_program_paths STREQUAL "")
    list(REMOVE_ITEM checks binary)
  endif()
  if(DEFINED plan_licenses)
    list(APPEND checks licenses)
  endif()
  if(plan_files_destinations)
    list(APPEND checks files)
  endif()
  if(DEFINED plan_capabilities)
    list(APPEND checks capabilities)
  endif()
  foreach(kind users groups)
    if(DEFINED plan_declared_${kind})
      list(APPEND checks ${kind})
    endif()
  endforeach()
  if(DEFINED plan_timezones)
    list(APPEND checks timezones)
  endif()
  foreach(kind directories symlinks)
    if(DEFINED plan_${kind}_paths)
      list(APPEND checks ${kind})
    endif()
  endforeach()
  if(DEFINED plan_packages)
    list(APPEND checks packages)
  endif()
  if(DEFINED plan_sbom)
    list(APPEND checks sbom)
  endif()
  if(DEFINED plan_provenance)
    list(APPEND checks provenance)
  endif()
  if(DEFINED plan_pinned)
    list(APPEND checks pins)
  endif()
  foreach(
    member
    entrypoint
    cmd
    env
    user
    workdir
    ports
    labels
    volumes
    stopsignal
    healthcheck
  )
    if(DEFINED plan_${member})
      list(APPEND checks ${member})
    endif()
  endforeach()
  list(TRANSFORM checks REPLACE "^ports$" "expose")
  if(DEFINED arg_TESTS AND NOT arg_TESTS STREQUAL "\"ALL\"")
    _go_container_pick_tests(checks "${call}" "${checks}")
  endif()
  list(TRANSFORM checks REPLACE "(.+)" "\"\\1\"")
  set(plan_tests "${checks}")
  return(PROPAGATE plan_tests)
endfunction()

# checks: those that TESTS names.
function(_go_container_pick_tests checks call there)
  set(
    known
    size
    compressed-size
    layer-size
    growth
    entrypoint
    cmd
    env
    user
    workdir
    expose
    labels
    volumes
    stopsignal
    healthcheck
    platform
    binary
    certificates
    licenses
    files
    capabilities
    users
    groups
    timezones
    directories
    symlinks
    packages
    sbom
    provenance
    pins
  )
  set(picked "")
  foreach(string IN LISTS arg_TESTS)
    _go_container_json_value(check "${string}")
    list(LENGTH arg_TESTS count)
    if(check STREQUAL "NONE" AND count EQUAL 1)
      break()
    elseif(NOT check IN_LIST known)
      list(JOIN known ", " known)
      _go_container_error(
        "${call}"
        "TESTS: there is no test \"${check}\""
        "Write ALL, NONE, or some of ${known}."
      )
    elseif(check IN_LIST there)
      list(APPEND picked ${check})
    endif()
  endforeach()
  set(${checks} "${picked}" PARENT_SCOPE)
endfunction()
