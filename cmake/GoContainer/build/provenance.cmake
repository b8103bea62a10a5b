# PROVENANCE: the targets <name>-provenance and image-provenance, and the commands by which the test builds again.
function(_go_container_provenance_targets call name directory)
  set(target ${name}-provenance)
  _go_container_check_new_target("${call}" ${target} "Give the container another name.")
  _go_container_one_target_of_all(all "${call}" -provenance)
  _go_container_image_command(image)
  _go_container_engine_command(engine_command ${plan_engine})
  add_custom_target(
    ${target}
    COMMAND ${image} provenance ${engine_command} "${directory}/plan.json"
    COMMENT "Writing the provenance of image ${name}"
    VERBATIM
  )
  add_dependencies(${target} ${name})
  add_dependencies(${all} ${target})
  _go_container_attach(${name} ${target})
  _go_container_rebuild_words(array ${name})
  file(GENERATE OUTPUT "${directory}/rebuild.json" CONTENT "${array}\n")
endfunction()

# out: the commands of the engine that build a second time, as JSON.
function(_go_container_rebuild_words out name)
  get_property(words TARGET ${name} PROPERTY _go_container_rebuild)
  set(strings "")
  foreach(word IN LISTS words)
    _go_container_json_string(string "${word}")
    list(APPEND strings "${string}")
  endforeach()
  _go_container_json_array(array "${strings}")
  set(${out} "${array}" PARENT_SCOPE)
endfunction()
