#!/bin/bash
# Builds the Go programs that tests need, into build/tests, where they are not there yet.
set -euo pipefail
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
state=$root/build/tests

# As add_go_container() compiles, so that all of them, and the tests, have one standard library in the cache of go.
export CGO_ENABLED=0 GOFLAGS=-trimpath

buildx=v0.38.2
buildkit=v0.34.2
govulncheck=v1.9.0
go version -m "$state/bin/govulncheck" 2>/dev/null | grep -q "golang.org/x/vuln[[:space:]]*$govulncheck" || {
    echo "Building govulncheck $govulncheck"
    GOBIN=$state/bin go install "golang.org/x/vuln/cmd/govulncheck@$govulncheck"
}
tools="buildx $buildx, buildkitd and buildctl $buildkit, crane of $(cksum <"$root/tests/programs/cli/go.sum"), registry"
[ "$(cat "$state/tools" 2>/dev/null)" != "$tools" ] || exit 0

echo "Building docker-buildx $buildx, buildkitd and buildctl $buildkit, crane and a registry (takes minutes, once)"
module=$(mktemp -d)
trap 'rm -rf "$module"' EXIT

# told <command…>: what it says is shown only if it fails
told() {
    "$@" >"$module/log" 2>&1 || {
        cat "$module/log" >&2
        return 1
    }
}

# The plugin of docker, and a BuildKit daemon with a store of its own, as the builder of a docker-container driver is
# one, with its own command. Without what they have for clouds, a fifth of the sources: no test has one.
export GOFLAGS="-trimpath -mod=mod"
cd "$module"
told go mod init tools
told go get -tool "github.com/docker/buildx/cmd/buildx@$buildx" "github.com/moby/buildkit/cmd/buildkitd@$buildkit"
for package in github.com/docker/buildx/cmd/buildx github.com/moby/buildkit/cmd/buildkitd github.com/moby/buildkit/cmd/buildctl; do
    cp -r --no-preserve=mode "$(go list -f '{{.Dir}}' "$package")" "${package##*/}"
    rm -f "${package##*/}"/*_test.go
done
sed -i '/k8s\.io\|driver\/kubernetes/d' buildx/main.go
sed -i '/azblob\|s3remotecache/d' buildkitd/main.go
mkdir -p "$state/buildx-config/cli-plugins" "$state/bin"
go build -tags no_containerd_worker -ldflags "-s -w -X github.com/docker/buildx/version.Version=$buildx" \
    -o "$state/bin/" ./buildx ./buildkitd ./buildctl
mv "$state/bin/buildx" "$state/buildx-config/cli-plugins/docker-buildx"

# As the tests of large programs build it, which then find it in the cache of go.
GOFLAGS=-trimpath go build -C "$root/tests/programs/cli" -o "$state/bin/crane" .
GOFLAGS=-trimpath go build -C "$root/benchmarks/registry" -o "$state/bin/registry" .
echo "$tools" >"$state/tools"
