# The targets that push images to registries. They always run: only the registry knows what it has.

# Adds the target <name>-push, which runs the command.
function(_go_container_push_target name)
  set(push ${ARGN})
  if(plan_push STREQUAL "")
    _go_container_refusal(
      push
      "${name} has no tag to push: TAG_SETS give none for this version and this commit. Push a commit with a version or of a branch, or add COMMIT to TAG_SETS."
    )
  endif()
  add_custom_target(${name}-push COMMAND ${push} COMMENT "Pushing image ${name}" VERBATIM)
  add_dependencies(${name}-push ${name})
endfunction()

# Adds the target, where the image of the plan is an archive.
function(_go_container_archive_push_target directory)
  _go_container_archive_push(push "${directory}/plan.json")
  _go_container_push_target(${plan_name} ${push})
  if(plan_push)
    set_property(GLOBAL APPEND PROPERTY _go_container_pushed_together ${plan_name})
    set_property(GLOBAL APPEND PROPERTY _go_container_pushed_plans "${directory}/plan.json")
  else()
    set_property(GLOBAL APPEND PROPERTY _go_container_pushed_alone ${plan_name}-push)
  endif()
endfunction()

# Has a push of the container wait for the target, which makes a document that it attaches.
function(_go_container_attach name target)
  if(plan_push AND NOT "${plan_attest}" STREQUAL "none")
    add_dependencies(${name}-push ${target})
    _go_container_engine_facts_of(${plan_engine} result)
    if(fact_result STREQUAL "archive")
      set_property(GLOBAL APPEND PROPERTY _go_container_pushed_together ${target})
    endif()
  endif()
endfunction()

# Makes image-push push, when all containers are known. What the package itself pushes, one process pushes for all: it
# keeps its connections, and sends a layer once.
function(_go_container_push_all)
  _go_container_all_images(all)
  get_property(together GLOBAL PROPERTY _go_container_pushed_together)
  get_property(alone GLOBAL PROPERTY _go_container_pushed_alone)
  if(alone)
    add_dependencies(${all}-push ${alone})
  endif()
  if(together)
    _go_container_pushed_plans_file(plans)
    _go_container_archive_push(push "@${plans}")
  elseif(NOT alone)
    _go_container_refusal(
      push
      "no container has an image to push. Give one TAGS with a registry, or PUSH <registry>/<repository>."
    )
  else()
    return()
  endif()
  _go_container_helpers_folder()
  add_custom_target(go_container_push COMMAND ${push} COMMENT "Pushing images" VERBATIM)
  if(together)
    add_dependencies(go_container_push ${together})
  endif()
  add_dependencies(${all}-push go_container_push)
endfunction()

# out: a file with the plans of those, one a line.
function(_go_container_pushed_plans_file out)
  get_property(plans GLOBAL PROPERTY _go_container_pushed_plans)
  list(JOIN plans "\n" plans)
  _go_container_state_directory(file)
  string(APPEND file "/pushed.txt")
  file(GENERATE OUTPUT "${file}" CONTENT "${plans}\n")
  set(${out} "${file}" PARENT_SCOPE)
endfunction()

# out: the command that pushes archives, by their plans. All containers keep compressed layers at one place, as many have
# the same.
function(_go_container_archive_push out plans)
  _go_container_image_command(image)
  set(
    ${out}
    ${image}
    push
    --kept
    "${CMAKE_BINARY_DIR}/CMakeFiles/GoContainer/layers"
    "${plans}"
    PARENT_SCOPE
  )
endfunction()

# out: the command by which the engine pushes the image of the plan. What the engine does not do comes after it.
function(_go_container_engine_push out directory)
  _go_container_engine_facts_of(${plan_engine} push name unname push_index)
  if("${plan_platforms}" MATCHES ";")
    list(GET plan_tags 0 tag)
    string(REPLACE "\"" "" tag "${tag}")
    string(REPLACE "@tag@" "${tag}" fact_push "${fact_push_index}")
  endif()
  foreach(words push name unname)
    list(JOIN fact_${words} " " ${words})
  endforeach()
  _go_container_engine_program(command ${plan_engine})
  _go_container_place(script scripts/push_image.cmake)
  _go_container_dockerfile_tags(tags)
  list(JOIN tags "," tags)
  list(JOIN plan_push "," references)
  string(REPLACE "\"" "" references "${references}")
  set(attest "")
  if(DEFINED plan_sbom OR DEFINED plan_provenance OR DEFINED plan_sign_command)
    _go_container_image_command(image)
    set(attest COMMAND ${image} attest "${directory}/plan.json")
  endif()
  set(platforms "linux/${plan_architecture}")
  if(DEFINED plan_platforms)
    list(JOIN plan_platforms "," platforms)
  elseif(DEFINED plan_variant)
    string(APPEND platforms "/${plan_variant}")
  endif()
  set(
    ${out}
    "${CMAKE_COMMAND}"
    -D
    "container=${plan_name}"
    -D
    "directory=${directory}"
    -D
    "references=${references}"
    -D
    "tags=${tags}"
    -D
    "platforms=${platforms}"
    -D
    "engine=${command}"
    -D
    "push=${push}"
    -D
    "name=${name}"
    -D
    "unname=${unname}"
    -P
    "${script}"
    ${attest}
    PARENT_SCOPE
  )
endfunction()

# out: a command that says why it can't do anything.
function(_go_container_refusal out text)
  set(
    ${out}
    "${CMAKE_COMMAND}"
    -E
    echo
    "GoContainer: ${text}"
    COMMAND
    "${CMAKE_COMMAND}"
    -E
    false
    PARENT_SCOPE
  )
endfunction()
