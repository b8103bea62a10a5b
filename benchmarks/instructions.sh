#!/bin/bash
# What a container costs a configure run, in instructions, which a busy machine does not change: callgrind counts those
# of a run with a number of containers, and of a run with one. Nine options each, the engine builtin, Ninja.
#
#   bash benchmarks/instructions.sh [containers, default 101] [directory of GoContainer.cmake]
set -euo pipefail
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
number=${1:-101} module=${2:-$root/cmake}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/source"
printf 'module example.com/api\n\ngo 1.24\n' >"$work/source/go.mod"
printf 'package main\n\nfunc main() {}\n' >"$work/source/main.go"
cat >"$work/source/CMakeLists.txt" <<CMAKE
cmake_minimum_required(VERSION 3.25)
project(many LANGUAGES NONE)
enable_testing()
list(APPEND CMAKE_MODULE_PATH "$module")
include(GoContainer)
foreach(number RANGE 1 \${CONTAINERS})
  add_go_container(api\${number}
    SOURCE_DIR . PACKAGE . BASE scratch TAGS example.com/api\${number}:1.4
    CMD /usr/local/bin/api\${number} --help ENV LOG=info EXPOSE 8080
    LABELS org.opencontainers.image.licenses=MIT MAX_SIZE 15MB)
endforeach()
CMAKE

count() { # <containers>: the instructions of a configure run in a fresh build tree
    valgrind --tool=callgrind --callgrind-out-file="$work/callgrind.$1" cmake -S "$work/source" -B "$work/build.$1" \
        -G Ninja -D GO_CONTAINER_ENGINE=builtin -D "CONTAINERS=$1" 2>&1 >/dev/null |
        sed -n 's/.*Collected : \([0-9]*\)$/\1/p' | sort -n | tail -n 1 # forks before an exec tell theirs, too
}

one=$(count 1)
many=$(count "$number")
echo "$(((many - one) / (number - 1))) instructions a container"
