#!/bin/bash
# Mutation testing of the Python that reads and checks images: it is changed in one place at a time, and the fast
# tests must notice. Needs what tests/run.sh installs, but no engine; see tests/mutation/.
#
#   sh tests/mutation.sh [-n <mutants of each part, picked by chance>] [<part>…]
#
# Prints the mutants that no test noticed, and the score of each part. Fails where one is below 0.8.
[ -n "${BASH_VERSION:-}" ] || exec bash "$0" "$@"
set -euo pipefail
root=$(cd -- "$(dirname -- "$0")/.." && pwd)
state=$root/build/tests
work=$root/build/mutation
cosmic_ray=8.7.0

sample=0
if [ "${1:-}" = -n ]; then
    sample=$2
    shift 2
fi
[ $# -gt 0 ] || set -- read index elf regexp checks reproducible structure

# part -> its modules, and the tests that have to notice. Not among those that are done by default: base and run,
# as most of their tests need an engine or a build, and see no mutant (base: 0.54).
modules_of() {
    case $1 in
    read) echo read/{source,layout,manifest,layer,tar,zstd} ;;
    index) echo read/{index,entries,squash} ;;
    elf) echo read/{elf,functions} ;;
    regexp) echo common/regexp checks/call_site ;;
    checks) echo checks/{__init__,config,files,forbidden,program,size,waste,growth,secrets} ;;
    reproducible) echo checks/reproducible ;;
    structure) echo checks/{structure,file_tests,metadata_tests,document,metadata,commands} ;;
    run) echo checks/run ;;
    base) echo run/unpack read/{tree,base} write/config ;;
    *) echo "tests/mutation.sh: there is no part $1" >&2 && return 1 ;;
    esac
}
tests_of() {
    case $1 in
    read | index) echo index open_image index_oracle ;;
    elf) echo elf growth ;;
    regexp) echo regexp structure call_site ;;
    checks) echo image_checks budgets growth secrets ;;
    reproducible | structure | run | base) echo "$1" ;;
    esac
}

venv=$state/mutation-venv
if [ "$(cat "$venv/ready" 2>/dev/null)" != $cosmic_ray ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$root/tests/requirements.txt" \
        "cosmic-ray==$cosmic_ray"
    echo $cosmic_ray >"$venv/ready"
fi
export GO_CONTAINER_TEST_STATE=$state PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$root/tests/mutation
mkdir -p "$work"
cd "$root"

# They build programs, or take long.
slow='machines and elf or cgo or stripped or many_files or large_file or interrupted or a_byte or cut_off'
mutate() {
    local modules tests
    modules=$(modules_of "$1")
    tests=$(tests_of "$1")
    echo "$1: $modules"
    "$venv/bin/python" -m pytest -p plugin -o addopts=--import-mode=importlib -o cache_dir="$work/cache" --assert=plain --timeout 0 \
        -k "not ($slow)" --sample "$sample" \
        $(printf -- '--mutate cmake/GoContainer/gocontainer/%s.py ' $modules) $(printf 'tests/*/test_%s.py ' $tests)
}

# Two at a time.
running=()
failed=0
for part; do
    if [ ${#running[@]} = 2 ]; then
        wait "${running[0]}" || failed=1
        running=("${running[@]:1}")
    fi
    mutate "$part" >"$work/$part.txt" 2>&1 &
    running+=($!)
done
for process in "${running[@]}"; do
    wait "$process" || failed=1
done
for part; do
    cat "$work/$part.txt"
done
exit $failed
