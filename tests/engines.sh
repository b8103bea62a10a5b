#!/bin/bash
# Starts and stops what the tests talk to: a docker daemon and a registry of their own, and settings that give
# podman, buildah and skopeo stores of their own. The user's daemon, images and settings are never touched.
#
#   bash tests/engines.sh start    then: . build/tests/environment
#   bash tests/engines.sh stop
#
# Images and caches stay in build/tests for the next run; sockets are in /run, as a path to one must be short.
# Needs root.
set -euo pipefail
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
state=$root/build/tests
id=$(printf %s "$root" | cksum | cut -d ' ' -f 1)
run=/run/go-container-tests/$id

# Bridges of our own, from the range that is reserved for benchmarks: no real network is there.
bridge=gct-$id
subnet=198.18.$((id % 256))
modules=$subnet.1:42000 # the same in each run, as the builder image has it
podman_bridge=gcp-$id
podman_subnet=198.19.$((id % 256))
bridge_rules=(
    "-t nat POSTROUTING -s $subnet.0/24 ! -o $bridge -j MASQUERADE"
    "-t filter FORWARD -i $bridge -j ACCEPT"
    "-t filter FORWARD -o $bridge -j ACCEPT"
)

# each_rule -I|-D
each_rule() {
    local rule table
    for rule in "${bridge_rules[@]}"; do
        # shellcheck disable=SC2086 # a rule is words
        set -- "$1" $rule
        table=$3
        iptables -w -t "$table" "$1" "${@:4}"
    done
}

# launch <name> <command…>: in the background, out of reach of the terminal's Ctrl-C
launch() {
    local name=$1
    shift
    setsid "$@" >"$state/$name.log" 2>&1 </dev/null &
    echo $! >"$run/$name.pid"
}

# What go compiled for another clone, or an earlier run, is not compiled again: the cache tells by content what it has.
share_go_cache() {
    local cache
    cache=$(go env GOCACHE)
    [ -e "$state/home/.cache/go-build" ] || [ "$cache" = "$state/home/.cache/go-build" ] ||
        { mkdir -p "$cache" && ln -s "$cache" "$state/home/.cache/go-build"; }
}

# wait_for <name> <command…>: until the command succeeds
wait_for() {
    local name=$1 tries
    shift
    for ((tries = 0; tries < 150; tries++)); do
        "$@" >/dev/null 2>&1 && return
        kill -0 "$(<"$run/$name.pid")" 2>/dev/null || break
        sleep 0.2
    done
    echo "$name did not start; the end of $state/$name.log:" >&2
    tail -n 20 "$state/$name.log" >&2
    return 1
}

# end <pid file>: ends the process, if it is still one of ours and not another one with its number
end() {
    local pid tries
    pid=$(cat "$1" 2>/dev/null) || return 0
    if cat "/proc/$pid/cmdline" 2>/dev/null | tr '\0' ' ' | grep -qF -e "$run" -e "$state"; then
        kill "$pid" 2>/dev/null || true
        for ((tries = 0; tries < 100; tries++)); do
            kill -0 "$pid" 2>/dev/null || break
            sleep 0.1
        done
        kill -KILL "$pid" 2>/dev/null || true
    fi
    rm -f "$1"
}

