# GoContainer/docker-bake.json in the build directory: the builds of all containers for docker buildx bake, which a person
# calls by hand. It has the values of the commands in build.sh.

# Adds the container of the plan; behind the context stand the words of the command that builds it.
function(_go_container_bake directory context)
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
  set(members context "${context}" dockerfile "${dockerfile}")
  if(words_build-context)
    string(REGEX MATCH "^([^=]*)=(.*)$" pair "${words_build-context}")
    _go_container_bake_string(staged "${CMAKE_MATCH_2}")
    _go_container_json_object(contexts "${CMAKE_MATCH_1}" "${staged}")
    list(APPEND members contexts "${contexts}")
  endif()
  if(words_build-arg)
    set(pairs "")
    foreach(variable IN LISTS words_build-arg)
      list(APPEND pairs ${variable} "\"\${${variable}}\"")
      set_property(GLOBAL APPEND PROPERTY _go_container_bake_variables ${variable})
    endforeach()
    _go_container_json_object(arguments ${pairs})
    list(APPEND members args "${arguments}")
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
    list(APPEND members platforms "${values}")
  endif()
  if(NOT "${plan_platforms}" MATCHES ";") # the store of docker holds no index
    list(APPEND members output "[\"type=docker\"]")
  endif()
  _go_container_json_object(object ${members})
  string(REGEX REPLACE "[^A-Za-z0-9_-]" "_" target "${plan_name}")
  set_property(GLOBAL APPEND PROPERTY _go_container_baked ${target} "${object}")
  set_property(GLOBAL APPEND PROPERTY _go_container_bake_targets "\"${target}\"")
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

# Writes the file, when all containers are known; one for each configuration.
function(_go_container_write_bake_file)
  get_property(targets GLOBAL PROPERTY _go_container_bake_targets)
  get_property(baked GLOBAL PROPERTY _go_container_baked)
  get_property(names GLOBAL PROPERTY _go_container_bake_variables)
  list(REMOVE_DUPLICATES names)
  _go_container_json_object(unset default null) # what the environment lacks is no argument
  list(TRANSFORM names APPEND ";${unset}" OUTPUT_VARIABLE variables)
  _go_container_json_object(variables ${variables})
  _go_container_json_array(targets "${targets}")
  _go_container_json_object(group targets "${targets}")
  _go_container_json_object(group default "${group}")
  _go_container_json_members(baked ",\n    " ${baked})
  _go_container_json_document(
    text
    variable
    "${variables}"
    group
    "${group}"
    target
    "{\n    ${baked}\n  }"
  )
  set(directory "${CMAKE_BINARY_DIR}/GoContainer")
  get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(multi_config)
    string(APPEND directory "/$<CONFIG>")
  endif()
  file(GENERATE OUTPUT "${directory}/docker-bake.json" CONTENT "${text}")
endfunction()
