"""The linters and formatters."""

import os
import re
import sys
from pathlib import Path

import pytest
import yaml
from harness import GOCONTAINER, REPOSITORY, run

BIN = Path(sys.executable).parent
TOPS = ["cmake", "examples", "tests", "benchmarks", "docs", "packaging"]
PYTHON = [top for top in TOPS if (REPOSITORY / top).is_dir()]
CMAKE = [
    path
    for top in ["CMakeLists.txt", "cmake", "examples", "tests", "benchmarks", "packaging"]
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


def test_pre_commit_runs_the_same_linters():
    text = (REPOSITORY / ".pre-commit-config.yaml").read_text()
    hooks = [hook for repo in yaml.safe_load(text)["repos"] for hook in repo["hooks"]]
    assert [hook["id"] for hook in hooks] == [
        *("ruff-check", "ruff-format", "mypy", "gersemi", "lint-imports", "bash"),
    ]  # fmt: skip
    pinned = re.findall(r"[\w-]+==[\d.]+", (REPOSITORY / "tests/requirements.txt").read_text())
    assert {name for hook in hooks for name in hook.get("additional_dependencies", [])} <= {*pinned}
