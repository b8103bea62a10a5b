# The engine buildah: builds without a daemon, in the store of the user; where podman is too much.

function(_go_container_buildah_probe refusal remedy)
  find_program(GO_CONTAINER_BUILDAH buildah DOC "The buildah command")
  set(version version --json)
  _go_container_daemonless_probe(why mend buildah "${GO_CONTAINER_BUILDAH}" 1.24 VERSION ${version})
  set(${refusal} "${why}" PARENT_SCOPE)
  set(${remedy} "${mend}" PARENT_SCOPE)
endfunction()

function(_go_container_buildah_accept call)
  _go_container_dockerfile_accept("${call}")
endfunction()

function(_go_container_buildah_targets directory)
  _go_container_dockerfile_tags(tags)
  list(GET tags 0 tag)
  get_property(isolation GLOBAL PROPERTY _go_container_buildah_isolation)
  _go_container_dockerfile_new_archive(archive "${directory}")
  _go_container_daemonless_pull(pull buildah "${GO_CONTAINER_BUILDAH}")
  _go_container_daemonless_flags(flags buildah)
  get_property(named_contexts GLOBAL PROPERTY _go_container_buildah_named_contexts)
  _go_container_place(script scripts/buildah_run.cmake)
  _go_container_dockerfile_targets(
    "${directory}"
    ${named_contexts}
    BUILD "${GO_CONTAINER_BUILDAH}" build ${flags}
    CONTEXT --ignorefile "${directory}/Dockerfile.dockerignore"
    AGAIN --no-cache --layers=false ${pull}
    ARCHIVE "${GO_CONTAINER_BUILDAH}" push --quiet "${tag}" "docker-archive:${archive}:${tag}"
    RUN
      "${CMAKE_COMMAND}"
      -D
      "buildah=${GO_CONTAINER_BUILDAH}"
      -D
      "isolation=${isolation}"
      -D
      "id_file=${directory}/image.id"
      -P
      "${script}"
  )
endfunction()
