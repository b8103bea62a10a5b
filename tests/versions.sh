#!/bin/bash
# Builds and tests tests/versions with each combination of CMake 3.25, 3.31, 4.0 and the newest, the oldest and the newest
# Python, Go 1.21 and the two newest, and Ninja, Ninja Multi-Config and Unix Makefiles; and configures the examples with
# each CMake. Fails if one of them fails, or if CMake warns.
#
#   sh tests/versions.sh [<word>…]    only the combinations that have all the words, such as: 4.0 Makefiles
#
# CMake comes from PyPI and Go from its module proxy, into build/versions. Python has to be here, as python3.<n> on PATH.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
state=$root/build/versions
examples='hello web service cpp-and-go monorepo from-dockerfile'

# cmake_of <version>: the directory of its commands
cmake_of() {
    local directory=$state/cmake-$1 wanted=cmake
    [ "$1" = newest ] || wanted="cmake==$1.*"
    [ -x "$directory/cmake/data/bin/cmake" ] ||
        python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target "$directory" "$wanted" >&2
    echo "$directory/cmake/data/bin"
}

# The oldest Python 3.9 or newer that is here, and the newest.
pythons() {
    local minor
    for minor in $(seq 9 30); do
        if "python3.$minor" -c '' 2>/dev/null; then echo "python3.$minor"; fi
    done | sed -n '1p;$p' | uniq
}

# The last Go 1.21, and the last releases of the two newest series.
go_versions() {
    local all minors
    all=$(cd / && go list -m -versions go | tr ' ' '\n' | grep -E '^1\.[0-9]+\.[0-9]+$' | sort -V)
    minors=$(echo "$all" | cut -d . -f 2 | uniq | tail -n 2)
    for minor in 21 $minors; do
        echo "$all" | grep "^1\.$minor\." | tail -n 1
    done
}

# try <log> <command…>: its output goes to the log; fails if it does, or if CMake warns.
try() {
    local log=$1
    shift
    "$@" >>"$log" 2>&1 && ! grep -qE 'CMake (Deprecation )?Warning' "$log"
}

# one <name> <directory of cmake> <python> <directory of go> <generator> <source>
one() {
    local name=$1 cmake=$2 python=$3 go=$4 generator=$5 source=$6
    local tree=$state/trees/${name//[ ,\/]/-} targets=() result=FAILED
    rm -rf "$tree"
    mkdir -p "$tree"
    [ "$source" != tests/versions ] || targets=(small)
    PATH=$go:$cmake:$PATH
    export GOTOOLCHAIN=local
    if try "$tree.log" cmake -S "$root/$source" -B "$tree" -G "$generator" -Werror=dev --warn-uninitialized \
        -D GO_CONTAINER_ENGINE=builtin -D "Python3_EXECUTABLE=$python" -D "CMAKE_CONFIGURATION_TYPES=Debug;Release" &&
        { [ ${#targets[@]} = 0 ] || {
            try "$tree.log" cmake --build "$tree" --target "${targets[@]}" &&
                try "$tree.log" ctest --test-dir "$tree" -C Debug -R '^small[.]' --no-tests=error --output-on-failure
        }; }; then
        result=ok
        rm -rf "$tree" "$tree.log"
    fi
    echo "$result  $name"
    [ $result = ok ] || { tail -n 30 "$tree.log" && return 1; }
}

# Prints the arguments of one() for each combination, each with a NUL after it.
combinations() {
    local version cmake python go goroot generator example all_pythons all_go
    all_pythons=$(pythons)
    all_go=$(for go in $(go_versions); do (cd / && GOTOOLCHAIN=go$go go env GOROOT) && echo "$go"; done | paste - -)
    for version in 3.25 3.31 4.0 newest; do
        cmake=$(cmake_of $version)
        for python in $all_pythons; do
            while read -r goroot go; do
                for generator in Ninja 'Ninja Multi-Config' 'Unix Makefiles'; do
                    printf '%s\0' "CMake $version, $python, Go $go, $generator" "$cmake" "$(command -v "$python")" \
                        "$goroot/bin" "$generator" tests/versions
                done
            done <<<"$all_go"
        done
        for example in $examples; do
            printf '%s\0' "CMake $version, examples/$example" "$cmake" "$(command -v python3)" "$(dirname "$(command -v go)")" \
                Ninja "examples/$example"
        done
    done
}

if [ "${1:-}" = --one ]; then
    shift
    one "$@"
    exit
fi
mkdir -p "$state/trees"
combinations >"$state/combinations"
chosen=()
while IFS= read -r -d '' name && IFS= read -r -d '' cmake && IFS= read -r -d '' python && IFS= read -r -d '' go &&
    IFS= read -r -d '' generator && IFS= read -r -d '' source; do
    for word; do
        [[ $name == *"$word"* ]] || continue 2
    done
    chosen+=("$name" "$cmake" "$python" "$go" "$generator" "$source")
done <"$state/combinations"
[ ${#chosen[@]} -gt 0 ] || { echo "tests/versions.sh: no combination has these words" >&2 && exit 1; }
printf '%s\0' "${chosen[@]}" | xargs -0 -n 6 -P "$(nproc)" bash "$0" --one
