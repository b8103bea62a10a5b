# A script: pushes an image out of the store of an engine, and writes <directory>/pushed.json.
#
# Wants the variables container, its name; directory, where image.id is; engine, its command; push, name and unname, its
# words (engines/facts.cmake); and, with commas between them, references, what to push, tags, the names that the image
# has, and platforms.
cmake_minimum_required(VERSION 3.25)
include("${CMAKE_CURRENT_LIST_DIR}/../base/json.cmake")

function(push_all)
  foreach(list references tags platforms)
    string(REPLACE "," ";" ${list} "${${list}}")
  endforeach()
  file(REMOVE "${directory}/pushed.json")
  file(READ "${directory}/image.id" id)
  string(STRIP "${id}" id)
  in_order(references)
  set(pushed "")
  foreach(reference IN LISTS references)
    push_one(digest "${reference}" "${id}")
    message("${container}: ${reference} is ${digest}")
    string(REGEX MATCH "^(.*):([^:]*)$" reference "${reference}")
    set(image "${CMAKE_MATCH_1}@${digest}")
    set(tag "${CMAKE_MATCH_2}")
    if(NOT image IN_LIST pushed)
      list(APPEND pushed "${image}")
      set("tags_${image}" "")
    endif()
    list(APPEND "tags_${image}" "\"${tag}\"")
  endforeach()
  write_pushed()
endfunction()

# The first tag of each repository goes before all others: if a registry refuses it, no tag such as latest has moved in
# another one.
function(in_order out)
  set(first "")
  set(rest "")
  set(repositories "")
  foreach(reference IN LISTS references)
    string(REGEX REPLACE ":[^:]*$" "" repository "${reference}")
    if(repository IN_LIST repositories)
      list(APPEND rest "${reference}")
    else()
      list(APPEND repositories "${repository}")
      list(APPEND first "${reference}")
    endif()
  endforeach()
  set(${out} ${first} ${rest} PARENT_SCOPE)
endfunction()

# digest: that of the manifest as the registry has it.
function(push_one digest reference id)
  set(digest_file "${directory}/pushed.digest")
  foreach(words push name unname)
    string(REPLACE "@reference@" "${reference}" ${words} "${${words}}")
    separate_arguments(${words})
    list(TRANSFORM ${words} REPLACE "^@id@$" "${id}")
    list(TRANSFORM ${words} REPLACE "^@digest@$" "${digest_file}")
  endforeach()
  if(NOT name STREQUAL "" AND NOT reference IN_LIST tags)
    run(told "${reference}" ${name})
  else()
    set(unname "")
  endif()
  run(told "${reference}" ${push})
  if(NOT unname STREQUAL "")
    execute_process(COMMAND "${engine}" ${unname} OUTPUT_QUIET ERROR_QUIET)
  endif()
  if(EXISTS "${digest_file}")
    file(READ "${digest_file}" told)
    file(REMOVE "${digest_file}")
  endif()
  string(REGEX MATCH "sha256:[0-9a-f]+" told "${told}")
  set(${digest} "${told}" PARENT_SCOPE)
endfunction()

# told: the output of the engine's command.
function(run told reference)
  execute_process(
    COMMAND "${engine}" ${ARGN}
    RESULT_VARIABLE result
    OUTPUT_VARIABLE output
    ERROR_VARIABLE words
  )
  if(NOT result EQUAL 0)
    string(STRIP "${words}" words)
    string(REGEX REPLACE "^.*\n" "" words "${words}") # before its error, podman tells of each try and each layer
    set(
      remedy
      "Log in to the registry (${engine} login), or correct PUSH and TAGS; then push again."
    )
    set(
      gone
      "connection (refused|reset)|timeout|deadline exceeded|EOF|no route to host|broken pipe"
    )
    if(words MATCHES "${gone}|[^0-9]50[0-4][^0-9]|[Uu]navailable")
      set(remedy "Push again when the registry answers, or correct its name in PUSH and TAGS.")
    endif()
    set(done "Nothing")
    if(pushed)
      list(JOIN pushed ", " done)
    endif()
    message(
      FATAL_ERROR
      " GoContainer: ${container} can't be pushed as ${reference}:\n   ${words}\n Pushed before that: ${done}. ${remedy}"
    )
  endif()
  set(${told} "${output}" PARENT_SCOPE)
endfunction()

function(write_pushed)
  set(images "")
  foreach(image IN LISTS pushed)
    string(REGEX MATCH "sha256:.*$" digest "${image}")
    list(TRANSFORM platforms REPLACE "(.+)" "\"\\1\"" OUTPUT_VARIABLE strings)
    _go_container_json_array(platforms_array "${strings}")
    _go_container_json_array(tags_array "${tags_${image}}")
    _go_container_json_object(
      object
      reference
      "\"${image}\""
      digest
      "\"${digest}\""
      platforms
      "${platforms_array}"
      tags
      "${tags_array}"
    )
    list(APPEND images "${object}")
  endforeach()
  list(JOIN images ",\n    " images)
  _go_container_json_document(
    text
    schemaVersion
    1
    name
    "\"${container}\""
    images
    "[\n    ${images}\n  ]"
  )
  file(WRITE "${directory}/pushed.json.new" "${text}")
  file(RENAME "${directory}/pushed.json.new" "${directory}/pushed.json")
endfunction()

push_all()
