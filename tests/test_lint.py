"""The linters and formatters."""

import os
import sys
from pathlib import Path

import pytest
from harness import REPOSITORY, run

BIN = Path(sys.executable).parent
PYTHON = ["cmake", "examples", "tests", *filter(os.path.isdir, ["benchmarks", "docs"])]
CMAKE = [
    path
    for top in ["CMakeLists.txt", "cmake", "examples", "tests"]
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
