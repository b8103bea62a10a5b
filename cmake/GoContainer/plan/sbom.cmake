# SBOM: the formats in which an SBOM of the image is written.

function(_go_container_plan_sbom call)
  set(plan_sbom "")
  foreach(string IN LISTS arg_SBOM)
    _go_container_json_value(format "${string}")
    if(NOT format MATCHES "^(spdx|spdx3|cyclonedx)$" OR string IN_LIST plan_sbom)
      _go_container_error(
        "${call}"
        "SBOM can't take \"${format}\""
        "Write some of spdx, spdx3 and cyclonedx, each once at most."
      )
    endif()
    list(APPEND plan_sbom "${string}")
  endforeach()
  _go_container_require_python("${call}" SBOM)
  return(PROPAGATE plan_sbom)
endfunction()
