#!/bin/sh
# The whole path in one command, on a fresh Debian 12: installs what is missing, makes the
# container image of examples/hello without a container engine, shows it and checks it.
#
#   sh examples/quickstart.sh
#
# Installing needs root; where nothing is missing, any user will do. It may run again at any
# time: what is there is used. All it makes in the clone is build/quickstart.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build/quickstart
archive=$build/hello.container/hello.tar

step() { printf '\n== %s\n' "$*"; }

step "Looking for CMake, Ninja, Go, Python and CA certificates"
. "$root/examples/need.sh"
need_packages /etc/ssl/certs/ca-certificates.crt=ca-certificates ninja=ninja-build
need_cmake
need_go
need_python

step "Building the image of examples/hello"
# --fresh: a build directory of another place or of other tools is no hindrance.
cmake --fresh -S "$root/examples/hello" -B "$build" -G Ninja -D GO_CONTAINER_ENGINE=builtin
cmake --build "$build" --target image

step "What is in it"
# -B keeps Python's byte code out of the clone.
python3 -B "$root/cmake/GoContainer/gocontainer" show "oci-archive:$archive"

step "Checking it"
ctest --test-dir "$build" --output-on-failure --no-tests=error

step "Done. Where there is Docker, run it by"
echo "docker load -i '$archive'"
echo "docker run --rm hello:latest"
