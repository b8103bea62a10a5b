# Knows the engines, by what each of them says of itself.
#
# An engine is one file in this directory, and one row in gocontainer/common/engines.py. The file has the function
# _go_container_<engine>_facts(), which calls
#
#   _go_container_engine_facts(<engine>
#     RANK <number>          its place in the order in which auto tries them
#     [COMMAND <program>]    its command, for which the cache variable GO_CONTAINER_<ENGINE> stands
#     RESULT archive|store   the image is <name>.tar, or in the engine's store, where its id is in image.id. Of an engine
#                            that reads the Dockerfile, an archive has the images of all platforms
#     [HOST_BUILD]           this machine compiles, also without HOST_BUILD ON
#     [CROSS]                the image may be for another architecture than the engine's
#     [BASE_ON_DISK]         BASE may be an image on disk, or in the store of another engine
#   An engine without HOST_BUILD reads the Dockerfile, by these words of its command, and more that its probe finds; those
#   for a store have LIST to UNNAME:
#     LIST <word>...         tells of images, a line each: the id, then the tags
#     [LIST_ALL]             LIST tells of all images, or of one whose id is put after it; else of all whose ids are
#     PULL <word>...         pulls an image that may be there already
#     SAVE <word>...         writes @archive@, of @tag@, the first one, or of all @tags@
#     PUSH <word>...         pushes the image @id@ as @reference@, and writes its digest into the file @digest@, or tells it
#     [NAME <word>...]       gives the image @id@ the name @reference@, of an engine that pushes only what has that name
#     [UNNAME <word>...]     takes it away
#     AGAIN <flag>...        builds without caches, and leaves but an image
#     [IGNORE_FILE <flag>]   the flag of a build that names the ignore file, where it is not found beside the Dockerfile
#     [NO_IMAGE <flag>...]   the flags of a build that leaves no image
#     [SAVE_INDEX <word>...] writes @archive@, an OCI archive, of the manifest list @tag@, for several platforms
#     [PUSH_INDEX <word>...] pushes the manifest list @tag@, as PUSH does an image
#     [NO_BUILD_PLATFORM]    FROM does not know $BUILDPLATFORM; the engine is on this machine
#     [SHORT_NAMES]          a name without a registry means less than to docker, so docker.io is asked for it
#     [DROPS_SET_ID]         COPY drops the set-ID bits of files of the build context, but not of a named context
#     [LOCK]                 a build fails where an image is removed meanwhile
#     [CACHES buildkit|repository]  what CACHE_FROM and CACHE_TO are to it: as they are, or the repository of type=registry
#     [BUILDERS]             it builds by the builders that GO_CONTAINER_BUILDER names
#     [LOADS]                it can be GO_CONTAINER_LOAD: Engine.load tells what its command must know
#     [VARIABLES <name>...]  its own settings, GO_CONTAINER_<name>
#     [SHARES <engine>])     its store is also that of the other engine
#
# and the functions
#   _go_container_<engine>_probe(<refusal> <remedy>)  sets <refusal> to why it can't work here, or to nothing, and then
#       by _go_container_fact() what it found:
#         architecture    of the images
#         detail          what is to be told of how it builds, or nothing
#         build           the command that builds a Dockerfile. One that writes an archive knows --archive <file>
#         build_<builder> that by one of the BUILDERS
#         image_flags     what that needs besides to leave an image in the store, or nothing
#         named_contexts  whether that knows --build-context
#         daemon          what _go_container_<engine>_explain() must know to ask that, as the variable daemon, or nothing
#   _go_container_<engine>_targets(<directory>)  adds what builds the image of the plan, of an engine that reads no
#       Dockerfile; see _go_container_dockerfile_targets(), which does so for the others
#   _go_container_<engine>_explain(<explained> <call> <command> <images>)  if there is more to say after a build that
#       failed (scripts/explain_failure.cmake): says it, and sets <explained> to TRUE where that was the reason

