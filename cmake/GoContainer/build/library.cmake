# add_go_library(): a Go package as a C library, that C and C++ of this build link.

_go_container_keywords(
  library
  "STATIC:flag;SHARED:flag;SOURCE_DIR:one;PACKAGE:one;BUILD_TAGS:many;LDFLAGS:many;GCFLAGS:many"
  "GO_FLAGS:many;PGO:one;GO_VERSION:one;GO_ENV:many;LINK_LIBRARIES:many"
)

# Adds the imported library <name>, and the target <name>-go that builds it. Reads the arg_ variables
# of the caller.
function(_go_container_library call name)
  _go_container_host_probe(refusal remedy)
  if(NOT refusal STREQUAL "")
    _go_container_error("${call}" "${refusal}" "${remedy}")
  endif()
  if(arg_STATIC AND arg_SHARED)
    _go_container_error("${call}" "it is both STATIC and SHARED" "Write one of them.")
  endif()
  set(kind STATIC)
  set(suffix a)
  if(arg_SHARED)
    set(kind SHARED)
    set(suffix so)
  endif()
  set(arg_LINK_LIBRARIES "${arg_LINK_LIBRARIES}") # it needs the compilers, in any case

  set(directory "${CMAKE_CURRENT_BINARY_DIR}/${name}.library")
  add_library(${name} ${kind} IMPORTED GLOBAL)
  get_property(multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(multi_config)
    foreach(config IN LISTS CMAKE_CONFIGURATION_TYPES)
      _go_container_library_plan(
        plan
        "${call}"
        "${name}"
        "${config}"
        "${directory}/${config}"
        lib${name}.${suffix}
      )
      _go_container_library_files(
        ${name}
        "${plan}"
        "${directory}/${config}"
        "_${config}"
        lib${name}.${suffix}
      )
    endforeach()
    string(APPEND directory "/$<CONFIG>")
  else()
    _go_container_library_plan(
      plan
      "${call}"
      "${name}"
      "${CMAKE_BUILD_TYPE}"
      "${directory}"
      lib${name}.${suffix}
    )
    _go_container_library_files(${name} "${plan}" "${directory}" "" lib${name}.${suffix})
  endif()

  _go_container_link_targets("${call}" ${name} "${plan}" "${directory}")
  get_property(go GLOBAL PROPERTY _go_container_host_go)
  _go_container_image_command(build)
  list(APPEND build library "${directory}/plan.json" --go "${go}")
  _go_container_has_depfile(depfile "${plan}")
  if(depfile)
    list(APPEND build --depfile "${directory}/inputs.d")
  endif()
  _go_container_build_rule(
    ${name}-go
    "${directory}/lib${name}.${suffix}"
    "${plan}"
    "${directory}"
    LIBRARY ${name}
    BYPRODUCTS "${directory}/include/${name}.h"
    AGAIN ${build}
    COMMANDS COMMAND ${build}
  )
  add_dependencies(${name} ${name}-go)

  set(requirements "")
  if(kind STREQUAL "STATIC")
    foreach(string IN LISTS arg_LINK_LIBRARIES)
      _go_container_json_value(library "${string}")
      list(APPEND requirements "${library}")
    endforeach()
    list(APPEND requirements -lpthread -lresolv) # what Go's runtime/cgo and net link
  endif()
  set_target_properties(
    ${name}
    PROPERTIES
      INTERFACE_INCLUDE_DIRECTORIES "${directory}/include"
      INTERFACE_LINK_LIBRARIES "${requirements}"
  )
endfunction()

# out: the plan of the library: of that of a container, what the go command needs.
function(
  _go_container_library_plan
  out
  call
  name
  config
  directory
  file
)
  _go_container_check_source("${call}" "${arg_SOURCE_DIR}")
  set(arg_VERSION "")
  _go_container_link_plan(link "${call}" "${directory}" builtin)
  _go_container_go_env(go_env go_pass_env "${call}" true)
  _go_container_modules(modules "${call}" "${arg_SOURCE_DIR}" TRUE)
  _go_container_package(arg_PACKAGE "${call}" "${modules_list}")
  _go_container_workspace_member(workspace go_env "${modules_workspace}")
  _go_container_go_flags(flags "${call}" "${config}" "${arg_SOURCE_DIR}")
  if(arg_SHARED)
    list(APPEND flags "\"-buildmode=c-shared\"")
  else()
    list(APPEND flags "\"-buildmode=c-archive\"")
  endif()
  get_property(architecture GLOBAL PROPERTY _go_container_host_architecture)
  _go_container_cross(architecture go_env "${call}" builtin ${architecture})
  foreach(list flags go_env go_pass_env)
    _go_container_json_array(${list} "${${list}}")
  endforeach()
  _go_container_json_string(source "${arg_SOURCE_DIR}")
  _go_container_json_string(package "${arg_PACKAGE}")
  set(
    template
    [=[
{
  "name": "@name@",
  "call": "add_go_library(@name@)",
  "platform": {"os": "linux", "architecture": "@architecture@"},
  "source": @source@,
  "package": @package@,
  "binary": "@file@",
  "go": {
    "env": @go_env@,
    "passEnv": @go_pass_env@,
    "flags": @flags@@workspace@
  }@link@
}
]=]
  )
  string(CONFIGURE "${template}" plan @ONLY)
  _go_container_json_text(plan "${plan}")
  set(${out} "${plan}" PARENT_SCOPE)
endfunction()

# Writes the plan, and tells the target where its files are in one configuration.
function(
  _go_container_library_files
  name
  plan
  directory
  config
  file
)
  _go_container_write("${directory}/plan.json" "${plan}")
  file(MAKE_DIRECTORY "${directory}/include") # an imported target's must be there
  string(TOUPPER "${config}" config)
  set_property(TARGET ${name} PROPERTY IMPORTED_LOCATION${config} "${directory}/${file}")
  if(arg_SHARED)
    set_property(TARGET ${name} PROPERTY IMPORTED_SONAME${config} "${file}")
  endif()
endfunction()
