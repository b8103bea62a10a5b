# The engine podman: builds without a daemon, in the store of the user.

function(_go_container_podman_probe refusal remedy)
  find_program(GO_CONTAINER_PODMAN podman DOC "The podman command")
  set(version version --format "{{.Client.Version}} {{.Client.OsArch}}")
  _go_container_daemonless_probe(why mend podman "${GO_CONTAINER_PODMAN}" 4.0 VERSION ${version})
  set(${refusal} "${why}" PARENT_SCOPE)
  set(${remedy} "${mend}" PARENT_SCOPE)
endfunction()

function(_go_container_podman_accept call)
  _go_container_dockerfile_accept("${call}")
endfunction()

function(_go_container_podman_targets directory)
  _go_container_dockerfile_tags(tags)
  list(GET tags 0 tag)
  _go_container_dockerfile_new_archive(archive "${directory}")
  _go_container_daemonless_pull(pull podman "${GO_CONTAINER_PODMAN}")
  _go_container_daemonless_flags(flags podman)
  get_property(named_contexts GLOBAL PROPERTY _go_container_podman_named_contexts)
  _go_container_podman_least_port(least)
  _go_container_dockerfile_publish_flags(publish ${least})
  _go_container_dockerfile_targets(
    "${directory}"
    ${named_contexts}
    BUILD "${GO_CONTAINER_PODMAN}" build ${flags}
    CONTEXT --ignorefile "${directory}/Dockerfile.dockerignore"
    AGAIN --no-cache --layers=false ${pull}
    ARCHIVE "${GO_CONTAINER_PODMAN}" push --quiet "${tag}" "docker-archive:${archive}:${tag}"
    # As the tests run it (gocontainer/run/client.py).
    RUN "${GO_CONTAINER_PODMAN}" run --rm --http-proxy=false --no-healthcheck ${publish} "${tag}"
  )
endfunction()

# out: the first port that the user may publish.
function(_go_container_podman_least_port out)
  get_property(least GLOBAL PROPERTY _go_container_podman_least_port)
  if(NOT least)
    set(file /proc/sys/net/ipv4/ip_unprivileged_port_start)
    set(least 1024)
    _go_container_user(id name)
    if(id STREQUAL "0")
      set(least 1)
    elseif(EXISTS "${file}")
      file(STRINGS "${file}" least LIMIT_COUNT 1)
    endif()
    set_property(GLOBAL PROPERTY _go_container_podman_least_port ${least})
  endif()
  set(${out} ${least} PARENT_SCOPE)
endfunction()
