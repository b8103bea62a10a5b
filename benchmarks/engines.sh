# Sourced by run.sh: starts the private engines of the tests for this run, with the stand-in base images, which
# need no public registry. Sets their environment. Wants $root and need.sh.
need_packages docker=docker.io dockerd=docker.io iptables=iptables ip=iproute2 runc=runc buildah=buildah \
    podman=podman /usr/lib/podman/netavark=netavark docker-registry=docker-registry busybox=busybox-static \
    git=git flock=util-linux

# The lock of tests/run.sh, as these are the same engines. The daemons must not inherit it.
mkdir -p "$root/build/tests"
exec 9>"$root/build/tests/lock"
flock --nonblock 9 || {
    echo "Waiting for a run of the tests in this clone to end"
    flock 9
}
# The user's own Go caches, before HOME is another one.
GOMODCACHE=$(go env GOMODCACHE)
GOCACHE=$(go env GOCACHE)
export GOMODCACHE GOCACHE

trap 'bash "$root/tests/engines.sh" stop 9>&-' EXIT
trap 'exit 130' INT TERM HUP
bash "$root/tests/engines.sh" start 9>&-
. "$root/build/tests/environment"
bash "$root/tests/bases/make.sh" 9>&-
