#!/bin/bash
# Builds Caddy, etcd, Hugo and SQLite by cgo, and has the tools of the formats look at their SBOMs. Fails at an error of
# theirs, and below 95 % of modules with a known licence. Takes minutes: CI has Caddy alone (whole/test_real_programs.py).
#
#   sh tests/sbom.sh [<program>…]    such as: caddy hugo
#
# Needs what `sh tests/run.sh` has installed into build/tests.
#
#   SPDX3=<directory> sh tests/sbom.sh   also has spdx3-validate look: sbom/large/spdx3_model.py names the files that the
#                                        directory must have
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
build=$root/build/sbom
[ $# != 0 ] || set -- caddy etcd hugo sqlite

mkdir -p "$build/caddy"
cp "$root/tests/programs/web/main.go" "$build/caddy"
for name in go.mod go.sum; do
    # Without what only the benchmark changes.
    sed '/example\.com\/dependency/d' "$root/benchmarks/workloads/large/$name" >"$build/caddy/$name"
done
cmake -S "$root/tests/sbom/large" -B "$build/tree" -G Ninja -D CMAKE_MODULE_PATH="$root/cmake" -D CADDY="$build/caddy" \
    >"$build/log"
cmake --build "$build/tree" --target "${@/%/-sbom}" >"$build/log" || {
    cat "$build/log" >&2
    exit 1
}
paths=$root/tests/support
if [ -n "${SPDX3:-}" ]; then
    paths=$paths:$build/spdx3-validate
    [ -d "$build/spdx3-validate" ] || "$root/build/tests/venv/bin/pip" install --quiet --disable-pip-version-check \
        --target "$build/spdx3-validate" spdx3-validate==0.0.7
fi
PYTHONPATH=$paths "$root/build/tests/venv/bin/python" "$root/tests/sbom/large/check.py" "$build/tree" "$@"
