# The plan of add_go_library(): of that of a container, what the go command needs.

_go_container_keywords(
  library
  "STATIC:flag;SHARED:flag;SOURCE_DIR:one;PACKAGE:one;BUILD_TAGS:many;LDFLAGS:many;GCFLAGS:many"
  "GO_FLAGS:many;PGO:one;GO_VERSION:one;GO_ENV:many;LINK_LIBRARIES:many"
)

# As _go_container_plan() does it; reads no engine.
macro(_go_container_library_plan)
  _go_container_clear_plan()
  set(plan_name "${name}")
  _go_container_host_engine(plan_engine)
  set(plan_host_build true)
  set(plan_source "${arg_SOURCE_DIR}")
  _go_container_plan_library_kind("${call}")
  _go_container_default(arg_LINK_LIBRARIES "") # it needs the compilers, in any case
  unset(arg_PROGRAMS) # it may be a variable of the caller
  if("${arg_GO_ENV}" MATCHES "GOFLAGS" OR "${arg_FROM_VARIABLES}" MATCHES "FLAGS")
    _go_container_check_explicit_flags("${call}")
  endif()
  _go_container_check_source("${call}" "${arg_SOURCE_DIR}")
  _go_container_plan_link("${call}" "${directory}")
  _go_container_plan_go_env("${call}")
  _go_container_plan_modules("${call}")
  _go_container_plan_packages("${call}")
  _go_container_plan_go_flags("${call}" "${config}")
  if(plan_shared)
    list(APPEND plan_go_flags "\"-buildmode=c-shared\"")
  else()
    list(APPEND plan_go_flags "\"-buildmode=c-archive\"")
  endif()
  get_property(architecture GLOBAL PROPERTY _go_container_host_architecture)
  _go_container_plan_architecture("${call}" ${architecture})
endmacro()

function(_go_container_plan_library_kind call)
  if(arg_STATIC AND arg_SHARED)
    _go_container_error("${call}" "it is both STATIC and SHARED" "Write one of them.")
  endif()
  set(plan_shared FALSE)
  set(file "lib${plan_name}.a")
  if(arg_SHARED)
    set(plan_shared TRUE)
    set(file "lib${plan_name}.so")
  endif()
  set(plan_program_paths "\"${file}\"")
  set(plan_program_files "\"out/${file}\"")
  return(PROPAGATE plan_shared plan_program_paths plan_program_files)
endfunction()
