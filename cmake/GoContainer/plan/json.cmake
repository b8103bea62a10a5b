# Writes the plan as JSON. This file and json_config.cmake alone know what it looks like.

# out: the text of plan.json.
function(_go_container_plan_json out)
  _go_container_plan_json_go()
  _go_container_plan_json_config()
  _go_container_plan_json_rest()
  list(JOIN plan_tags ", " tags)
  list(JOIN plan_modules ", " modules)
  list(JOIN plan_tests ", " tests)
  set(variant "")
  if(DEFINED plan_variant)
    set(variant ", \"variant\": \"${plan_variant}\"")
  endif()
  # The others have no letter that would need more than quotes.
  _go_container_json_string(base "${plan_base}")
  _go_container_json_string(context "${plan_context}")
  set(
    template
    [=[
{
  "schemaVersion": 1,
  "name": "@plan_name@",
  "engine": "@plan_engine@",
  "platform": {"os": "linux", "architecture": "@plan_architecture@"@variant@},
  "base": @base@,
  "hostBuild": @plan_host_build@,
  "builderImage": "@plan_builder_image@",
  "source": @source@,
  "context": @context@,
  "programs": [@programs@],
  "tags": [@tags@],
  "go": {
    @go@@go_more@,
    "modules": [@modules@],
    "vendor": @plan_vendor@
  }@link@@libraries@,
  "config": {
    @config@
  }@rest@,
  "tests": [@tests@]
}
]=]
  )
  string(CONFIGURE "${template}" text @ONLY)
  _go_container_json_text(text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# out: the text of plan.json of add_go_library() and add_go_test(), whose call it has.
function(_go_container_go_json out call)
  _go_container_plan_json_go()
  set(
    template
    [=[
{
  "name": "@plan_name@",
  "call": "@call@",
  "platform": {"os": "linux", "architecture": "@plan_architecture@"},
  "source": @source@,
  "programs": [@programs@],
  "go": {
    @go@
  }@link@
}
]=]
  )
  string(CONFIGURE "${template}" text @ONLY)
  _go_container_json_text(text "${text}")
  set(${out} "${text}" PARENT_SCOPE)
endfunction()

# What both have: the sources, the go command, what cgo links. A macro, as a function and what it hands on cost more than
# the commands in it; so are the other parts of the text.
macro(_go_container_plan_json_go)
  _go_container_json_string(source "${plan_source}")
  set(programs "")
  foreach(
    package
    path
    file
    IN
    ZIP_LISTS plan_program_packages plan_program_paths plan_program_files
  )
    list(APPEND programs "{\"package\": ${package}, \"path\": ${path}, \"file\": ${file}}")
  endforeach()
  list(JOIN programs ",\n    " programs)
  list(JOIN plan_go_env ", " env)
  list(JOIN plan_go_pass_env ", " pass_env)
  list(JOIN plan_go_flags ", " flags)
  set(go "\"env\": [${env}],\n    \"passEnv\": [${pass_env}],\n    \"flags\": [${flags}]")
  if(DEFINED plan_go_stamp)
    _go_container_json_string(stamp "${plan_go_stamp}")
    string(APPEND go ",\n    \"stamp\": ${stamp}")
  endif()
  if(DEFINED plan_stamp_variables)
    list(JOIN plan_stamp_variables "\", \"" variables)
    string(APPEND go ",\n    \"stamps\": [\"${variables}\"]")
  endif()
  if(DEFINED plan_go_workspace)
    _go_container_json_string(workspace "${plan_go_workspace}")
    string(APPEND go ",\n    \"workspace\": ${workspace}")
  endif()
  set(go_more "")
  if(DEFINED plan_go_version)
    set(go_more ",\n    \"version\": \"${plan_go_version}\"")
  endif()
  if(DEFINED plan_compilers_platforms)
    _go_container_plan_json_compilers()
  endif()
  set(link "")
  if(DEFINED plan_link_commands)
    list(JOIN plan_link_libraries ", " link)
    _go_container_json_string(commands "${plan_link_commands}")
    set(link ",\n  \"link\": {\"libraries\": [${link}], \"commands\": ${commands}}")
  endif()
endmacro()

# The members that few containers have, in front of and behind the config. Of those whose values are looked at here, none
# is empty where it is defined.
macro(_go_container_plan_json_rest)
  set(libraries "")
  set(rest "")
  if(
    NOT
      "${plan_libraries_objdump}${plan_platforms}${plan_secret_ids}${plan_overlay_destinations}${plan_files_destinations}${plan_capabilities}${plan_accounts}${plan_directories_paths}${plan_symlinks_paths}${plan_from_images}${plan_licenses}${plan_sbom}${plan_provenance}${plan_attest}${plan_sign_command}${plan_go_cache}"
        STREQUAL
        ""
    OR DEFINED plan_builder_packages
    OR DEFINED plan_packages
    OR DEFINED plan_ssh
    OR DEFINED plan_timezones
  )
    _go_container_plan_json_rare()
  endif()
  if(DEFINED plan_push)
    list(JOIN plan_push ", " push)
    string(APPEND rest ",\n  \"push\": [${push}]")
  endif()
  if(DEFINED plan_archive_format OR DEFINED plan_archive_compression)
    _go_container_plan_json_archive()
  endif()
  if(DEFINED plan_compression)
    string(APPEND rest ",\n  \"compression\": \"${plan_compression}\"")
  endif()
  # Not a loop, which costs each call more.
  if(DEFINED plan_max_size)
    _go_container_plan_json_budget(size maxSize)
  endif()
  if(DEFINED plan_max_compressed_size)
    _go_container_plan_json_budget(compressed_size maxCompressedSize)
  endif()
  if(DEFINED plan_max_layer_size)
    _go_container_plan_json_budget(layer_size maxLayerSize)
  endif()
  if(DEFINED plan_max_growth)
    _go_container_plan_json_budget(growth maxGrowth)
  endif()
endmacro()

function(_go_container_plan_json_archive)
  set(archive "")
  foreach(member format compression)
    if(DEFINED plan_archive_${member})
      list(APPEND archive "\"${member}\": \"${plan_archive_${member}}\"")
    endif()
  endforeach()
  list(JOIN archive ", " archive)
  string(APPEND rest ",\n  \"archive\": {${archive}}")
  return(PROPAGATE rest)
endfunction()

# Those of them that need a keyword which is rare.
function(_go_container_plan_json_rare)
  if(DEFINED plan_libraries_objdump)
    _go_container_json_string(cmake "${CMAKE_COMMAND}")
    _go_container_json_string(objdump "${plan_libraries_objdump}")
    list(JOIN plan_libraries_directories ", " directories)
    set(libraries "\"cmake\": ${cmake}, \"objdump\": ${objdump}, \"directories\": [${directories}]")
    set(libraries ",\n  \"runtimeLibraries\": {${libraries}}")
  endif()
  if(DEFINED plan_platforms)
    _go_container_plan_json_platforms()
  endif()
  if(DEFINED plan_builder_packages)
    list(JOIN plan_builder_packages ", " packages)
    string(APPEND rest ",\n  \"builderPackages\": [${packages}]")
  endif()
  if(DEFINED plan_packages)
    list(JOIN plan_packages ", " packages)
    _go_container_json_string(command "${plan_packages_command}")
    set(members "\"names\": [${packages}],\n    \"command\": ${command}")
    if(DEFINED plan_packages_lock)
      list(JOIN plan_packages_lock ", " packages)
      string(APPEND members ",\n    \"lock\": [${packages}]")
    endif()
    if(DEFINED plan_packages_list_command)
      _go_container_json_string(command "${plan_packages_list_command}")
      string(APPEND members ",\n    \"listCommand\": ${command}")
    endif()
    string(APPEND rest ",\n  \"packages\": {\n    ${members}\n  }")
  endif()
  if(DEFINED plan_secret_ids)
    set(groups "")
    foreach(id kind value IN ZIP_LISTS plan_secret_ids plan_secret_kinds plan_secret_values)
      list(APPEND groups "{\"id\": ${id}, ${kind}: ${value}}")
    endforeach()
    _go_container_plan_json_groups(secrets)
  endif()
  if(DEFINED plan_ssh)
    _go_container_json_string(ssh "${plan_ssh}")
    string(APPEND rest ",\n  \"ssh\": ${ssh}")
  endif()
  foreach(kind overlay files)
    if(DEFINED plan_${kind}_destinations)
      set(groups "")
      foreach(destination user IN ZIP_LISTS plan_${kind}_destinations plan_${kind}_users)
        list(LENGTH groups number)
        set(group "\"directory\": \"context/${kind}/${number}\", \"destination\": ${destination}")
        if(kind STREQUAL "files")
          string(APPEND group ", \"user\": ${user}")
        endif()
        list(APPEND groups "{${group}}")
      endforeach()
      _go_container_plan_json_groups(${kind})
    endif()
  endforeach()
  if(DEFINED plan_capabilities)
    _go_container_plan_json_objects(
      capabilities
      "path=capabilities_paths;capabilities=capabilities"
    )
  endif()
  if(DEFINED plan_accounts)
    list(JOIN plan_accounts ",\n    " lines)
    string(APPEND rest ",\n  \"accounts\": [\n    ${lines}\n  ]")
  endif()
  if(DEFINED plan_directories_paths)
    _go_container_plan_json_objects(
      directories
      "path=directories_paths;mode=directories_modes;user=directories_users;staged=directories_places"
    )
  endif()
  if(DEFINED plan_symlinks_paths)
    _go_container_plan_json_objects(
      symlinks
      "path=symlinks_paths;target=symlinks_targets;staged=symlinks_places"
    )
  endif()
  if(DEFINED plan_from_images)
    _go_container_plan_json_objects(
      fromImages
      "image=from_images;path=from_paths;target=from_targets"
    )
  endif()
  if(DEFINED plan_timezones)
    list(JOIN plan_timezones ", " zones)
    string(APPEND rest ",\n  \"timezones\": [${zones}]")
  endif()
  if(DEFINED plan_licenses)
    string(APPEND rest ",\n  \"licenses\": true")
  endif()
  if(DEFINED plan_sbom)
    list(JOIN plan_sbom ", " formats)
    string(APPEND rest ",\n  \"sbom\": [${formats}]")
  endif()
  if(DEFINED plan_provenance)
    string(APPEND rest ",\n  \"provenance\": true")
  endif()
  if(DEFINED plan_attest)
    string(APPEND rest ",\n  \"attest\": \"${plan_attest}\"")
  endif()
  if(DEFINED plan_go_cache)
    list(GET plan_go_cache 0 place)
    set(members "\"place\": ${place}")
    if("READ_ONLY" IN_LIST plan_go_cache)
      string(APPEND members ", \"readOnly\": true")
    endif()
    string(APPEND rest ",\n  \"goCache\": {${members}}")
  endif()
  if(DEFINED plan_sign_command)
    _go_container_json_string(directory "${CMAKE_CURRENT_SOURCE_DIR}")
    list(JOIN plan_sign_command ", " words)
    string(APPEND rest ",\n  \"sign\": {\"command\": [${words}], \"directory\": ${directory}}")
  endif()
  return(PROPAGATE libraries rest)
endfunction()

# An array of objects; members: <key>=<the list of the plan that has its values>.
function(_go_container_plan_json_objects member members)
  set(groups "")
  foreach(pair IN LISTS members)
    string(REGEX MATCH "^(.*)=(.*)$" pair "${pair}")
    list(TRANSFORM plan_${CMAKE_MATCH_2} PREPEND "\"${CMAKE_MATCH_1}\": " OUTPUT_VARIABLE values)
    set(longer "")
    foreach(group value IN ZIP_LISTS groups values)
      list(APPEND longer "${group}, ${value}")
    endforeach()
    list(TRANSFORM longer REPLACE "^, " "")
    set(groups "${longer}")
  endforeach()
  list(TRANSFORM groups PREPEND "{")
  list(TRANSFORM groups APPEND "}")
  _go_container_plan_json_groups(${member})
  return(PROPAGATE rest)
endfunction()

# An array with an object on each line.
macro(_go_container_plan_json_groups member)
  list(JOIN groups ",\n    " groups)
  string(APPEND rest ",\n  \"${member}\": [\n    ${groups}\n  ]")
endmacro()

function(_go_container_plan_json_budget budget name)
  _go_container_json_string(declared "${plan_max_${budget}}")
  set(members "\"declared\": ${declared}")
  if(DEFINED plan_max_${budget}_bytes)
    string(APPEND members ", \"bytes\": ${plan_max_${budget}_bytes}")
  elseif(budget STREQUAL "growth" AND DEFINED plan_max_growth_percent)
    string(APPEND members ", \"percent\": \"${plan_max_growth_percent}\"")
  endif()
  if(budget STREQUAL "growth")
    _go_container_json_string(baseline "${plan_baseline}")
    string(APPEND members ", \"baseline\": ${baseline}")
  endif()
  if(DEFINED plan_max_${budget}_platforms)
    _go_container_plan_json_budgets_of_platforms(${budget})
  endif()
  string(APPEND rest ",\n  \"${name}\": {${members}}")
  return(PROPAGATE rest)
endfunction()
