# COMPRESSION: how the engine builtin stores the layers that it makes.

# out: the plan's member, or nothing where they are stored as they are. Reads the arg_ variables of the
# caller.
function(_go_container_compression_plan out call)
  set(${out} "" PARENT_SCOPE)
  _go_container_default(arg_COMPRESSION none)
  if(NOT arg_COMPRESSION MATCHES "^(none|gzip|zstd)$")
    _go_container_error(
      "${call}"
      "COMPRESSION \"${arg_COMPRESSION}\" is no way to compress a layer"
      "Write none, gzip or zstd."
    )
  endif()
  if(NOT arg_COMPRESSION STREQUAL "none")
    set(${out} ",\n  \"compression\": \"${arg_COMPRESSION}\"" PARENT_SCOPE)
  endif()
endfunction()
