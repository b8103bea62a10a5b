#!/bin/bash
# Runs all tests, on a fresh Debian 12 too: installs what is missing, starts the private engines of engines.sh,
# ends them afterwards. As root.
#
#   sh tests/run.sh [--regenerate] [arguments of pytest…]
#
# --regenerate writes the golden files anew instead of comparing with them.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
state=$root/build/tests

[ "$(id -u)" = 0 ] || {
    echo "tests/run.sh: needs root, for a docker daemon of its own." >&2
    exit 1
}

# The system's own tools first; what it lacks may come from elsewhere.
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
. "$root/examples/need.sh"
need_packages docker=docker.io dockerd=docker.io iptables=iptables ip=iproute2 runc=runc \
    buildah=buildah podman=podman /usr/lib/podman/netavark=netavark skopeo=skopeo umoci=umoci \
    docker-registry=docker-registry busybox=busybox-static mmdebstrap=mmdebstrap dpkg-deb=dpkg ninja=ninja-build make=make gcc=gcc g++=g++ git=git \
    aarch64-linux-gnu-g++=g++-aarch64-linux-gnu qemu-aarch64=qemu-user ssh=openssh-client sshd=openssh-server \
    /usr/include/zlib.h=zlib1g-dev /usr/include/sqlite3.h=libsqlite3-dev /usr/include/gtest/gtest.h=libgtest-dev \
    protoc=protobuf-compiler grpc_cpp_plugin=protobuf-compiler-grpc /usr/include/grpcpp=libgrpc++-dev \
    /usr/include/google/protobuf=libprotobuf-dev newuidmap=uidmap setcap=libcap2-bin openssl=openssl flock=util-linux \
    /etc/ssl/certs/ca-certificates.crt=ca-certificates node=nodejs chromium=chromium /usr/share/zoneinfo/UTC=tzdata
need_cmake
need_python
need_go

# One run at a time in a clone. The daemons must not inherit the lock: one that outlives this would keep it.
mkdir -p "$state/bin"
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

buildx=v0.38.2
plugin=$state/buildx-config/cli-plugins/docker-buildx
if [ "$("$plugin" version 2>/dev/null | cut -d ' ' -f 2)" != "$buildx" ]; then
    echo "Building docker-buildx $buildx (takes minutes, once)"
    mkdir -p "${plugin%/*}"
    (cd / && CGO_ENABLED=0 GOFLAGS= GOBIN=$state/buildx-config go install \
        -ldflags "-s -w -X github.com/docker/buildx/version.Version=$buildx" \
        "github.com/docker/buildx/cmd/buildx@$buildx")
    mv "$state/buildx-config/buildx" "$plugin"
fi

crane=v0.20.2
if [ "$("$state/bin/crane" version 2>/dev/null)" != "$crane" ]; then
    echo "Building crane $crane (once)"
    (cd / && CGO_ENABLED=0 GOFLAGS= GOBIN=$state/bin go install \
        "github.com/google/go-containerregistry/cmd/crane@$crane")
fi

# A BuildKit daemon with a store of its own, as the builder of a docker-container driver is one.
buildkit=v0.34.2
daemon=$state/bin/buildkitd
if [ "$(cat "$state/buildkitd.version" 2>/dev/null)" != "$buildkit" ]; then
    echo "Building buildkitd $buildkit (takes minutes, once)"
    module=$(mktemp -d)
    (cd "$module" && export GOFLAGS= && go mod init buildkitd 2>/dev/null &&
        go get -tool "github.com/moby/buildkit/cmd/buildkitd@$buildkit" 2>/dev/null &&
        CGO_ENABLED=0 go build -ldflags '-s -w' -o "$daemon" github.com/moby/buildkit/cmd/buildkitd)
    rm -rf "$module"
    echo "$buildkit" >"$state/buildkitd.version"
fi

trap 'bash "$root/tests/engines.sh" stop 9>&-' EXIT
trap 'exit 130' INT TERM HUP
bash "$root/tests/engines.sh" start 9>&-
. "$state/environment"
bash "$root/tests/bases/make.sh" 9>&-
"$state/venv/bin/python" -m pytest --rootdir "$root" -c "$root/pyproject.toml" "$@" 9>&-
