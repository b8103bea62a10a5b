# The plan of add_go_test(): of that of a container, what the go command needs.

_go_container_keywords(
  go_test
  "SOURCE_DIR:one;PACKAGE:many;TEST_FLAGS:many;BUILD_TAGS:many;LDFLAGS:many;GCFLAGS:many"
  "GO_FLAGS:many;GO_VERSION:one;GO_ENV:many;CGO:one;LINK_LIBRARIES:many"
)

# Fills in the defaults of the arguments. A macro, as it sets the arg_ variables of the caller.
macro(_go_container_go_test_defaults)
  _go_container_default(arg_PACKAGE "\"./...\"") # not that of containers
  _go_container_arguments_default(go_test)
  foreach(option HOST_BUILD PLATFORMS PGO) # which may be variables of the caller
    unset(arg_${option})
  endforeach()
  _go_container_defaults("${name}")
endmacro()

# As _go_container_plan() does it; reads no engine.
macro(_go_container_go_test_plan)
  _go_container_clear_plan()
  set(plan_name "${name}")
  _go_container_host_engine(plan_engine)
  set(plan_host_build true)
  set(plan_source "${arg_SOURCE_DIR}")
  if("${arg_GO_ENV}" MATCHES "GOFLAGS" OR "${arg_FROM_VARIABLES}" MATCHES "FLAGS")
    _go_container_check_explicit_flags("${call}")
  endif()
  _go_container_check_source("${call}" "${arg_SOURCE_DIR}")
  _go_container_plan_link("${call}" "${directory}")
  _go_container_plan_go_env("${call}")
  _go_container_plan_modules("${call}")
  _go_container_plan_go_flags("${call}" Debug) # with the tables of symbols
  _go_container_plan_go_test("${call}")
  get_property(architecture GLOBAL PROPERTY _go_container_host_architecture)
  _go_container_plan_architecture("${call}" ${architecture})
endmacro()

# The packages, and what differs for tests: they find their files by the paths of their sources, and have the garbage
# collection of other programs.
function(_go_container_plan_go_test call)
  _go_container_switch(cgo "${call}" CGO) # an error for anything else
  list(REMOVE_ITEM plan_go_flags "\"-trimpath\"")
  if(NOT "${arg_GO_ENV}" MATCHES "(^|;)\"GOGC=")
    list(REMOVE_ITEM plan_go_env "\"GOGC=400\"")
  endif()
  set(plan_test_flags "${arg_TEST_FLAGS}")
  set(plan_program_packages "${arg_PACKAGE}")
  set(plan_program_paths "${arg_PACKAGE}")
  list(TRANSFORM plan_program_paths REPLACE ".+" "\"\"")
  set(plan_program_files "${plan_program_paths}")
  return(
    PROPAGATE
      plan_test_flags
      plan_go_flags
      plan_go_env
      plan_program_packages
      plan_program_paths
      plan_program_files
  )
endfunction()
