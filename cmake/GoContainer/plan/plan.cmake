# The plan of a container: its arguments, validated, with every default filled in. While add_go_container() runs it is
# values of CMake, plan_<member>; plan/json.cmake writes them once into plan.json, for what runs later. All that comes
# later in the call reads these values, nothing else looks at arguments. What outlives the call is a property of the
# target.
#
# Lists have JSON strings, which are safe in a list whatever letters they have; all else is text as it is. Where a member
# is not declared, the variable is not defined.
#   name engine base source context
#   family                    the name of the container of which this one is a variant, or its own
#   program_packages program_paths program_files  lists, of one for each program: the package; the path in the image; the
#                             file that is built, relative to the build context or to the root of the stage that compiles
#   tags                      a list
#   push                      a list of the references that <name>-push pushes; none where nothing is for a registry
#   archive_format archive_compression  docker or oci; gzip or zstd
#   host_build                true, or false where the Dockerfile compiles the program
#   assembles                 TRUE where the Dockerfile copies a program that is compiled already
#   builder_image architecture variant
#   lock                      the file with the digests of images; FALSE where there is none
#   pinned                    TRUE where the lock pins the base
#   unpinned                  a list of "<option> <reference>" that the lock lacks
#   platforms                 a list, each <os>/<architecture>[/<variant>]; not defined where the image is for the
#                             engine's platform alone
#   compilers_platforms compilers_cc compilers_cxx  lists, of CC: the platforms; the commands, as JSON strings
#   packages builder_packages  lists, sorted; <name> or <name>=<version>
#   packages_command          of a shell, which installs packages in the base
#   packages_lock             a list of <name>=<version>; not defined where the file lacks one of PACKAGES
#   packages_lock_file packages_list_command  the file, and the command that leaves the list for it
#   go_env go_pass_env go_flags modules   lists: for the go command, and the directories of the modules
#   stamps stamp_variables    lists: "<package>.<variable>=<value>"; the variables, as text
#   git_commit git_date git_url  of the sources, for the labels
#   go_stamp go_workspace go_version vendor  vendor is true or false
#   link_commands             the directory for the records of CMake's commands; where there is one, cgo links
#   link_libraries            a list, which may be empty
#   libraries_objdump         the command, where there are RUNTIME_LIBRARIES; they are the last group of FILES
#   libraries_directories     a list
#   user workdir stopsignal   of the image's config, as are the following
#   ports env entrypoint cmd volumes  lists; ports with their protocol, no range
#   labels                    a list of "<key>"="<value>", sorted by the key
#   healthcheck               a list, the first is "CMD", "CMD-SHELL" or "NONE"
#   healthcheck_interval healthcheck_timeout healthcheck_start_period  nanoseconds
#   healthcheck_retries
#   secret_ids secret_kinds secret_values  lists; a kind is "src" or "env"
#   ssh                       what docker build --ssh takes
#   overlay_destinations      a list, of a directory for each group; the files of group n are the list overlay_<n>
#   files_destinations files_users files_modes files_names  lists, of one for each group; a name is of RENAME, or empty;
#                             the files of group n are files_<n>
#   capabilities_paths capabilities  lists, of the programs that have some, and of these
#   users groups              lists of <name>:<uid>:<gid>:<home>:<shell> and <name>:<gid>:<members>, those of the call
#                             and of scratch; declared_users declared_groups are those of the call
#   names                     a list of user:<user>[:<group>] and owner:<user>[:<group>], which the build makes numbers
#   accounts                  a list, of the lines of scripts/accounts.awk
#   directories_paths directories_modes directories_users directories_places  lists, of one for each directory, sorted
#   symlinks_paths symlinks_targets symlinks_places  lists, of one for each link
#   trees_parents trees_users  lists: the directories of the image into which the trees of both are copied, and for whom;
#                             a place is context/trees/<tree>/<path below>
#                             of each group of both, files_depends_<n> is a list, and files_generated_<n> TRUE or FALSE
#   from_images from_paths from_targets  lists, of one for each path of FROM_IMAGE
#   timezones                 a list of names, or "*" for all
#   compression               gzip or zstd
#   caches                    a list of --cache-from and --cache-to, each before its value; plan.json lacks it, as nothing reads
#                             it later
#   go_cache                  a list: the place of GO_CACHE; then READ_ONLY or nothing
#   max_size max_compressed_size max_layer_size max_growth  as they were declared; behind them, unless that is a
#                             generator expression, _bytes, or of max_growth _percent; of the others behind them, too,
#                             the lists _platforms, _of_platforms (JSON strings) and _bytes_of_platforms (or none)
#   baseline                  the file for max_growth
#   licenses                  TRUE where the image has the licences of the modules
#   sbom                      a list of formats
#   provenance                TRUE where a statement says how the image was built
#   attest                    how a push attaches both to the image: index, both or none; not defined for referrers
#   sign_command              a list
#   tests                     a list
#   all                       TRUE where all builds the image
#   shared                    whether add_go_library() makes a shared library
#   test_flags                a list, of go test, for add_go_test()

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

