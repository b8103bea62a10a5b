#!/bin/bash
# Signs images with cosign and notation by SIGN_COMMAND, and has them and oras look at what a push left. The first time, it
# builds these tools into build/tests/bin, which takes some minutes: so it is no part of the test run.
#
#   sh tests/signing.sh [arguments of pytest…]
#
# Needs what `sh tests/run.sh` has installed. It starts a registry of its own.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
state=$root/build/tests

PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
. "$root/examples/need.sh"
need_packages docker-registry=docker-registry jq=jq
need_go

# tool <name> <module> <version> <package>
tool() {
    go version -m "$state/bin/$1" 2>/dev/null | grep -q "$2[[:space:]]*$3" && return
    echo "Building $1 $3"
    local module
    module=$(mktemp -d)
    # Not go install: it asks the proxy for all versions, which not each proxy tells.
    printf 'module tools\n\ngo 1.24\n\nrequire %s %s\n' "$2" "$3" >"$module/go.mod"
    (cd "$module" && CGO_ENABLED=0 GOFLAGS=-mod=mod go build -ldflags "-s -w" -o "$state/bin/$1" "$4") >"$module/log" 2>&1 || {
        cat "$module/log" >&2
        return 1
    }
    rm -rf "$module"
}

tool cosign github.com/sigstore/cosign/v3 v3.1.3 github.com/sigstore/cosign/v3/cmd/cosign
tool notation github.com/notaryproject/notation v1.3.2 github.com/notaryproject/notation/cmd/notation
tool oras oras.land/oras v1.3.6 oras.land/oras/cmd/oras

export GO_CONTAINER_TEST_LIGHT=1 GO_CONTAINER_TEST_STATE=$state GO_CONTAINER_TEST_REGISTRY=127.0.0.1:1
exec "$state/venv/bin/python" -m pytest --rootdir "$root" -c "$root/pyproject.toml" "$root/tests/whole/signing.py" "$@"
