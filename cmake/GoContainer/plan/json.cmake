# Writes the plan as JSON. This file, json_config.cmake and json_rare.cmake alone know what it looks like.

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
