# FROM_IMAGE in the Dockerfile.

function(_go_container_dockerfile_copy_from_images out)
  set(text "")
  foreach(image path target IN ZIP_LISTS plan_from_images plan_from_paths plan_from_targets)
    string(REPLACE "\"" "" image "${image}") # a reference has no letter that would need more
    set(words "")
    foreach(string "${path}" "${target}")
      _go_container_json_value(word "${string}")
      _go_container_dockerfile_word(word "${word}")
      _go_container_json_string(word "${word}")
      list(APPEND words "${word}")
    endforeach()
    _go_container_dockerfile_array(paths "${words}")
    string(APPEND text "COPY --from=${image} ${paths}\n")
  endforeach()
  set(${out} "${text}" PARENT_SCOPE)
endfunction()
