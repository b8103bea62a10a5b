# What podman and buildah have in common: no daemon, and a choice of how RUN is kept apart from the
# machine (their --isolation). Which of these ways works depends on the machine, so it is tried.
include("${CMAKE_CURRENT_LIST_DIR}/../base/environment.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/not_fetched.cmake")

# The probe of such an engine. <oldest> is its first version with cache mounts; the arguments behind
# VERSION make <command> print its version and platform.
function(
  _go_container_daemonless_probe
  refusal
  remedy
  engine
  command
  oldest
)
  cmake_parse_arguments(PARSE_ARGV 5 probe "" "" "VERSION")
  set(${refusal} "" PARENT_SCOPE)
  set(${remedy} "" PARENT_SCOPE)
  string(TOUPPER ${engine} variable)
  execute_process(
    COMMAND "${command}" ${probe_VERSION}
    OUTPUT_VARIABLE output
    ERROR_VARIABLE words
    TIMEOUT 20
  )
  if(NOT output MATCHES "([0-9]+\\.[0-9]+[^ \",]*).*linux/([a-z0-9]+)")
    string(REGEX MATCH "[^\n]+" words "${words}\n${output}")
    set(${refusal} "${engine} version does not tell one for Linux (${words})" PARENT_SCOPE)
    set(${remedy} "Set GO_CONTAINER_${variable} to a command that works." PARENT_SCOPE)
    return()
  endif()
  set(version "${CMAKE_MATCH_1}")
  _go_container_fact(${engine} architecture "${CMAKE_MATCH_2}")
  if(version VERSION_LESS oldest)
    set(${refusal} "${engine} ${version} can't mount caches" PARENT_SCOPE)
    set(${remedy} "Install ${engine} ${oldest} or newer." PARENT_SCOPE)
    return()
  endif()

  _go_container_ids(why mend "${command}")
  if(why STREQUAL "")
    _go_container_known_isolation(isolation why mend ${engine} "${command}" ${version})
    _go_container_fact(${engine} detail ", isolation ${isolation}")
    # The format keeps a HEALTHCHECK, which OCI's has no place for; a label with the engine's version would make the
    # images of two machines differ.
    set(build "build;--isolation;${isolation};--format docker;--layers;--identity-label=false")
    string(REPLACE " " ";" build "${build}")
    _go_container_fact(${engine} build "${command};${build}")
    _go_container_dockerfile_named_contexts(known "${command}" build)
    _go_container_fact(${engine} named_contexts ${known})
  endif()
  set(${refusal} "${why}" PARENT_SCOPE)
  set(${remedy} "${mend}" PARENT_SCOPE)
endfunction()

# Whether a user other than root has ids to give to the files of an image. Without them a container
# may run, but no base image in which files have more than one owner can be unpacked.
function(_go_container_ids refusal remedy command)
  set(${refusal} "" PARENT_SCOPE)
  set(${remedy} "" PARENT_SCOPE)
  _go_container_user(id name)
  if(id STREQUAL "0")
    return()
  endif()
  execute_process(
    COMMAND "${command}" unshare cat /proc/self/uid_map
    OUTPUT_VARIABLE map
    ERROR_QUIET
    TIMEOUT 20
  )
  # One range of one id: the user itself.
  if(map MATCHES "^ *0 +[0-9]+ +1\n$")
    set(
      ${refusal}
      "the user ${name} has no range of ids for containers in /etc/subuid and /etc/subgid"
      PARENT_SCOPE
    )
    set(
      ${remedy}
      "As root: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${name}. Then, where there is podman: podman system migrate."
      PARENT_SCOPE
    )
  endif()
endfunction()

function(_go_container_user id name)
  foreach(flag u un)
    execute_process(
      COMMAND id -${flag}
      OUTPUT_VARIABLE ${flag}
      OUTPUT_STRIP_TRAILING_WHITESPACE
      ERROR_QUIET
    )
  endforeach()
  set(${id} "${u}" PARENT_SCOPE)
  set(${name} "${un}" PARENT_SCOPE)
endfunction()

# As _go_container_isolation. Trying takes a second, so a build tree remembers what worked until something changes that may
# make another one work. It does not remember that none works: somebody may mend the machine.
function(
  _go_container_known_isolation
  out
  refusal
  remedy
  engine
  command
  version
)
  _go_container_user(id name)
  set(key ${version} ${id} "${command}")
  foreach(
    variable
    IN
    ITEMS
      PATH
      HOME
      XDG_CONFIG_HOME
      XDG_RUNTIME_DIR
      BUILDAH_ISOLATION
      CONTAINERS_CONF
      CONTAINERS_STORAGE_CONF
  )
    _go_container_environment(${variable} ${variable})
    list(APPEND key "${${variable}}")
  endforeach()
  foreach(
    file
    IN
    ITEMS
      "${CONTAINERS_CONF}"
      "${CONTAINERS_STORAGE_CONF}"
      /etc/containers/containers.conf
      /etc/containers/storage.conf
      "${HOME}/.config/containers/containers.conf"
      "${HOME}/.config/containers/storage.conf"
  )
    if(NOT file STREQUAL "")
      file(TIMESTAMP "${file}" time)
      list(APPEND key "${time}")
    endif()
  endforeach()
  string(MD5 key "${key}")
  set(${refusal} "" PARENT_SCOPE)
  set(${remedy} "" PARENT_SCOPE)
  if(_GO_CONTAINER_ISOLATION_${engine} MATCHES "^${key} (.+)$")
    set(${out} ${CMAKE_MATCH_1} PARENT_SCOPE)
    return()
  endif()

  _go_container_isolation(isolation why mend "${command}")
  if(why STREQUAL "")
    set(
      _GO_CONTAINER_ISOLATION_${engine}
      "${key} ${isolation}"
      CACHE INTERNAL
      "What was looked at, and the isolation that worked"
    )
  endif()
  set(${out} "${isolation}" PARENT_SCOPE)
  set(${refusal} "${why}" PARENT_SCOPE)
  set(${remedy} "${mend}" PARENT_SCOPE)
