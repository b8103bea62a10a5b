"""The plan is values of CMake, which only the files in plan/ set, from arguments that only these and call/ read."""

import re

import pytest
from harness import REPOSITORY

ROOMS = REPOSITORY / "cmake/GoContainer"


def code(file):
    return re.sub(r"(?m)^\s*#.*", "", file.read_text())


FILES = {str(file.relative_to(ROOMS)): code(file) for file in sorted(ROOMS.rglob("*.cmake"))}
FILES["../GoContainer.cmake"] = code(REPOSITORY / "cmake/GoContainer.cmake")
# What must not stand in a file, and the folders and files where it may.
FORBIDDEN = {
    "an argument of add_go_container() or add_go_library()": (r"\barg_", ("plan/", "call/")),
    "a function with the prefix of public arguments": (
        r"cmake_parse_arguments\(\s*(PARSE_ARGV \d+ )?arg\b",
        (),
    ),
    "a search in the text of a plan": (r"\b(plan|json) MATCHES", ("base/json.cmake",)),
    "a parser for the text of a plan": (r'string\(\s*JSON[^)]*"\$\{(plan|json)\}"', ("scripts/",)),
    "a fragment of JSON": (r'\\": ?(\S|$)', ("plan/json", "base/json.cmake")),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_the_plan_is_values(what):
    regex, allowed = FORBIDDEN[what]
    found = [
        f"{name}: {line.strip()}"
        for name, text in FILES.items()
        if not name.startswith(allowed)
        for line in text.splitlines()
        if re.search(regex, line)
    ]
    assert len(FILES) > 40
    assert found == []


def test_a_plan_begins_without_any_of_its_values():
    plan = FILES["plan/members.cmake"]
    members = re.search(r"set\(\s*_go_container_members([^)]*)", plan)[1]
    cleared = re.findall(r"[a-z_]+", members)
    text = "\n".join(text for name, text in FILES.items() if name.startswith("plan/"))
    given = set(
        re.findall(
            r"\b(?:set|APPEND|PREPEND|PROPAGATE|get_property)[( ]\s*plan_([a-z_]*[a-z])\b(?!\$)",
            text,
        )
    )
    assert {"base", "labels", "secret_ids"} <= given
    assert given - set(cleared) == set()
