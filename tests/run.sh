#!/bin/bash
# Runs all tests, on a fresh Debian 12 too: installs what is missing, starts the private engines of engines.sh,
# ends them afterwards. As root.
#
#   sh tests/run.sh [--light] [--regenerate] [arguments of pytest…]
#
# --light starts no engines, and skips the tests that need them. It installs less, and needs no root where nothing is missing.
# Without arguments, it runs the tests of some folders.
# --regenerate writes the golden files anew instead of comparing with them.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
state=$root/build/tests

light=
if [ "${1:-}" = --light ]; then
    light=yes
    shift
    [ $# != 0 ] || set -- tests/common tests/base tests/call tests/plan tests/read
fi

[ -n "$light" ] || [ "$(id -u)" = 0 ] || {
    echo "tests/run.sh: needs root, for a docker daemon of its own. Without engines: sh tests/run.sh --light" >&2
    exit 1
}

# The system's own tools first; what it lacks may come from elsewhere.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
. "$root/examples/need.sh"
need_packages ninja=ninja-build make=make gcc=gcc g++=g++ git=git flock=util-linux \
    /etc/ssl/certs/ca-certificates.crt=ca-certificates
[ -n "$light" ] || need_packages docker=docker.io dockerd=docker.io iptables=iptables ip=iproute2 runc=runc \
    buildah=buildah podman=podman /usr/lib/podman/netavark=netavark skopeo=skopeo umoci=umoci \
    docker-registry=docker-registry busybox=busybox-static curl=curl mmdebstrap=mmdebstrap dpkg-deb=dpkg \
    aarch64-linux-gnu-g++=g++-aarch64-linux-gnu qemu-aarch64=qemu-user ssh=openssh-client sshd=openssh-server \
    /usr/include/zlib.h=zlib1g-dev /usr/include/sqlite3.h=libsqlite3-dev /usr/include/gtest/gtest.h=libgtest-dev \
    protoc=protobuf-compiler grpc_cpp_plugin=protobuf-compiler-grpc /usr/include/grpcpp=libgrpc++-dev \
    /usr/include/google/protobuf=libprotobuf-dev newuidmap=uidmap setcap=libcap2-bin openssl=openssl zsh=zsh fish=fish \
    node=nodejs chromium=chromium /usr/share/zoneinfo/UTC=tzdata
need_cmake
need_python
need_go

# One run at a time in a clone. The daemons must not inherit the lock: one that outlives this would keep it.
mkdir -p "$state"/{bin,home}
exec 9>"$state/lock"
flock --nonblock 9 || {
    echo "Waiting for another run in this clone to end"
    flock 9
}

# The tools that tests find, besides those of the system.
for tool in go gofmt cmake ctest; do
    ln -sf "$(command -v "$tool")" "$state/bin/$tool"
done
ln -sf "$(python3 -c 'import sys; print(sys.executable)')" "$state/bin/python3"

requirements=$(cat "$root/tests/requirements.txt" "$root/docs/requirements.txt" && python3 --version && echo "$state")
if [ "$(cat "$state/venv/requirements" 2>/dev/null)" != "$requirements" ]; then
    echo "Installing the Python packages of the tests"
    rm -rf "$state/venv"
    python3 -m venv "$state/venv"
    "$state/venv/bin/pip" install --quiet --disable-pip-version-check -r "$root/tests/requirements.txt" \
        -r "$root/docs/requirements.txt"
    echo "$requirements" >"$state/venv/requirements"
fi

if [ -n "$light" ]; then
    export GO_CONTAINER_TEST_LIGHT=1 GO_CONTAINER_TEST_STATE=$state GO_CONTAINER_TEST_REGISTRY=127.0.0.1:1
    exec "$state/venv/bin/python" -m pytest --rootdir "$root" -c "$root/pyproject.toml" "$@" 9>&-
fi

trap 'bash "$root/tests/engines.sh" stop 9>&-' EXIT
trap 'exit 130' INT TERM HUP
bash "$root/tests/engines.sh" start 9>&-
home=$HOME
. "$state/environment"
HOME=$home bash "$root/tests/tools.sh" 9>&-
bash "$root/tests/bases/make.sh" 9>&-
bash "$root/tests/bases/go_cache.sh" 9>&-
"$state/venv/bin/python" -m pytest --rootdir "$root" -c "$root/pyproject.toml" "$@" 9>&-