# All files of this directory; those with facts are engines.
file(GLOB _go_container_files "${CMAKE_CURRENT_LIST_DIR}/*.cmake")
list(REMOVE_ITEM _go_container_files "${CMAKE_CURRENT_LIST_FILE}")
foreach(_go_container_file IN LISTS _go_container_files)
  include("${_go_container_file}")
endforeach()
set_property(GLOBAL PROPERTY _go_container_files_of_engines "${_go_container_files}")
unset(_go_container_file)
unset(_go_container_files)

# out: the engines, in the order in which auto tries them.
function(_go_container_engines out)
  get_property(engines GLOBAL PROPERTY _go_container_engines)
  if(NOT engines)
    get_property(files GLOBAL PROPERTY _go_container_files_of_engines)
    foreach(file IN LISTS files)
      cmake_path(GET file STEM engine)
      if(COMMAND _go_container_${engine}_facts)
        cmake_language(CALL _go_container_${engine}_facts)
        get_property(rank GLOBAL PROPERTY _go_container_${engine}_rank)
        list(APPEND engines "${rank} ${engine}")
      endif()
    endforeach()
    list(SORT engines COMPARE NATURAL)
    list(TRANSFORM engines REPLACE "^.* " "")
    set_property(GLOBAL PROPERTY _go_container_engines "${engines}")
  endif()
  set(${out} "${engines}" PARENT_SCOPE)
endfunction()

# out: the engine that compiles on this machine in any case; add_go_library() is like it.
function(_go_container_host_engine out)
  _go_container_engines(engines)
  foreach(engine IN LISTS engines)
    _go_container_engine_facts_of(${engine} host_build)
    if(fact_host_build)
      set(${out} ${engine} PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# out: in words, the engines that read the Dockerfile.
function(_go_container_engines_with_a_store out)
  _go_container_engines(engines)
  set(names "")
  foreach(engine IN LISTS engines)
    _go_container_engine_facts_of(${engine} result)
    if(fact_result STREQUAL "store")
      list(APPEND names ${engine})
    endif()
  endforeach()
  list(JOIN names ", " names)
  string(REGEX REPLACE ", ([^,]*)$" " and \\1" names "${names}")
  set(${out} "${names}" PARENT_SCOPE)
endfunction()

# Declares an engine, as is told above.
function(_go_container_engine_facts engine)
  set(
    flags
    HOST_BUILD
    CROSS
    BASE_ON_DISK
    LIST_ALL
    NO_BUILD_PLATFORM
    SHORT_NAMES
    DROPS_SET_ID
    LOCK
    BUILDERS
    LOADS
  )
  set(
    words
    RANK
    COMMAND
    RESULT
    IGNORE_FILE
    CACHES
    SHARES
  )
  set(
    lists
    LIST
    PULL
    SAVE
    PUSH
    NAME
    UNNAME
    SAVE_INDEX
    PUSH_INDEX
    AGAIN
    NO_IMAGE
    VARIABLES
  )
  cmake_parse_arguments(PARSE_ARGV 1 fact "${flags}" "${words}" "${lists}")
  foreach(fact IN LISTS flags words lists)
    string(TOLOWER "${fact}" name)
    _go_container_fact(${engine} ${name} "${fact_${fact}}")
  endforeach()
endfunction()

# Notes a fact of an engine.
function(_go_container_fact engine name value)
  set_property(GLOBAL PROPERTY _go_container_${engine}_${name} "${value}")
endfunction()

# Sets fact_<name> for each of the names of facts of an engine. A macro, as that is quicker, and each container asks often.
macro(_go_container_engine_facts_of engine)
  foreach(_go_container_name ${ARGN})
    get_property(
      fact_${_go_container_name}
      GLOBAL
      PROPERTY _go_container_${engine}_${_go_container_name}
    )
  endforeach()
endmacro()

# out: the command of an engine, or nothing.
function(_go_container_engine_program out engine)
  string(TOUPPER "${engine}" variable)
  set(${out} "${GO_CONTAINER_${variable}}" PARENT_SCOPE)
endfunction()
