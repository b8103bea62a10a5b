# GoContainer/docker-bake.json in the build directory: the builds of all containers for docker buildx bake. It has the values of
# the commands in build.sh.

include("${CMAKE_CURRENT_LIST_DIR}/bake_programs.cmake")

# Adds the container of the plan; behind the context stand the words of the command that builds it. together: the words that go
# before such a command, to build the image with others where that is possible (gocontainer/go/bake.py).
function(_go_container_bake together directory context)
  get_property(others GLOBAL PROPERTY _go_container_baked SET)
  if(NOT others)
    cmake_language(
      EVAL CODE
        "cmake_language(DEFER DIRECTORY [[${CMAKE_SOURCE_DIR}]] CALL _go_container_write_bake_file)"
    )
  endif()
  set(flag "")
  foreach(word IN LISTS ARGN)
    if(word MATCHES "^--(build-arg|build-context|cache-from|cache-to|secret|ssh|tag)$")
      set(flag ${CMAKE_MATCH_1})
    elseif(flag)
      string(REPLACE "-@part@" "" word "${word}") # one build is for all platforms
      list(APPEND "words_${flag}" "${word}")
      set(flag "")
    endif()
  endforeach()
  _go_container_bake_string(context "${context}")
  _go_container_bake_string(dockerfile "${directory}/Dockerfile")
  set(members dockerfile "${dockerfile}")
  set(contexts "")
  if(words_build-context)
    # bake compares the names as they are, and the Dockerfile's without this tag.
    string(REGEX MATCH "^([^=]*):latest=(.*)$" pair "${words_build-context}")
    _go_container_bake_string(staged "${CMAKE_MATCH_2}")
    set(contexts "${CMAKE_MATCH_1}" "${staged}")
  endif()
  set(source context "${context}") # what is the same for the programs of several containers
  if(words_build-arg)
    set(pairs "")
    foreach(variable IN LISTS words_build-arg)
      list(APPEND pairs ${variable} "\"\${${variable}}\"")
      set_property(GLOBAL APPEND PROPERTY _go_container_bake_variables ${variable})
    endforeach()
    _go_container_json_object(arguments ${pairs})
    list(APPEND source args "${arguments}")
  endif()
  foreach(
    flag
    cache-from
    cache-to
    secret
    ssh
    tag
  )
    if(words_${flag})
      _go_container_bake_array(values "${words_${flag}}")
      string(REPLACE "tag" "tags" flag ${flag})
      list(APPEND members ${flag} "${values}")
    endif()
  endforeach()
  if(DEFINED plan_platforms)
    _go_container_bake_array(values "${plan_platforms}")
    list(APPEND source platforms "${values}")
  endif()
  # BuildKit would add its own provenance, as an image for no platform.
  list(APPEND members attest "[\"type=provenance,disabled=true\"]")
  if(NOT "${plan_platforms}" MATCHES ";") # the store of docker holds no index
    list(APPEND members output "[\"type=docker\"]")
  endif()
  string(REGEX REPLACE "[^A-Za-z0-9_-]" "_" target "${plan_name}")
  set_property(GLOBAL APPEND PROPERTY _go_container_baked ${target})
  set_property(GLOBAL PROPERTY _go_container_bake_members_${target} ${source} ${members})
  set_property(GLOBAL PROPERTY _go_container_bake_contexts_${target} ${contexts})
  set_property(GLOBAL PROPERTY _go_container_bake_directory_${target} "${directory}")
  list(TRANSFORM fact_build REPLACE "^build$" bake OUTPUT_VARIABLE command)
  set_property(GLOBAL PROPERTY _go_container_bake_command_${target} "${command}")
  _go_container_bake_with_others(is_one ${target} "${source}")
  set(${together} "" PARENT_SCOPE)
  _go_container_has_depfile(depfile)
  if(is_one AND depfile AND NOT DEFINED plan_platforms)
    _go_container_image_command(image)
    _go_container_bake_file(file)
    _go_container_place(script scripts/with_others.sh)
    set(
      ${together}
      sh
      "${script}"
      "${directory}"
      ${image}
      bake
      "${directory}/plan.json"
      "${directory}/inputs.d"
      --file
      "${file}"
      --alone
      PARENT_SCOPE
    )
  endif()
endfunction()

# out: the path of docker-bake.json; one for each configuration.
function(_go_container_bake_file out)
  set(directory "${CMAKE_BINARY_DIR}/GoContainer")
  get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(multi_config)
    string(APPEND directory "/$<CONFIG>")
  endif()
  set(${out} "${directory}/docker-bake.json" PARENT_SCOPE)
endfunction()

# out: the JSON string, in which bake finds no expression of its own.
function(_go_container_bake_string out value)
  string(REPLACE "\${" "$\${" value "${value}")
  string(REPLACE "%{" "%%{" value "${value}")
  _go_container_json_string(string "${value}")
  set(${out} "${string}" PARENT_SCOPE)
endfunction()

function(_go_container_bake_array out values)
  set(strings "")
  foreach(value IN LISTS values)
    _go_container_bake_string(string "${value}")
    list(APPEND strings "${string}")
  endforeach()
  _go_container_json_array(array "${strings}")
  set(${out} "${array}" PARENT_SCOPE)
endfunction()

# Writes the file, when all containers are known.
function(_go_container_write_bake_file)
  get_property(targets GLOBAL PROPERTY _go_container_baked)
  get_property(names GLOBAL PROPERTY _go_container_bake_variables)
  set(variables "")
  if(names) # bake refuses an empty object
    list(REMOVE_DUPLICATES names)
    _go_container_json_object(unset default null) # what the environment lacks is no argument
    list(TRANSFORM names APPEND ";${unset}")
    _go_container_json_object(variables ${names})
    set(variables variable "${variables}")
  endif()
  _go_container_bake_programs(baked "${targets}")
  foreach(target IN LISTS targets)
    get_property(members GLOBAL PROPERTY _go_container_bake_members_${target})
    get_property(contexts GLOBAL PROPERTY _go_container_bake_contexts_${target})
    if(contexts)
      _go_container_json_object(object ${contexts})
      list(APPEND members contexts "${object}")
    endif()
    _go_container_json_object(object ${members})
    list(APPEND baked ${target} "${object}")
  endforeach()
  list(TRANSFORM targets REPLACE "(.+)" "\"\\1\"")
  _go_container_json_array(targets "${targets}")
  _go_container_json_object(group targets "${targets}")
  _go_container_json_object(group default "${group}")
  _go_container_json_members(baked ",\n    " ${baked})
  _go_container_json_document(
    text
    ${variables}
    group
    "${group}"
    target
    "{\n    ${baked}\n  }"
  )
  _go_container_bake_file(file)
  file(GENERATE OUTPUT "${file}" CONTENT "${text}")
endfunction()
