# A script: runs an image as `podman run --rm` would; `buildah run` knows no ENTRYPOINT and CMD.
# Wants the variables buildah, isolation, and id_file, the file with the id of the image.
cmake_minimum_required(VERSION 3.25)

# code: appends the words of a JSON array, each in a form that holds every character.
function(_go_container_run_words code json)
  set(words "${${code}}")
  string(JSON count ERROR_VARIABLE none LENGTH "${json}")
  set(index 0)
  while(none STREQUAL "NOTFOUND" AND index LESS count)
    string(JSON word GET "${json}" ${index})
    string(APPEND words " [=====[\n${word}]=====]")
    math(EXPR index "${index} + 1")
  endwhile()
  set(${code} "${words}" PARENT_SCOPE)
endfunction()

function(_go_container_run)
  file(READ "${id_file}" id)
  execute_process(
    COMMAND "${buildah}" inspect --type image "${id}"
    OUTPUT_VARIABLE image
    COMMAND_ERROR_IS_FATAL ANY
  )
  set(words "")
  foreach(field Entrypoint Cmd)
    string(JSON array ERROR_VARIABLE none GET "${image}" Docker config ${field})
    _go_container_run_words(words "${array}")
  endforeach()
  if(words STREQUAL "")
    message(FATAL_ERROR " The image has neither ENTRYPOINT nor CMD, so there is nothing to run.")
  endif()

  execute_process(
    COMMAND "${buildah}" from "${id}"
    OUTPUT_VARIABLE container
    OUTPUT_STRIP_TRAILING_WHITESPACE
    COMMAND_ERROR_IS_FATAL ANY
  )
  set(run "\"${buildah}\" run --isolation ${isolation} ${container} --")
  cmake_language(EVAL CODE "execute_process(COMMAND ${run}${words} RESULT_VARIABLE result)")
  execute_process(COMMAND "${buildah}" rm "${container}" OUTPUT_QUIET)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR " The program ended with ${result}.")
  endif()
endfunction()

_go_container_run()
