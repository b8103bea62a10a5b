#!/bin/bash
# Measures GoContainer against its peers, in one run, and writes a table, its numbers and a plot.
#
#   sh benchmarks/run.sh [--quick] [--repeat <n>] [--output <directory>] [<filter>…]
#
# A filter is names of workloads, scenarios and peers, such as small/line/ko/builtin; those of one kind are
# alternatives, and --help lists them. Uses the engines of tests/engines.sh: those whose environment it is
# called with, else it starts them, as root, and ends them afterwards. All that it makes is in build/benchmarks.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
state=$root/build/benchmarks
mkdir -p "$state"

if [ -z "${GO_CONTAINER_TEST_STATE:-}" ]; then
    PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH
fi
. "$root/examples/need.sh"
need_packages ninja=ninja-build /etc/ssl/certs/ca-certificates.crt=ca-certificates
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    need_packages strace=strace valgrind=valgrind # without them, nothing is counted
fi
need_cmake
need_python
need_go

requirements=$(cat "$root/benchmarks/requirements.txt" && python3 --version && echo "$state")
if [ "$(cat "$state/venv/requirements" 2>/dev/null)" != "$requirements" ]; then
    echo "Installing what draws the plot, and a peer"
    rm -rf "$state/venv"
    python3 -m venv "$state/venv"
    "$state/venv/bin/pip" install --quiet --disable-pip-version-check -r "$root/benchmarks/requirements.txt"
    echo "$requirements" >"$state/venv/requirements"
fi

# The engines are needed neither for the help, nor where they run already; without root, their peers are left out.
case " $* " in
    *" --help "* | *" -h "*) ;;
    *)
        if [ -z "${GO_CONTAINER_TEST_STATE:-}" ] && [ "$(id -u)" = 0 ]; then
            . "$root/benchmarks/engines.sh"
        fi
        ;;
esac
"$state/venv/bin/python" -B "$root/benchmarks" --state "$state" "$@" 9>&-
