# What is compiled together in docker-bake.json. The Dockerfiles of containers of one module are often the same up to the
# packages of go build. Then one target has a Dockerfile that builds the programs of all of them, in one step. For each of
# these containers it is the named context build, which takes the place of the stage of that name. So a builder with empty
# caches compiles what the programs share once, and not in as many steps at a time as there are containers. Each of several
# builders has such a target for its containers.

# Notes the container of the plan. out: whether it is one that others can be compiled with. target is what bake calls it;
# source are the members of that target that say what is built: the context, arguments and platforms. A container stays by
# itself if its programs need more than the others'.
function(_go_container_bake_with_others out target source)
  set(${out} FALSE PARENT_SCOPE)
  _go_container_engine_facts_of(${plan_engine} named_contexts)
  if(
    NOT fact_named_contexts
    OR plan_host_build
    OR plan_caches
    OR DEFINED plan_licenses
    OR DEFINED plan_overlay_destinations
    OR DEFINED plan_secret_ids
    OR DEFINED plan_ssh
  )
    return()
  endif()
  get_property(stages GLOBAL PROPERTY _go_container_stages_of_plan)
  _go_container_dockerignore(ignored)
  string(SHA256 module "${stages}|${ignored}|${source}")
  string(SHA256 key "${module}|${plan_builder}")
  set(group _go_container_bake_group_${key})
  get_property(files GLOBAL PROPERTY ${group}_files)
  set(new FALSE)
  foreach(file package IN ZIP_LISTS plan_program_files plan_program_packages)
    if(NOT "${file}=${package}" IN_LIST files)
      if(file IN_LIST files)
        return() # another program has the same name
      endif()
      set(new TRUE)
      list(APPEND files "${file}" "${file}=${package}")
    endif()
  endforeach()
  get_property(text GLOBAL PROPERTY ${group}_text)
  if(NOT text)
    set_property(GLOBAL APPEND PROPERTY _go_container_bake_groups ${group})
    set_property(GLOBAL PROPERTY ${group}_module ${module})
    set_property(GLOBAL PROPERTY ${group}_source ${source})
    set_property(GLOBAL PROPERTY ${group}_ignored "${ignored}")
    set(text "${stages}")
  elseif(new)
    _go_container_dockerfile_words(flags "${plan_go_flags}")
    string(APPEND text " \\\n    && go build ${flags}")
  endif()
  if(new)
    _go_container_dockerfile_go_build(packages)
    string(APPEND text "${packages}")
  endif()
  set_property(GLOBAL PROPERTY ${group}_text "${text}")
  set_property(GLOBAL PROPERTY ${group}_files ${files})
  set_property(GLOBAL APPEND PROPERTY ${group}_targets ${target})
  set(${out} TRUE PARENT_SCOPE)
endfunction()

# out: the targets that build the programs of several containers, each name before its object; writes their Dockerfiles, and
# adds them to the contexts of the containers' targets.
function(_go_container_bake_programs out targets)
  get_property(groups GLOBAL PROPERTY _go_container_bake_groups)
  set(baked "")
  set(number 0)
  foreach(group IN LISTS groups)
    get_property(sharing GLOBAL PROPERTY ${group}_targets)
    list(LENGTH sharing count)
    get_property(module GLOBAL PROPERTY ${group}_module)
    _go_container_mark_together("${sharing}" ${count} ${module})
    if(count EQUAL 1)
      continue()
    endif()
    math(EXPR number "${number} + 1")
    while("go-programs-${number}" IN_LIST targets)
      math(EXPR number "${number} + 1")
    endwhile()
    set(name go-programs-${number})
    get_property(text GLOBAL PROPERTY ${group}_text)
    get_property(ignored GLOBAL PROPERTY ${group}_ignored)
    get_property(source GLOBAL PROPERTY ${group}_source)
    set(dockerfile "${CMAKE_BINARY_DIR}/GoContainer/${name}.Dockerfile")
    list(JOIN sharing ", " names)
    string(
      PREPEND text
      "# The programs of ${names}, for docker-bake.json. GoContainer writes this file at configure time.\n\n"
    )
    _go_container_write("${dockerfile}" "${text}\n")
    _go_container_write("${dockerfile}.dockerignore" "${ignored}")
    _go_container_bake_string(dockerfile "${dockerfile}")
    _go_container_json_object(
      object
      ${source}
      dockerfile
      "${dockerfile}"
      target
      "\"build\""
    )
    list(APPEND baked ${name} "${object}")
    foreach(target IN LISTS sharing)
      set_property(
        GLOBAL
        APPEND
        PROPERTY _go_container_bake_contexts_${target} build "\"target:${name}\""
      )
    endforeach()
  endforeach()
  set(${out} "${baked}" PARENT_SCOPE)
endfunction()

# Has the file together in the directories of these containers, if there are several; scripts/with_others.sh looks for it. Its
# lines tell gocontainer/go/bake.py what they are compiled of, and the command that makes their images.
function(_go_container_mark_together targets count module)
  foreach(target IN LISTS targets)
    get_property(directory GLOBAL PROPERTY _go_container_bake_directory_${target})
    get_property(command GLOBAL PROPERTY _go_container_bake_command_${target})
    list(JOIN command "\n" lines)
    foreach(config IN LISTS CMAKE_CONFIGURATION_TYPES ITEMS "")
      string(REPLACE "$<CONFIG>" "${config}" place "${directory}")
      if(count GREATER 1)
        _go_container_write("${place}/together" "${module}\n${lines}\n")
      else()
        file(REMOVE "${place}/together")
      endif()
    endforeach()
  endforeach()
endfunction()
