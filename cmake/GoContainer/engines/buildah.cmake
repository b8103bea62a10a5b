# The engine buildah: builds without a daemon, in the store of the user; where podman is too much.
include("${CMAKE_CURRENT_LIST_DIR}/daemonless.cmake")

function(_go_container_buildah_facts)
  _go_container_engine_facts(
    buildah
    RANK 3
    COMMAND buildah
    RESULT store
    LIST images --no-trunc --format "{{.ID}} {{.Name}}:{{.Tag}}"
    LIST_ALL
    PULL pull --policy always
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
    SHARES podman
  )
endfunction()

function(_go_container_buildah_probe refusal remedy)
  set(version version --json)
  _go_container_daemonless_probe(why mend buildah "${GO_CONTAINER_BUILDAH}" 1.24 VERSION ${version})
  set(${refusal} "${why}" PARENT_SCOPE)
  set(${remedy} "${mend}" PARENT_SCOPE)
endfunction()

function(_go_container_buildah_explain explained call command images)
  _go_container_not_pulled(missing "${call}" "${command}" "${images}")
  set(${explained} ${missing} PARENT_SCOPE)
endfunction()
