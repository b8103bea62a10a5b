# The members of a plan: variables plan_<member> of the macro that makes it.
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

# No value of a plan that was made before, or of the caller's own, is left.
macro(_go_container_clear_plan)
  set(
    _go_container_members
    "name;all;lock;pinned;unpinned;family;engine;builder;base;source;context;program_packages;program_paths;program_files;tags;push;archive_format;archive_compression;host_build;assembles;builder_image;version"
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
