# ATTEST: how a push attaches SBOM and PROVENANCE. SIGN_COMMAND: what signs after a push.

function(_go_container_plan_attest call)
  if(NOT arg_ATTEST MATCHES "^(referrers|index|both|none)$")
    _go_container_error(
      "${call}"
      "ATTEST \"${arg_ATTEST}\" is not a way to attach SBOM and PROVENANCE to an image"
      "Write referrers, index, both or none."
    )
  endif()
  if(arg_ATTEST MATCHES "^(index|both)$")
    _go_container_engine_facts_of(${plan_engine} result)
    if(NOT fact_result STREQUAL "archive")
      _go_container_error(
        "${call}"
        "ATTEST ${arg_ATTEST} does not work with ${plan_engine}, which pushes the image as it is"
        "Write referrers, or set GO_CONTAINER_ENGINE to builtin."
      )
    endif()
  endif()
  if(NOT arg_ATTEST STREQUAL "referrers")
    set(plan_attest ${arg_ATTEST})
  endif()
  return(PROPAGATE plan_attest)
endfunction()

function(_go_container_plan_sign_command call)
  if(arg_SIGN_COMMAND STREQUAL "" OR NOT DEFINED plan_push)
    return()
  endif()
  _go_container_require_python("${call}" SIGN_COMMAND)
  set(plan_sign_command "${arg_SIGN_COMMAND}")
  return(PROPAGATE plan_sign_command)
endfunction()
