# The target <name>-archive.

# Adds it; the words behind COMMANDS write the docker archive <archive>.new. Without them the image is the archive.
function(_go_container_archive_target directory)
  cmake_parse_arguments(PARSE_ARGV 1 archive "" "" "COMMANDS;DEPENDS")
  set(name ${plan_name})
  _go_container_archive_file(file "${directory}")
  set(plain "${directory}/${name}.tar")
  if(NOT DEFINED archive_COMMANDS AND NOT DEFINED plan_archive_compression)
    add_custom_target(${name}-archive)
  else()
    set(commands "${archive_COMMANDS}")
    set(new "${plain}")
    if(DEFINED archive_COMMANDS)
      # Written beside its place first; an engine may refuse a file that is there.
      set(new "${plain}.new")
      list(PREPEND commands COMMAND rm -f "${new}")
      if("${plan_archive_format}" STREQUAL "oci")
        _go_container_image_command(image)
        list(
          APPEND commands
          COMMAND
          ${image}
          oci
          "${directory}/plan.json"
          "${new}"
        )
      endif()
    endif()
    if(DEFINED plan_archive_compression)
      set(flags --stdout)
      if(plan_archive_compression STREQUAL "gzip")
        list(APPEND flags --no-name) # its name and time are no part of it
      endif()
      list(
        APPEND commands
        COMMAND
        ${plan_archive_compression}
        ${flags}
        "${new}"
        >
        "${file}.new"
      )
      if(DEFINED archive_COMMANDS)
        list(APPEND commands COMMAND rm -f "${new}")
      endif()
    endif()
    add_custom_command(
      OUTPUT "${file}" ${commands}
      COMMAND mv -f "${file}.new" "${file}"
      DEPENDS ${archive_DEPENDS} "${directory}/plan.json"
      COMMENT "Writing the archive of image ${name}"
      VERBATIM
    )
    add_custom_target(${name}-archive DEPENDS "${file}")
  endif()
  add_dependencies(${name}-archive ${name})
endfunction()

# out: the file of the archive.
function(_go_container_archive_file out directory)
  set(file "${directory}/${plan_name}.tar")
  if("${plan_archive_compression}" STREQUAL "gzip")
    string(APPEND file ".gz")
  elseif("${plan_archive_compression}" STREQUAL "zstd")
    string(APPEND file ".zst")
  endif()
  set(${out} "${file}" PARENT_SCOPE)
endfunction()
