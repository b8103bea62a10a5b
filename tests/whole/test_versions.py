"""The newest CMake, which comes from PyPI, says nothing about GoContainer. tests/versions.sh does all versions."""

import re
import sys
from pathlib import Path

import pytest
from harness import REPOSITORY, run

NEWEST = Path(sys.executable).with_name("cmake")
PROJECTS = {
    "options": "tests/versions",
    **{
        name: f"examples/{name}"
        for name in ("hello", "web", "service", "cpp-and-go", "monorepo", "from-dockerfile")
    },
}


def test_cmake_is_newer_than_that_of_the_system():
    system, newest = (
        tuple(map(int, run([cmake, "--version"]).stdout.split()[2].split(".")[:2]))
        for cmake in ("cmake", NEWEST)
    )
    assert newest > system


@pytest.mark.parametrize("name", PROJECTS)
def test_configuring_is_quiet(project, name):
    """CMake looks for uninitialized variables in files of the project only, such as a copy of cmake/; so in all files."""
    words = [NEWEST, "-S", REPOSITORY / PROJECTS[name], "-B", project.binary, "-G", "Ninja"]
    checks = ["-Werror=author", "-Wuninitialized", "--check-system-vars"]
    said = run([*words, *checks, "-D", "GO_CONTAINER_ENGINE=builtin"]).stderr
    told = [line for line in said.splitlines() if line.startswith("CMake ")]
    theirs = re.compile(
        r"CMake Warning \(uninitialized\) at .*/(share/cmake-[\d.]+/Modules|GTest)/"
    )
    assert any(theirs.match(line) for line in told)
    assert [line for line in told if not theirs.match(line)] == []


@pytest.mark.parametrize("cmake", ["cmake", NEWEST], ids=["system", "newest"])
def test_presets(cmake):
    said = run([cmake, "--list-presets=all"], cwd=REPOSITORY).stdout
    workflows = said[said.index("workflow presets:") :]
    assert re.findall(r'^ +"(\w+)"', workflows, re.M) == ["quickstart", "tests", "docs"]


def test_every_option_is_among_them():
    text = (REPOSITORY / "tests/versions/CMakeLists.txt").read_text()
    tables = ("plan/plan", "test/assertions", "test/service", "plan/library", "plan/go_test")
    for table in tables:
        code = (REPOSITORY / f"cmake/GoContainer/{table}.cmake").read_text()
        keywords = re.search(r"_go_container_keywords\(([^)]*)", code)[1]
        options = set(re.findall(r"\b([A-Z0-9_]+):(?:flag|one|many|list|first)\b", keywords))
        assert options
        assert {option for option in options if not re.search(rf"\b{option}\b", text)} == set()
