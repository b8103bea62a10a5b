# The target <name>-archive.

# Adds it; the words behind COMMANDS write <name>.tar.new, without them the image itself is <name>.tar.
function(_go_container_archive_target directory)
  cmake_parse_arguments(PARSE_ARGV 1 archive "" "" "COMMANDS;DEPENDS")
  set(name ${plan_name})
  set(file "") # what the target makes
  if(DEFINED archive_COMMANDS)
    set(file "${directory}/${name}.tar")
    set(oci "")
    if("${plan_archive_format}" STREQUAL "oci")
      _go_container_image_command(image)
      set(
        oci
        COMMAND
        ${image}
        oci
        "${directory}/plan.json"
        "${file}.new"
      )
    endif()
    # Written beside its place first; an engine may refuse a file that is there.
    add_custom_command(
      OUTPUT "${file}"
      COMMAND rm -f "${file}.new" ${archive_COMMANDS} ${oci}
      COMMAND mv -f "${file}.new" "${file}"
      DEPENDS ${archive_DEPENDS} "${directory}/plan.json"
      COMMENT "Writing the archive of image ${name}"
      VERBATIM
    )
    set(archive_DEPENDS "${file}")
  endif()
  if(DEFINED plan_archive_compression)
    set(flags --stdout)
    if(plan_archive_compression STREQUAL "gzip")
      list(APPEND flags --no-name) # its name and time are no part of it
    endif()
    _go_container_archive_file(file "${directory}")
    add_custom_command(
      OUTPUT "${file}"
      COMMAND ${plan_archive_compression} ${flags} "${directory}/${name}.tar" > "${file}.new"
      COMMAND mv -f "${file}.new" "${file}"
      DEPENDS ${archive_DEPENDS} "${directory}/plan.json"
      COMMENT "Compressing the archive of image ${name}"
      VERBATIM
    )
  endif()
  if(file)
    add_custom_target(${name}-archive DEPENDS "${file}")
  else()
    add_custom_target(${name}-archive)
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
