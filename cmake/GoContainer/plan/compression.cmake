# COMPRESSION: how the engine builtin stores the layers that it makes; by default as they are.

function(_go_container_plan_compression call)
  if(NOT arg_COMPRESSION MATCHES "^(none|gzip|zstd)$")
    _go_container_error(
      "${call}"
      "COMPRESSION \"${arg_COMPRESSION}\" is not a way to compress a layer"
      "Write none, gzip or zstd."
    )
  endif()
  if(NOT arg_COMPRESSION STREQUAL "none")
    set(plan_compression ${arg_COMPRESSION})
  endif()
  return(PROPAGATE plan_compression)
endfunction()
