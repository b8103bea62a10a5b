# The plan of a container: its arguments, validated, with every default filled in, as JSON. All
# that comes later reads the plan; nothing else looks at arguments.

_go_container_keywords(
  container
  # What is built, of what, and what it is called
  "SOURCE_DIR:one;PACKAGE:one;BASE:one;BUILDER_IMAGE:one;TAGS:many;BINARY_NAME:one"
  "COMPRESSION:one"
  # The config of the image
  "ENTRYPOINT:list;CMD:list;ENV:many;EXPOSE:many;LABELS:many;USER:one;WORKDIR:one;VOLUMES:many"
  "STOPSIGNAL:one;HEALTHCHECK:many;HEALTHCHECK_INTERVAL:one;HEALTHCHECK_TIMEOUT:one"
  "HEALTHCHECK_START_PERIOD:one;HEALTHCHECK_RETRIES:one"
  # Files beside the program
  "FILES:many:+;DESTINATION:one:FILES|OVERLAY;CHMOD:one:FILES;CHOWN:one:FILES"
  "RUNTIME_LIBRARIES:one"
  # Sources that the build generates
  "OVERLAY:many:+"
  # The go command
  "HOST_BUILD:one;BUILD_TAGS:many;LDFLAGS:many;GCFLAGS:many;GO_FLAGS:many;PGO:one;CGO:one"
  "GO_VERSION:one;GO_ENV:many;VERSION:one;VERSION_VARIABLE:one;LINK_LIBRARIES:many"
  # Private modules
  "SECRETS:many;SSH:one"
  # The tests
  "MAX_SIZE:one;MAX_COMPRESSED_SIZE:one;MAX_LAYER_SIZE:one"
  "MAX_GROWTH:one;BASELINE:one;TESTS:many"
)

# Fills in the defaults of the arguments that everything needs, and makes paths absolute. A macro, as
# it sets the arg_ variables of the caller.
macro(_go_container_defaults name)
  _go_container_default(arg_SOURCE_DIR ".")
  cmake_path(ABSOLUTE_PATH arg_SOURCE_DIR NORMALIZE)
  string(REGEX REPLACE "(.)/$" "\\1" arg_SOURCE_DIR "${arg_SOURCE_DIR}")
  _go_container_default(arg_PACKAGE ".")
  _go_container_default(arg_BASE "alpine")
  if(DEFINED arg_GO_VERSION AND NOT DEFINED arg_BUILDER_IMAGE)
    set(arg_BUILDER_IMAGE "golang:${arg_GO_VERSION}-alpine")
  endif()
  _go_container_default(arg_BUILDER_IMAGE "golang:alpine")
  _go_container_default(arg_BINARY_NAME "${name}")
endmacro()

# out: the plan for the configuration. Reads the arg_ variables of the caller.
function(
  _go_container_plan
  out
  call
  name
  config
  engine
  directory
)
  _go_container_check_line_breaks("${call}")
  _go_container_check_source("${call}" "${arg_SOURCE_DIR}")
  _go_container_check_base("${call}")
  _go_container_check_reference("${call}" BUILDER_IMAGE "${arg_BUILDER_IMAGE}")
  if(NOT arg_BINARY_NAME MATCHES "^[A-Za-z0-9_][A-Za-z0-9_.+-]*$")
    _go_container_error(
      "${call}"
      "BINARY_NAME \"${arg_BINARY_NAME}\" is no plain file name"
      "Use letters, digits and _ . + - only; the binary goes to /usr/local/bin."
    )
  endif()
  set(binary "/usr/local/bin/${arg_BINARY_NAME}")
  _go_container_link_plan(link "${call}" "${directory}" ${engine})
  _go_container_host_build(host_build "${call}" ${engine})
  _go_container_tags(tags "${call}" "${name}" "${arg_TAGS}")
  _go_container_budgets(budgets "${call}")
  _go_container_growth_plan(growth "${call}" "${name}")
  _go_container_compression_plan(compression "${call}")
  _go_container_version(arg_VERSION "${call}" "${arg_SOURCE_DIR}")
  _go_container_config(image_config "${call}" "${name}" "${binary}" "${arg_BASE}")
  _go_container_libraries_plan(libraries libraries_group "${call}")
  _go_container_files_plan(files "${call}" "${libraries_group}")
  _go_container_tests_plan(tests "${call}" "${image_config_members}" "${files}")
  _go_container_go_env(go_env go_pass_env "${call}" ${host_build})
  _go_container_go_flags(flags "${call}" "${config}" "${arg_SOURCE_DIR}")
  _go_container_stamp(stamp)
  _go_container_modules(modules "${call}" "${arg_SOURCE_DIR}" ${host_build})
  _go_container_package(arg_PACKAGE "${call}" "${modules_list}")
  _go_container_overlay_plan(overlay "${call}" "${arg_SOURCE_DIR}" "${modules_list}")
  _go_container_secrets_plan(secrets "${call}")
  _go_container_workspace_member(workspace go_env "${modules_workspace}")
  get_property(architecture GLOBAL PROPERTY _go_container_${engine}_architecture)
  if(host_build)
    _go_container_cross(architecture go_env "${call}" ${engine} ${architecture})
  endif()
  _go_container_variant(variant ${engine} ${architecture} "${go_env}")
  _go_container_release(release ${host_build})

  foreach(
    list
    tags
    flags
    go_env
    go_pass_env
    modules_list
  )
    list(JOIN ${list} ", " ${list})
  endforeach()
  # The others have no letter that would need more than quotes.
  _go_container_json_string(base "${arg_BASE}")
  _go_container_json_string(source "${arg_SOURCE_DIR}")
  _go_container_json_string(context "${modules_context}")
  _go_container_json_string(package "${arg_PACKAGE}")
  set(
    template
    [=[
{
  "schemaVersion": 1,
  "name": "@name@",
  "engine": "@engine@",
  "platform": {"os": "linux", "architecture": "@architecture@"@variant@},
  "base": @base@,
  "hostBuild": @host_build@,
  "builderImage": "@arg_BUILDER_IMAGE@",
  "source": @source@,
  "context": @context@,
  "package": @package@,
  "binary": "@binary@",
  "tags": [@tags@],
  "go": {
    "env": [@go_env@],
    "passEnv": [@go_pass_env@],
    "flags": [@flags@]@stamp@@workspace@@release@,
    "modules": [@modules_list@],
    "vendor": @modules_vendor@
  }@link@@libraries@,
  "config": @image_config@@secrets@@overlay@@files@@compression@@budgets@@growth@,
  "tests": @tests@
}
]=]
  )
  string(CONFIGURE "${template}" plan @ONLY)
  _go_container_check_plan("${call}" "${plan}")
  _go_container_json_text(plan "${plan}")
  cmake_language(CALL _go_container_${engine}_accept "${call}" "${plan}")
  set(${out} "${plan}" PARENT_SCOPE)
