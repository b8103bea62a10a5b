#!/bin/bash
# Mutation testing of the Python that reads and checks images: it is changed in one place at a time, and the fast
# tests must notice. Works on a copy below build/mutation; needs what tests/run.sh installs.
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
[ $# -gt 0 ] || set -- read index elf checks

# part -> its modules, and the tests that have to notice
modules_of() {
    case $1 in
    read) echo source layout tar zstd ;;
    index) echo index ;;
    elf) echo elf ;;
    checks) echo declared checks/config checks/files checks/forbidden checks/program checks/size ;;
    esac
}
tests_of() {
    case $1 in
    read | index) echo "tests/test_index.py tests/test_layout.py -k 'not (docker or everywhere or blob_with or attest or two_images or many_files or large_file or interrupted or a_byte)'" ;;
    elf) echo "tests/test_elf.py -k 'not (machines or cgo or stripped or in_c or static or of_go)'" ;;
    checks) echo "tests/test_image_checks.py tests/test_declared.py" ;;
    esac
}

venv=$state/mutation-venv
if [ "$(cat "$venv/ready" 2>/dev/null)" != $cosmic_ray ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$root/tests/requirements.txt" \
        "cosmic-ray==$cosmic_ray"
    echo $cosmic_ray >"$venv/ready"
fi
export GO_CONTAINER_TEST_STATE=$state PYTHONDONTWRITEBYTECODE=1 PATH=$venv/bin:$PATH
# A mutant without its bounds shall not take the machine down.
ulimit -v 8000000

# Leaves so many mutants in the session, or all; and none of those that are filtered out, which would count as noticed.
pick() {
    python - "$sample" <<END
import random, sqlite3, sys
session = sqlite3.connect("session.sqlite")
left_out = {job for (job,) in session.execute("SELECT job_id FROM work_results")}
rows = session.execute("SELECT module_path, start_pos_row, start_pos_col, operator_name, occurrence, job_id FROM mutation_specs")
jobs = [row[-1] for row in sorted(rows) if row[-1] not in left_out]
random.Random(1).shuffle(jobs)
kept = set(jobs[: int(sys.argv[1]) or None])
for table in ("mutation_specs", "work_results", "work_items"):
    for (job,) in session.execute(f"SELECT job_id FROM {table}").fetchall():
        if job not in kept:
            session.execute(f"DELETE FROM {table} WHERE job_id = ?", (job,))
session.commit()
END
}

failed=0
for part; do
    rm -rf "$work/$part"
    mkdir -p "$work/$part"
    cp -r "$root/cmake" "$root/tests" "$root/pyproject.toml" "$work/$part"
    cd "$work/$part"
    python - "$part" $(modules_of "$part") <<END
import sys
part, *modules = sys.argv[1:]
files = [f"cmake/GoContainer/image/{module}.py" for module in modules]
command = r"""python -m pytest -q -x -n 0 $(tests_of "$part")"""
open("mutation.toml", "w").write(f"""
[cosmic-ray]
module-path = {files}
timeout = 60.0
excluded-modules = []
test-command = "{command}"
distributor.name = "local"
[cosmic-ray.filters.operators-filter]
# Annotations such as "str | None" are no code.
exclude-operators = ["core/ReplaceBinaryOperator_BitOr_.*"]
""")
END
    cosmic-ray baseline mutation.toml
    cosmic-ray init mutation.toml session.sqlite
    cr-filter-operators session.sqlite mutation.toml
    pick
    cosmic-ray exec mutation.toml session.sqlite
    cr-report --surviving-only --show-diff session.sqlite
    echo "$part: the part of the mutants that survived, in percent: $(cr-rate session.sqlite)"
    cr-rate --fail-over 20 session.sqlite >/dev/null || failed=1
done
exit $failed
