#!/bin/bash
# Fuzzing: sh tests/fuzz.sh [readers|escape|values|all] [<count of each>|<seconds>s]; an hour of all is "all 3600s".
# Needs what tests/run.sh installs. Exits with 1 where something fails; what it failed for is in build/fuzz.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail
cd -- "$(dirname -- "$0")/.."
[ ! -e build/tests/environment ] || . build/tests/environment
PYTHONPATH=cmake/GoContainer:tests/support exec build/tests/venv/bin/python tests/fuzz "$@"
