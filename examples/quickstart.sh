#!/bin/sh
# Builds, shows and checks the image of examples/hello on a fresh Debian 12, without a container
# engine. Installs what is missing.
#
#   sh examples/quickstart.sh
#
# Installing needs root. If nothing is missing, any user can run it, also again. It writes only to
# build/quickstart in the clone.
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
# --fresh ignores a build directory from another path or other tools.
cmake --fresh -S "$root/examples/hello" -B "$build" -G Ninja -D GO_CONTAINER_ENGINE=builtin
cmake --build "$build" --target image

step "What is in it"
# -B writes no Python byte code into the clone.
python3 -B "$root/cmake/GoContainer/gocontainer" show "oci-archive:$archive"

step "Checking it"
ctest --test-dir "$build" --output-on-failure --no-tests=error

step "Done. Where there is Docker, run it by"
echo "docker load -i '$archive'"
echo "docker run --rm hello:latest"