endfunction()

# Sets variables of the names of these members, strings at the top of the plan. The template above has each
# on a line of its own, which is mostly found, and sooner than by a parser.
function(_go_container_plan_read plan)
  foreach(member IN LISTS ARGN)
    if(plan MATCHES "\n  \"${member}\": \"([^\n\\]*)\",\n")
      set(${member} "${CMAKE_MATCH_1}" PARENT_SCOPE)
    else()
      string(JSON value GET "${plan}" ${member})
      set(${member} "${value}" PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# out: what of the plan tells how and of which modules the program is compiled; mostly the same for all
# containers of a module, so that what follows from it is made once.
function(_go_container_plan_of_module out plan)
  string(REGEX MATCH "\n  \"builderImage\": .*\n  \"config\": " part "${plan}")
  string(REGEX REPLACE "\n  \"(package|binary|tags)\": [^\n]*" "" part "${part}")
  set(${out} "${part}" PARENT_SCOPE)
endfunction()

# out: the length of a member at the top of the plan, 0 where it is missing.
function(_go_container_plan_count out plan member)
  set(count 0)
  if(plan MATCHES "\n  \"${member}\": ") # as above
    string(JSON count LENGTH "${plan}" ${member})
  endif()
  set(${out} ${count} PARENT_SCOPE)
endfunction()

# A macro, as that is quicker, and it is called some ten times for a container. It must not be given a value
# that somebody wrote, which would be evaluated again.
macro(_go_container_default variable value)
  if(NOT DEFINED ${variable})
    set(${variable} "${value}")
  endif()
endmacro()

function(_go_container_check_source call directory)
  if(NOT IS_DIRECTORY "${directory}")
    _go_container_error(
      "${call}"
      "SOURCE_DIR is no directory: ${directory}"
      "Give the directory that holds go.mod; a relative one starts at this CMakeLists.txt."
    )
  endif()
  if(NOT EXISTS "${directory}/go.mod")
    _go_container_error(
      "${call}"
      "SOURCE_DIR has no go.mod: ${directory}"
      "Give the directory that holds go.mod, or make one there: go mod init <module path>."
    )
  endif()
endfunction()

# BASE is scratch, a reference, or an image on disk in skopeo's words; a relative path there starts at
# the current source directory.
function(_go_container_check_base call)
  if(NOT arg_BASE MATCHES "^(oci|oci-archive|docker-archive):(.+)$")
    _go_container_check_reference("${call}" BASE "${arg_BASE}")
    return()
  endif()
  set(transport "${CMAKE_MATCH_1}")
  set(path "${CMAKE_MATCH_2}")
  cmake_path(ABSOLUTE_PATH path NORMALIZE)
  if(NOT EXISTS "${path}")
    _go_container_error(
      "${call}"
      "BASE is ${arg_BASE}, but there is no ${path}"
      "Correct the path, or put the image there: skopeo copy docker://<reference> ${transport}:${path}."
    )
  endif()
  set(arg_BASE "${transport}:${path}" PARENT_SCOPE)
endfunction()

# out: the plan's members for the budgets that are given. Reads the arg_ variables of the caller.
function(_go_container_budgets out call)
  set(members "")
  set(options "MAX_SIZE;MAX_COMPRESSED_SIZE;MAX_LAYER_SIZE")
  set(names "maxSize;maxCompressedSize;maxLayerSize")
  foreach(option member IN ZIP_LISTS options names)
    if(NOT "${arg_${option}}" STREQUAL "")
      _go_container_size(size "${call}" ${option} "${arg_${option}}")
      string(APPEND members ",\n  \"${member}\": ${size}")
    endif()
  endforeach()
  set(${out} "${members}" PARENT_SCOPE)
endfunction()
