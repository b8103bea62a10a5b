#!/bin/sh
# Builds, tests and pushes all images of the project in the working directory, on any CI machine, without a daemon.
#
#   CACHE=<directory that is kept> REGISTRY=<host> REGISTRY_USER=<name> REGISTRY_TOKEN=<secret> IMAGES=<host>/team/ sh ci.sh
#
# Without REGISTRY, nothing is pushed: for pull requests. A registry without passwords needs no REGISTRY_TOKEN.
set -eu

# What Go compiled, the modules, and the bases that GoContainer fetched.
cache=$(mkdir -p "$CACHE" && cd "$CACHE" && pwd)
export XDG_CACHE_HOME="$cache" GOMODCACHE="$cache/go-mod"

cmake -S . -B build -G Ninja -D GO_CONTAINER_ENGINE=builtin -D GO_CONTAINER_REQUIRE_TESTS=ON -D GO_CONTAINER_PUSH="${IMAGES:-}"
cmake --build build --target image
ctest --test-dir build --output-on-failure --output-junit junit.xml

[ -n "${REGISTRY:-}" ] || exit 0

# Credentials as `docker login` would write them, in a directory that goes away with the job.
DOCKER_CONFIG=$(mktemp -d)
export DOCKER_CONFIG
trap 'rm -rf "$DOCKER_CONFIG"' EXIT
if [ -n "${REGISTRY_TOKEN:-}" ]; then
    auth=$(printf %s "$REGISTRY_USER:$REGISTRY_TOKEN" | base64 | tr -d '\n')
    printf '{"auths": {"%s": {"auth": "%s"}}}\n' "$REGISTRY" "$auth" >"$DOCKER_CONFIG/config.json"
fi
cmake --build build --target image-push
