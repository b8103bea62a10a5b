"""The linters and formatters."""

import os
import sys
from pathlib import Path

import pytest
from harness import GOCONTAINER, REPOSITORY, run

BIN = Path(sys.executable).parent
TOPS = ["cmake", "examples", "tests", "benchmarks", "docs"]
PYTHON = [top for top in TOPS if (REPOSITORY / top).is_dir()]
CMAKE = [
    path
    for top in ["CMakeLists.txt", "cmake", "examples", "tests", "benchmarks"]
    for path in [REPOSITORY / top, *(REPOSITORY / top).rglob("*")]
    if path.name == "CMakeLists.txt" or path.suffix == ".cmake"
]


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", *PYTHON],
        ["ruff", "format", "--check", "--diff", *PYTHON],
        ["mypy"],
        ["gersemi", "--check", "--diff", "--no-cache", *CMAKE],
    ],
    ids=["ruff-check", "ruff-format", "mypy", "gersemi"],
)
def test_lint(command):
    run([BIN / command[0], *command[1:]], cwd=REPOSITORY)


def test_folders_import_only_from_those_below():
    linter = BIN / "lint-imports"
    if not linter.exists():
        pytest.skip("import-linter needs Python 3.10")
    environment = {**os.environ, "PYTHONPATH": str(GOCONTAINER.parent)}
    run([linter, "pyproject.toml", "--no-cache", "--verbose"], cwd=REPOSITORY, env=environment)


def test_all_scripts_are_scripts_of_a_shell():
    for script in [path for top in TOPS for path in (REPOSITORY / top).rglob("*.sh")]:
        run(["bash", "-n", script])
