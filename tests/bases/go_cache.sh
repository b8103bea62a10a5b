#!/bin/bash
# Compiles the standard library once for this machine, docker and podman. Tests start many builds at once, and in an
# empty cache each of them would compile it. Wants the environment of ../engines.sh, and the images of make.sh.
set -euo pipefail
[ -e "$GO_CONTAINER_TEST_STATE/given" ] || echo "Compiling the standard library"

# As add_go_container() does: other flags would be other entries.
export GOFLAGS='' CGO_ENABLED=0
compiled() { (cd / && go list -export -f '{{.Export}}' "$@"); }
{
    compiled -trimpath std
    # What each engine compiles for a program of ../engines/test_parity.py.
    GOAMD64=v2 compiled -trimpath -deps runtime
} | bash "$(dirname -- "$0")/give_compiled.sh"
