# SBOM: the targets <name>-sbom and image-sbom, and what CMake knows of the libraries that programs link.

# Adds them.
function(_go_container_sbom_targets call name directory)
  set(target ${name}-sbom)
  _go_container_check_new_target("${call}" ${target} "Give the container another name.")
  _go_container_one_target_of_all(all "${call}" -sbom)
  _go_container_image_command(image)
  _go_container_engine_command(engine_command ${plan_engine})
  set(
    command
    ${image}
    sbom
    --output
    "${directory}"
    ${engine_command}
    "${directory}/plan.json"
  )
  set(comment "Writing the SBOM of image ${name}")
  _go_container_engine_facts_of(${plan_engine} host_build)
  if(fact_host_build)
    set(comment "Looking at the SBOM of image ${name}")
    # The build of the image wrote them already (gocontainer/sbom/documents.py): again only what was removed or changed
    # since. find fails then, and where it can't tell.
    set_property(GLOBAL PROPERTY _go_container_watched_folder sbom) # as the build loads its modules
    _go_container_sbom_files(files "${directory}")
    set(
      command
      find
      -H
      ${files}
      "${directory}/plan.json"
      "${directory}/${name}.tar"
      -maxdepth
      0
      -cnewer
      "${directory}/sbom.made"
      -exec
      false
      {}
      +
      2>
      /dev/null
      ||
      ${command}
    )
  endif()
  add_custom_target(${target} COMMAND ${command} COMMENT "${comment}" VERBATIM)
  add_dependencies(${target} ${name})
  add_dependencies(${all} ${target})
  _go_container_attach(${name} ${target})
  if(plan_link_libraries)
    set(libraries "")
    foreach(string IN LISTS plan_link_libraries)
      _go_container_json_value(library "${string}")
      list(APPEND libraries "${library}")
    endforeach()
    set_target_properties(
      ${target}
      PROPERTIES
        _go_container_libraries "${libraries}"
        _go_container_libraries_file "${directory}/sbom-libraries.txt"
    )
    cmake_language(EVAL CODE "cmake_language(DEFER CALL _go_container_sbom_libraries ${target})")
  endif()
endfunction()

# out: the documents of the plan, as gocontainer/sbom/formats.py names them.
function(_go_container_sbom_files out directory)
  set(parts "")
  if("${plan_platforms}" MATCHES ";")
    list(TRANSFORM plan_platforms REPLACE "/" "-" OUTPUT_VARIABLE parts)
    list(TRANSFORM parts PREPEND "-")
  endif()
  set(suffix_spdx spdx.json)
  set(suffix_spdx3 spdx3.json)
  set(suffix_cyclonedx cdx.json)
  set(files "")
  foreach(format IN LISTS plan_sbom)
    string(REGEX REPLACE "[^a-z0-9]" "" format "${format}") # it is a string of JSON
    foreach(part IN LISTS parts ITEMS "")
      list(APPEND files "${directory}/${plan_name}${part}.${suffix_${format}}")
    endforeach()
  endforeach()
  set(${out} "${files}" PARENT_SCOPE)
endfunction()

# When all targets of the directory are known: writes the file that gocontainer/sbom/libraries.py reads. It has a line for
# each library that LINK_LIBRARIES lead to.
function(_go_container_sbom_libraries target)
  get_property(file TARGET ${target} PROPERTY _go_container_libraries_file)
  get_property(left TARGET ${target} PROPERTY _go_container_libraries)
  set(seen "")
  set(lines "")
  while(NOT left STREQUAL "")
    list(POP_FRONT left library)
    string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" library "${library}")
    if(
      library IN_LIST seen
      OR NOT library MATCHES "^[A-Za-z0-9_.+:/-]+$"
      OR library MATCHES "^-([^l]|$)"
    )
      continue() # such as a flag, or a generator expression, whose libraries are unknown here
    endif()
    list(APPEND seen "${library}")
    if(TARGET "${library}")
      _go_container_sbom_library(line links "${library}")
      list(APPEND left ${links})
    else()
      string(REGEX REPLACE "^-l" "" library "${library}")
      cmake_path(GET library FILENAME library)
      set(library_file "${library}")
      if(NOT library MATCHES "[.]")
        set(library_file "lib${library}.so")
      endif()
      set(line "${library}\t\t\t${library_file}\n")
    endif()
    string(APPEND lines "${line}")
  endwhile()
  file(GENERATE OUTPUT "${file}" CONTENT "${lines}")
endfunction()

# line: of a target: its name, type, version, and the name of its file; links: what it links.
function(_go_container_sbom_library line links library)
  get_target_property(aliased ${library} ALIASED_TARGET)
  if(aliased)
    set(${line} "" PARENT_SCOPE)
    set(${links} "${aliased}" PARENT_SCOPE)
    return()
  endif()
  set(found "")
  foreach(property LINK_LIBRARIES INTERFACE_LINK_LIBRARIES)
    get_target_property(value ${library} ${property})
    if(value)
      list(APPEND found ${value})
    endif()
  endforeach()
  set(${links} "${found}" PARENT_SCOPE)
  get_target_property(type ${library} TYPE)
  get_target_property(imported ${library} IMPORTED)
  get_target_property(version ${library} VERSION)
  if(NOT version)
    set(version "")
    if(library MATCHES "^([^:]+)::")
      set(package "${CMAKE_MATCH_1}")
      foreach(variable ${package}_VERSION_STRING ${package}_VERSION) # older find modules have the first one
        if(DEFINED ${variable})
          set(version "${${variable}}")
        endif()
      endforeach()
    endif()
  endif()
  set(name "")
  if(type MATCHES "^(STATIC|SHARED|UNKNOWN)_LIBRARY$")
    set(name "$<TARGET_LINKER_FILE_NAME:${library}>")
    if(imported)
      set(name "$<TARGET_FILE_NAME:${library}>")
    endif()
  endif()
  if(type STREQUAL "INTERFACE_LIBRARY" AND version STREQUAL "")
    set(${line} "" PARENT_SCOPE) # it only stands for others
  else()
    set(${line} "${library}\t${type}\t${version}\t${name}\n" PARENT_SCOPE)
  endif()
endfunction()
