#!/bin/bash
# Gives docker's and podman's caches of go, where buildah's is, too, what the go command of this machine has compiled:
#
#   go list -export -f '{{.Export}}' … | bash tests/bases/give_compiled.sh
#
# The input is the files with the compiled packages, one a line. What was given before is not given again. Wants the
# environment of ../engines.sh, and the images of make.sh.
set -euo pipefail
cache=$(go env GOCACHE)
work=$(mktemp -d "$GO_CONTAINER_TEST_STATE/compiled.XXXXXX")
trap 'rm -rf "$work"' EXIT

# A package is two files: what was compiled, …/<hash>-d, and one that is named after what went into it and has that hash.
grep . | sort -u >"$work/compiled"
given=$GO_CONTAINER_TEST_STATE/given/$({ docker image inspect --format '{{.Id}}' golang:alpine && cat "$work/compiled"; } | sha256sum | cut -c 1-16)
[ ! -e "$given" ] || exit 0
sed 's|.*/||; s|-d$||' "$work/compiled" >"$work/hashes"
find "$cache/" -name '*-a' -print0 | { xargs -0 grep -lFf "$work/hashes" || true; } >"$work/entries"
[ "$(wc -l <"$work/entries")" -ge "$(wc -l <"$work/compiled")" ] || {
    echo "give_compiled.sh: $cache lacks entries of some of these packages: is the cache of go another one now?" >&2
    exit 1
}
mkdir "$work/go-build"
sed "s|^$cache/||" "$work/compiled" "$work/entries" | tar -C "$cache" -cf - -T - | tar -C "$work/go-build" -xf -
# What is there stays: a build may be reading it.
find "$work/go-build" -exec touch --date=yesterday {} +

cat >"$work/Dockerfile" <<'END'
FROM golang:alpine
RUN --mount=type=cache,target=/root/.cache/go-build --mount=type=bind,source=go-build,target=/compiled \
    cp -a -u /compiled/. /root/.cache/go-build
END
# Without --no-cache, with which BuildKit takes another cache.
DOCKER_BUILDKIT=1 docker build --quiet "$work" >/dev/null
podman build --quiet --no-cache "$work" >/dev/null

mkdir -p "${given%/*}"
touch "$given"
