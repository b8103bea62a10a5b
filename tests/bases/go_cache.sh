#!/bin/bash
# Compiles the standard library once, and gives it to the Go caches of this machine, of docker and of podman, where
# buildah's are, too. Tests start many builds at once, and in an empty cache each of them would compile it.
# Wants the environment of ../engines.sh, and the images of make.sh.
set -euo pipefail

work=$GO_CONTAINER_TEST_STATE/go-cache
key="$(go env GOVERSION) $(docker image inspect --format '{{.Id}}' golang:alpine)"
[ "$(cat "$work/key" 2>/dev/null)" != "$key" ] || exit 0
echo "Compiling the standard library"

mkdir -p "$work/go-build"
# As add_go_container() does: other flags would be other entries.
(cd "$work" && GOCACHE=$work/go-build GOFLAGS='' CGO_ENABLED=0 go build -trimpath std)
cache=$(go env GOCACHE)
mkdir -p "$cache"
# What is there stays: a build of another clone may be reading it.
find "$work/go-build" -exec touch --date=yesterday {} +
cp --archive --update "$work/go-build/." "$cache"

cat >"$work/Dockerfile" <<'END'
FROM golang:alpine
RUN --mount=type=cache,target=/root/.cache/go-build --mount=type=bind,source=go-build,target=/compiled \
    cp -a -u /compiled/. /root/.cache/go-build
END
# Without --no-cache, with which BuildKit takes another cache.
DOCKER_BUILDKIT=1 docker build --quiet "$work" >/dev/null
podman build --quiet --no-cache "$work" >/dev/null

rm -rf "$work/go-build"
echo "$key" >"$work/key"
