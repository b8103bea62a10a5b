# The plan of a container: its arguments, validated, with every default filled in. While add_go_container() runs it is
# values of CMake, plan_<member>; plan/json.cmake writes them once into plan.json, for what runs later. All that comes
# later in the call reads these values, nothing else looks at arguments. What outlives the call is a property of the
# target. members.cmake tells what each is.

_go_container_keywords(
  container
  "ALL:first"
  # What is built, of what, and what it is called
  "SOURCE_DIR:one;PACKAGE:one;BASE:one;BUILDER_IMAGE:one;TAGS:many;BINARY_NAME:one"
  "VARIANTS:many;PLATFORMS:many;CC:many;PUSH:many;TAG_SETS:many;ARCHIVE:many"
  "PROGRAMS:many;COMPRESSION:one;PACKAGES:many;PACKAGES_LOCK:one;CACHE_FROM:many;CACHE_TO:many;GO_CACHE:many"
  # The config of the image
  "ENTRYPOINT:list;CMD:list;ENV:many;EXPOSE:many;LABELS:many;USER:one;WORKDIR:one;VOLUMES:many"
  "STOPSIGNAL:one;HEALTHCHECK:many;HEALTHCHECK_INTERVAL:one;HEALTHCHECK_TIMEOUT:one"
  "HEALTHCHECK_START_PERIOD:one;HEALTHCHECK_RETRIES:one"
  # Files beside the program
  "FILES:many:+;DESTINATION:one:FILES|OVERLAY|FROM_IMAGE;CHMOD:one:FILES|DIRECTORIES;CHOWN:one:FILES|DIRECTORIES"
  "RENAME:one:FILES;DEPENDS:many:FILES|OVERLAY"
  "DIRECTORIES:many:+;SYMLINKS:many;USERS:many;GROUPS:many;CAPABILITIES:many"
  "RUNTIME_LIBRARIES:one;TIMEZONES:many;FROM_IMAGE:many:+"
  # Sources that the build generates
  "OVERLAY:many:+"
  # The go command
  "HOST_BUILD:one;BUILD_TAGS:many;LDFLAGS:many;GCFLAGS:many;GO_FLAGS:many;PGO:one;CGO:one"
  "BUILDER_PACKAGES:many;GO_VERSION:one;GO_ENV:many;VERSION:one;VERSION_VARIABLE:one;STAMP:many"
  "LINK_LIBRARIES:many;LICENSES:one"
  # Documents about the image
  "SBOM:many;PROVENANCE:one;ATTEST:one;SIGN_COMMAND:list"
  # Private modules
  "SECRETS:many;SSH:one"
  # The tests
  "MAX_SIZE:many;MAX_COMPRESSED_SIZE:many;MAX_LAYER_SIZE:many"
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

# Makes the plan: sets the plan_ variables of the caller, and reads its arg_ variables, call, name, family, engine,
# compiles, config and directory. A macro, and the functions of this folder hand on what they set by return(PROPAGATE).
macro(_go_container_plan)
  _go_container_clear_plan()
  set(plan_name "${name}")
  set(plan_family "${family}")
  set(plan_engine ${engine})
  get_property(builders GLOBAL PROPERTY _go_container_buildx_builders)
  if(NOT "${GO_CONTAINER_BUILDER}${builders}" STREQUAL "")
    _go_container_load(build/builder)
    _go_container_plan_builder("${call}" "${builders}")
  endif()
  set(plan_source "${arg_SOURCE_DIR}")
  _go_container_check_line_breaks("${call}")
  if(compiles)
    if("${arg_GO_ENV};${arg_SECRETS}" MATCHES "GOFLAGS" OR "${arg_FROM_VARIABLES}" MATCHES "FLAGS")
      _go_container_check_explicit_flags("${call}")
    endif()
    _go_container_check_source("${call}" "${arg_SOURCE_DIR}")
  endif()
  _go_container_plan_base("${call}")
  if(DEFINED arg_PLATFORMS)
    _go_container_plan_platforms("${call}")
  endif()
  _go_container_plan_programs("${call}")
  _go_container_plan_link("${call}" "${directory}")
  _go_container_plan_host_build("${call}")
  get_property(plan_lock GLOBAL PROPERTY _go_container_lock)
  if("${plan_lock}" STREQUAL "")
    _go_container_read_lock("${call}")
    get_property(plan_lock GLOBAL PROPERTY _go_container_lock)
  endif()
  if(plan_lock)
    _go_container_plan_pins("${call}")
  endif()
  if(NOT "${arg_BUILDER_PACKAGES}${arg_PACKAGES}${arg_PACKAGES_LOCK}" STREQUAL "")
    if(DEFINED arg_BUILDER_PACKAGES)
      _go_container_plan_builder_packages("${call}")
    endif()
    if(DEFINED arg_PACKAGES OR DEFINED arg_PACKAGES_LOCK)
      _go_container_plan_image_packages("${call}")
    endif()
  endif()
  _go_container_plan_tags("${call}")
  _go_container_plan_budgets("${call}")
  if(
    NOT
      "${arg_MAX_GROWTH}${arg_BASELINE}${arg_COMPRESSION}${arg_CACHE_FROM}${arg_CACHE_TO}${arg_GO_CACHE}"
        STREQUAL
        ""
  )
    _go_container_plan_growth_and_caches()
  endif()
  _go_container_plan_version("${call}")
  if(DEFINED arg_PUSH OR DEFINED arg_TAG_SETS)
    _go_container_plan_push("${call}")
  elseif(plan_tags MATCHES "\"[^/\"]*[.:][^/\"]*/")
    set(plan_push "${plan_tags}")
    list(FILTER plan_push INCLUDE REGEX "^[^/]*[.:][^/]*/")
  endif()
  if(NOT "${arg_ALL}${arg_ARCHIVE}" STREQUAL "")
    _go_container_switch(plan_all "${call}" ALL)
    if(DEFINED arg_ARCHIVE)
      _go_container_plan_archive("${call}")
    endif()
  endif()
  _go_container_plan_accounts("${call}")
  if(DEFINED arg_STAMP OR "${arg_VERSION}" STREQUAL "GIT")
    _go_container_plan_stamps("${call}")
  endif()
  _go_container_plan_config("${call}")
  if(DEFINED arg_RUNTIME_LIBRARIES)
    _go_container_plan_libraries("${call}")
  endif()
  _go_container_plan_files("${call}")
  if(arg_group_count)
    _go_container_plan_directories("${call}")
    _go_container_plan_from_image("${call}")
  endif()
  if(DEFINED GO_CONTAINER_ALLOWED_BASES AND NOT GO_CONTAINER_ALLOWED_BASES STREQUAL "")
    _go_container_check_allowed_bases("${call}")
  endif()
  if(
    NOT
      "${arg_SYMLINKS}${plan_declared_users}${plan_declared_groups}${plan_names}${arg_TIMEZONES}${arg_CAPABILITIES}${arg_LICENSES}${arg_SBOM}${arg_PROVENANCE}${arg_ATTEST}${arg_SIGN_COMMAND}"
        STREQUAL
        ""
    OR plan_env MATCHES "\"TZ="
  )
    _go_container_plan_rare("${call}")
  endif()
  _go_container_plan_tests("${call}")
  if(compiles)
    _go_container_plan_go("${call}" "${config}")
    _go_container_plan_modules("${call}")
    _go_container_plan_packages("${call}")
    if(arg_group_count)
      _go_container_plan_overlay("${call}")
    endif()
    if(DEFINED arg_SECRETS OR DEFINED arg_SSH)
      _go_container_plan_secrets("${call}")
    endif()
  else()
    set(plan_context "${plan_source}")
    set(plan_vendor false)
  endif()
  get_property(architecture GLOBAL PROPERTY _go_container_${engine}_architecture)
  if(DEFINED arg_CC OR (DEFINED plan_platforms AND plan_go_env MATCHES "\"CGO_ENABLED=1\""))
    _go_container_plan_compilers("${call}" ${architecture})
  endif()
  _go_container_plan_architecture("${call}" ${architecture})
endmacro()

# What few containers have is behind one condition, of few words: each word costs a configure run time.
macro(_go_container_plan_rare call)
  if(DEFINED arg_SYMLINKS)
    _go_container_plan_symlinks("${call}")
  endif()
  if(DEFINED plan_declared_users OR DEFINED plan_declared_groups OR plan_names)
    _go_container_plan_account_lines()
  endif()
  if(DEFINED arg_TIMEZONES OR plan_env MATCHES "\"TZ=")
    _go_container_plan_timezones("${call}")
  endif()
  if(DEFINED arg_CAPABILITIES)
    _go_container_plan_capabilities("${call}")
  endif()
  if(
    DEFINED arg_LICENSES
    OR DEFINED arg_SBOM
    OR DEFINED arg_PROVENANCE
    OR DEFINED arg_ATTEST
    OR DEFINED arg_SIGN_COMMAND
  )
    foreach(
      _go_container_option
      LICENSES
      SBOM
      PROVENANCE
      ATTEST
      SIGN_COMMAND
    )
      if(DEFINED arg_${_go_container_option})
        string(TOLOWER "_go_container_plan_${_go_container_option}" _go_container_command)
        cmake_language(CALL ${_go_container_command} "${call}")
      endif()
    endforeach()
  endif()
endmacro()

# The members of MAX_GROWTH, COMPRESSION and the caches. By itself, as CMake copies a macro each time that it is called.
macro(_go_container_plan_growth_and_caches)
  if(DEFINED arg_MAX_GROWTH OR DEFINED arg_BASELINE)
    _go_container_plan_growth("${call}")
  endif()
  if(DEFINED arg_COMPRESSION)
    _go_container_plan_compression("${call}")
  endif()
  if(DEFINED arg_CACHE_FROM OR DEFINED arg_CACHE_TO)
    _go_container_load(plan/caches)
    _go_container_plan_caches("${call}")
  endif()
  if(DEFINED arg_GO_CACHE AND compiles)
    _go_container_load(plan/go_cache)
    _go_container_plan_go_cache("${call}")
  endif()
endmacro()

# A macro, as that is quicker, and it is called some ten times for a container. It must not be given a value
# that somebody wrote, which would be evaluated again.
macro(_go_container_default variable value)
  if(NOT DEFINED ${variable})
    set(${variable} "${value}")
  endif()
endmacro()
