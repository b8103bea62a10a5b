# ARCHIVE: the format of the archive that <name>-archive writes, and how the file is compressed.

function(_go_container_plan_archive call)
  foreach(string IN LISTS arg_ARCHIVE)
    _go_container_json_value(word "${string}")
    if(word MATCHES "^(docker|oci)$" AND NOT DEFINED plan_archive_format)
      set(plan_archive_format ${word})
    elseif(word MATCHES "^(gzip|zstd)$" AND NOT DEFINED plan_archive_compression)
      set(plan_archive_compression ${word})
    else()
      _go_container_error(
        "${call}"
        "ARCHIVE can't take \"${word}\""
        "Write docker or oci, and gzip or zstd, each once at most."
      )
    endif()
  endforeach()
  _go_container_check_archive("${call}")
  return(PROPAGATE plan_archive_format plan_archive_compression)
endfunction()

# Stops where what writes the archive is missing, or the format can't hold the image.
function(_go_container_check_archive call)
  _go_container_engine_facts_of(${plan_engine} host_build)
  if(
    "${plan_archive_format}" STREQUAL "docker"
    AND "${plan_platforms}" MATCHES ";"
    AND NOT fact_host_build
  )
    _go_container_error(
      "${call}"
      "ARCHIVE has docker, but PLATFORMS has several, and a docker archive holds one image"
      "Write oci, which is the default with several."
    )
  endif()
  if(DEFINED plan_archive_compression)
    find_program(command ${plan_archive_compression} NO_CACHE)
    if(NOT command)
      _go_container_error(
        "${call}"
        "ARCHIVE has ${plan_archive_compression}, but there is no ${plan_archive_compression} command on PATH"
        "Install it, or leave the archive as it is."
      )
    endif()
  endif()
  if("${plan_archive_format}" STREQUAL "oci")
    _go_container_require_python("${call}" "ARCHIVE oci")
  endif()
endfunction()