endfunction()

# out: the first isolation that works here; else refusal and remedy say why none does.
function(_go_container_isolation out refusal remedy command)
  set(${refusal} "" PARENT_SCOPE)
  set(${remedy} "" PARENT_SCOPE)
  _go_container_isolations(candidates asked)
  foreach(isolation IN LISTS candidates)
    _go_container_try_isolation(words ${isolation} "${command}")
    if(words STREQUAL "")
      set(${out} ${isolation} PARENT_SCOPE)
      return()
    endif()
  endforeach()

  set(${out} "" PARENT_SCOPE)
  list(POP_BACK candidates isolation)
  # Warnings may come before the reason, and its consequences after it.
  if(words MATCHES "(^|\n)([Ee]rror[^\n]*)")
    set(words "${CMAKE_MATCH_2}")
  endif()
  set(
    ${refusal}
    "no container can be run with isolation ${isolation}${asked} (${words})"
    PARENT_SCOPE
  )
  set(
    ${remedy}
    "Mend that, or set BUILDAH_ISOLATION to one that works: oci, rootless or chroot."
    PARENT_SCOPE
  )
endfunction()

# out: the isolations to try, best first; asked: who asked for it, where somebody did.
function(_go_container_isolations out asked)
  set(${asked} "" PARENT_SCOPE)
  _go_container_environment(isolation BUILDAH_ISOLATION)
  if(NOT isolation STREQUAL "")
    set(${out} "${isolation}" PARENT_SCOPE)
    set(${asked} ", as BUILDAH_ISOLATION says" PARENT_SCOPE)
    return()
  endif()
  _go_container_user(id name)
  set(${out} rootless chroot PARENT_SCOPE)
  if(id STREQUAL "0")
    set(${out} oci chroot PARENT_SCOPE)
  endif()
endfunction()

# words: why RUN does not work with this isolation, or nothing. Without a base image there is no
# program to run. But a file that is none is refused by the kernel alone, when all else was done:
# the container was made, with its network, and started.
function(_go_container_try_isolation words isolation command)
  set(directory "${CMAKE_BINARY_DIR}/CMakeFiles/GoContainerProbe")
  _go_container_write("${directory}/go-container-probe" "This is not a program.\n")
  _go_container_write(
    "${directory}/Dockerfile"
    "FROM scratch\nCOPY --chmod=755 go-container-probe /\nRUN [\"/go-container-probe\"]\n"
  )
  # Buildah may lose what a child said last, and end with its own lines alone: then ask again.
  foreach(try RANGE 4)
    execute_process(
      COMMAND
        "${command}" build --isolation ${isolation} --layers=false --force-rm --file
        "${directory}/Dockerfile" "${directory}"
      OUTPUT_QUIET
      ERROR_VARIABLE error
      ERROR_STRIP_TRAILING_WHITESPACE
      TIMEOUT 60
    )
    if(NOT error MATCHES "^(subprocess exited with [^\n]*\n)*Error: building at STEP [^\n]*$")
      break()
    endif()
  endforeach()
  set(${words} "${error}" PARENT_SCOPE)
  if(error MATCHES "/go-container-probe[^\n]*[Ee]xec format error")
    set(${words} "" PARENT_SCOPE)
  elseif(error STREQUAL "")
    set(${words} "it says nothing" PARENT_SCOPE)
  endif()
endfunction()

# After a build that failed. Sets missing to whether the reason is an image that is not in the store, where a build puts
# what it fetched; that is said in one line.
function(_go_container_not_pulled missing call engine images)
  set(${missing} FALSE PARENT_SCOPE)
  string(REPLACE "," ";" images "${images}")
  foreach(image IN LISTS images)
    execute_process(
      COMMAND "${engine}" inspect --type image "${image}"
      RESULT_VARIABLE result
      OUTPUT_QUIET
      ERROR_QUIET
    )
    if(NOT result EQUAL 0)
      set(${missing} TRUE PARENT_SCOPE)
      _go_container_tell_not_fetched("${call}" "${image}" "")
      return()
    endif()
  endforeach()
endfunction()