# No value of a plan that was made before, or of the caller's own, is left.
macro(_go_container_clear_plan)
  set(
    _go_container_members
    "name;all;lock;pinned;unpinned;family;engine;base;source;context;program_packages;program_paths;program_files;tags;push;archive_format;archive_compression;host_build;assembles;builder_image;version"
    "builder_packages;packages;packages_command;packages_lock;packages_lock_file"
    "packages_list_command"
    "stamps;stamp_variables;git_commit;git_date;git_url"
    "architecture;variant;platforms;compilers_platforms;compilers_cc;compilers_cxx;go_env;go_pass_env;go_flags;go_stamp;go_workspace;go_version;modules"
    "vendor;link_commands;link_libraries;libraries_objdump;libraries_directories;shared;test_flags"
    "user;workdir;stopsignal;ports;env;entrypoint;cmd;volumes;labels"
    "healthcheck;healthcheck_interval;healthcheck_timeout;healthcheck_start_period"
    "healthcheck_retries;secret_ids;secret_kinds;secret_values;ssh;overlay_destinations"
    "directories_paths;directories_modes;directories_users;directories_places"
    "capabilities_paths;capabilities"
    "users;groups;declared_users;declared_groups;names;accounts"
    "symlinks_paths;symlinks_targets;symlinks_places;trees_parents;trees_users"
    "timezones;from_images;from_paths;from_targets"
    "files_names;files_destinations;files_users;files_modes;compression;caches;go_cache;max_size;max_size_bytes"
    "max_compressed_size;max_compressed_size_bytes;max_layer_size;max_layer_size_bytes"
    "max_size_platforms;max_size_of_platforms;max_size_bytes_of_platforms;max_compressed_size_platforms"
    "max_compressed_size_of_platforms;max_compressed_size_bytes_of_platforms"
    "max_layer_size_platforms;max_layer_size_of_platforms;max_layer_size_bytes_of_platforms"
    "max_growth;max_growth_bytes;max_growth_percent;baseline;licenses;sbom;provenance;attest;sign_command;tests"
  )
  cmake_parse_arguments(plan "" "${_go_container_members}" "")
endmacro()

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
      "SOURCE_DIR is not a directory: ${directory}"
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

# BASE is scratch, a reference, or in skopeo's words an image on disk or in the store of an engine; a relative path starts
# at the current source directory.
function(_go_container_plan_base call)
  set(plan_base "${arg_BASE}")
  set(plan_builder_image "${arg_BUILDER_IMAGE}")
  if(arg_BASE MATCHES "^(docker-daemon|containers-storage):(.*)$")
    _go_container_check_reference("${call}" BASE "${CMAKE_MATCH_2}")
  elseif(arg_BASE MATCHES "^(oci|oci-archive|docker-archive):(.+)$")
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
    set(plan_base "${transport}:${path}")
  else()
    _go_container_check_reference("${call}" BASE "${arg_BASE}")
  endif()
  _go_container_check_reference("${call}" BUILDER_IMAGE "${arg_BUILDER_IMAGE}")
  if(DEFINED GO_CONTAINER_REGISTRY_MIRROR AND NOT GO_CONTAINER_REGISTRY_MIRROR STREQUAL "")
    _go_container_mirrored(plan_base "${call}" "${plan_base}")
    _go_container_mirrored(plan_builder_image "${call}" "${plan_builder_image}")
  endif()
  return(PROPAGATE plan_base plan_builder_image)
endfunction()