# Containers that still run: podman's need no daemon, docker's outlive one that was killed.
end_containers() {
    local process words
    if [ -e "$state/environment" ]; then
        (. "$state/environment" && podman rm --all --force --time 0) >/dev/null 2>&1 || true
    fi
    for process in /proc/[0-9]*; do
        words=$(cat "$process/cmdline" 2>/dev/null | tr '\0' ' ') || continue
        [[ $words == *containerd-shim*" $run/"* || $words == *conmon*" $state/"* ]] || continue
        # shellcheck disable=SC2046 # one word a process
        kill -KILL $(cat "$process"/task/*/children) "${process#/proc/}" 2>/dev/null || true
    done
}

stop() {
    end "$run/docker.pid"
    end "$run/docker/containerd/containerd.pid" # is left over when the daemon was killed
    end_containers
    end "$run/registry.pid"
    end "$run/modules.pid"
    each_rule -D 2>/dev/null || true
    ip link delete "$bridge" 2>/dev/null || true
    ip link delete "$podman_bridge" 2>/dev/null || true
    # Podman leaves its store mounted, and a killed daemon its containers.
    grep -oE " ($run|$state)/[^ ]*" /proc/mounts | sort -r | xargs -r umount -l || true
    rm -rf "$run" "$state/environment"
}

write_settings() {
    mkdir -p "$state"/{home/.config/containers,home/.cache,docker-config,podman/networks,registry}
    share_go_cache
    echo "{}" >"$state/docker-config/config.json" # podman run fails without one
    # Low limits: podman's own of a million may be more than this machine allows.
    cat >"$state/containers.conf" <<END
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "none"
lock_type = "file"
tmp_dir = "$run/libpod"
[network]
network_backend = "netavark"
network_config_dir = "$state/podman/networks"
default_network = "$podman_bridge"
END
    # In place of podman's own default network. Another name, too: netavark makes the firewall's chain of that, and
    # the last container of one store would remove the chain of all others.
    rm -f "$state"/podman/networks/*.json
    cat >"$state/podman/networks/$podman_bridge.json" <<END
{
  "name": "$podman_bridge",
  "id": "$(printf %s "$podman_bridge" | sha256sum | cut -d ' ' -f 1)",
  "driver": "bridge",
  "network_interface": "$podman_bridge",
  "created": "2000-01-01T00:00:00Z",
  "subnets": [{"subnet": "$podman_subnet.0/24", "gateway": "$podman_subnet.1"}],
  "ipv6_enabled": false,
  "internal": false,
  "dns_enabled": false,
  "ipam_options": {"driver": "host-local"}
}
END
    cat >"$state/storage.conf" <<END
[storage]
driver = "overlay"
graphroot = "$state/podman/storage"
runroot = "$run/containers"
END
    cat >"$state/registries.conf" <<END
[[registry]]
location = "$registry"
insecure = true
END
    # Skopeo reads it only from there.
    cp "$state/registries.conf" "$state/home/.config/containers/registries.conf"
    # No firewall rules by the daemon itself: it would take those of the user's daemon for its own.
    cat >"$state/daemon.json" <<END
{
  "hosts": ["unix://$run/docker.sock"],
  "pidfile": "$run/dockerd.pid",
  "data-root": "$state/docker",
  "exec-root": "$run/docker",
  "storage-driver": "overlay2",
  "bridge": "$bridge",
  "iptables": false,
  "ip6tables": false,
  "containerd-namespace": "$bridge",
  "builder": {"gc": {"enabled": true, "defaultKeepStorage": "8GB"}}
}
END
    cat >"$state/registry.yml" <<END
version: 0.1
log: {level: warn}
storage:
  filesystem: {rootdirectory: "$state/registry"}
  delete: {enabled: true}
http: {addr: "$registry"}
END
    cat >"$state/environment" <<END
export GO_CONTAINER_TEST_STATE='$state'
export GO_CONTAINER_TEST_REGISTRY='$registry'
export GOPROXY='http://$modules,direct'
export DOCKER_HOST='unix://$run/docker.sock'
export DOCKER_CONFIG='$state/docker-config'
export CONTAINERS_CONF='$state/containers.conf'
export CONTAINERS_STORAGE_CONF='$state/storage.conf'
export CONTAINERS_REGISTRIES_CONF='$state/registries.conf'
export BUILDAH_ISOLATION=chroot
export HOME='$state/home'
END
}

start() {
    stop # what a killed run left
    mkdir -p "$run" "$state"
    registry=127.0.0.1:$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    write_settings

    launch registry docker-registry serve "$state/registry.yml"
    # An address that stays: else it is the lowest one of all containers, changes as they come and go, and those that know
    # the old one reach nothing for half a minute.
    ip link add "$bridge" address 02:00:00:00:00:01 type bridge
    ip address add "$subnet.1/24" dev "$bridge"
    ip link set "$bridge" up
    each_rule -I
    mkdir -p "$state/modules"
    launch modules python3 "$root/tests/serve_modules.py" "${modules%:*}" "${modules#*:}" "$state/modules" "$(go env GOPROXY)"
    launch docker dockerd --config-file "$state/daemon.json" --containerd-plugins-namespace "$bridge-plugins"
    wait_for docker docker --host "unix://$run/docker.sock" version
    wait_for registry python3 -c "import urllib.request; urllib.request.urlopen('http://$registry/v2/')"
}

case ${1:-} in
    start | stop) "$1" ;;
    *) echo "usage: bash tests/engines.sh start|stop" >&2 && exit 2 ;;
esac
