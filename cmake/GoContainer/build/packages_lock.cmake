# The target that writes PACKAGES_LOCK.

# Adds it; directory is that of the plan.
function(_go_container_packages_lock_target directory)
  set(target ${plan_name}-packages-lock)
  _go_container_check_new_target(
    "add_go_container(${plan_name})"
    ${target}
    "Rename that target: PACKAGES_LOCK needs one of this name."
  )
  set(work "${directory}/packages-lock")
  set(remove_image "")
  _go_container_engine_facts_of(${plan_engine} again build host_build no_image)
  if(fact_host_build)
    _go_container_image_command(image)
    set(bases "${CMAKE_BINARY_DIR}/CMakeFiles/GoContainer/bases")
    set(
      list
      COMMAND
      ${image}
      packages
      "${directory}/plan.json"
      "${work}/go-container-packages.list"
      --bases
      "${bases}"
    )
  else()
    _go_container_dockerfile_pull(pull short_names)
    set(id_file "")
    if(NOT fact_no_image) # then a build leaves one, whatever its output is
      set(id_file --iidfile "${work}/image.id")
      _go_container_engine_program(command ${plan_engine})
      set(remove_image -D "engine=${command}" -D "image=${work}/image.id")
    endif()
    set(
      list
      ${pull}
      COMMAND
      ${fact_build}
      ${fact_again}
      --file
      "${work}/Dockerfile"
      --output
      "type=local,dest=${work}"
      ${id_file}
      "${work}"
    )
  endif()
  _go_container_place(script scripts/write_packages_lock.cmake)
  add_custom_target(
    ${target}
    ${list}
    COMMAND
      "${CMAKE_COMMAND}" -D "list=${work}/go-container-packages.list" -D
      "lock=${plan_packages_lock_file}" ${remove_image} -P "${script}"
    COMMENT "Writing ${plan_packages_lock_file}"
    USES_TERMINAL
    VERBATIM
  )
endfunction()

# Writes the Dockerfile of which the list is all that is left.
function(_go_container_write_packages_lock_files directory)
  _go_container_write(
    "${directory}/packages-lock/Dockerfile"
    "# What ${plan_name}-packages-lock builds; written by GoContainer.\nFROM ${plan_base} AS packages\nUSER root\nRUN ${plan_packages_list_command}\n\nFROM scratch\nCOPY --from=packages /go-container-packages.list /\n"
  )
endfunction()
