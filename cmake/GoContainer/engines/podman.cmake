# The engine podman: builds without a daemon, in the store of the user.
include("${CMAKE_CURRENT_LIST_DIR}/daemonless.cmake")

function(_go_container_podman_facts)
  _go_container_engine_facts(
    podman
    RANK 2
    COMMAND podman
    RESULT store
    LIST image inspect --format "{{.Id}} {{.RepoTags}}"
    PULL pull
    SAVE push --quiet @tag@ docker-archive:@archive@:@tag@
    PUSH push --quiet --digestfile @digest@ @id@ docker://@reference@
    AGAIN --no-cache --layers=false
    SAVE_INDEX manifest push --quiet --all @tag@ oci-archive:@archive@:@tag@
    PUSH_INDEX manifest push --quiet --all --digestfile @digest@ @tag@ docker://@reference@
    IGNORE_FILE --ignorefile
    CACHES repository
    NO_BUILD_PLATFORM
    SHORT_NAMES
    DROPS_SET_ID
    LOCK
    LOADS
  )
endfunction()

function(_go_container_podman_probe refusal remedy)
  set(version version --format "{{.Client.Version}} {{.Client.OsArch}}")
  _go_container_daemonless_probe(why mend podman "${GO_CONTAINER_PODMAN}" 4.0 VERSION ${version})
  set(${refusal} "${why}" PARENT_SCOPE)
  set(${remedy} "${mend}" PARENT_SCOPE)
endfunction()

function(_go_container_podman_explain explained call command images)
  _go_container_not_pulled(missing "${call}" "${command}" "${images}")
  set(${explained} ${missing} PARENT_SCOPE)
endfunction()
