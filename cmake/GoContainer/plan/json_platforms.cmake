# The members of the plan that PLATFORMS is about.

# Several platforms; of one, the member platform tells.
macro(_go_container_plan_json_platforms)
  set(groups "")
  foreach(each IN LISTS plan_platforms)
    _go_container_platform_parts(architecture variant "${each}")
    set(group "{\"os\": \"linux\", \"architecture\": \"${architecture}\"")
    if(DEFINED variant)
      string(APPEND group ", \"variant\": \"${variant}\"")
    endif()
    list(APPEND groups "${group}}")
  endforeach()
  if("${groups}" MATCHES ";")
    _go_container_plan_json_groups(platforms)
  endif()
endmacro()

# Appends the budgets of single platforms to members.
macro(_go_container_plan_json_budgets_of_platforms budget)
  set(groups "")
  foreach(
    platform
    size
    bytes
    IN
    ZIP_LISTS
      plan_max_${budget}_platforms
      plan_max_${budget}_of_platforms
      plan_max_${budget}_bytes_of_platforms
  )
    set(group "\"${platform}\": {\"declared\": ${size}")
    if(NOT bytes STREQUAL "none")
      string(APPEND group ", \"bytes\": ${bytes}")
    endif()
    list(APPEND groups "${group}}")
  endforeach()
  list(JOIN groups ", " groups)
  string(APPEND members ", \"platforms\": {${groups}}")
endmacro()

# Appends the compilers of CC to go_more.
macro(_go_container_plan_json_compilers)
  set(groups "")
  foreach(
    platform
    cc
    cxx
    IN
    ZIP_LISTS plan_compilers_platforms plan_compilers_cc plan_compilers_cxx
  )
    list(APPEND groups "\"${platform}\": {\"CC\": ${cc}, \"CXX\": ${cxx}}")
  endforeach()
  list(JOIN groups ",\n      " groups)
  string(APPEND go_more ",\n    \"compilers\": {\n      ${groups}\n    }")
endmacro()
