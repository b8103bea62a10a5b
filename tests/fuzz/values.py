"""Calls of CMake with odd values, many containers in one project: each value arrives in plan.json byte for byte, or the
configure stops and names the call."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from harness import Project
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

EACH = 25
# What shells, CMake, Dockerfiles, JSON, Ninja and make treat specially, and some letters.
SPECIAL = " \"'`;$\\#[]{}()<>%@*?!&|~^=,:ab0-ä→" + "\t"
TEXT = st.one_of(
    st.text(SPECIAL, max_size=24),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    st.sampled_from(
        ["${x}", "$<CONFIG>", "$ENV{HOME}", "@VAR@", "\\;", "\\", "\\\\", '\\"', "]]", "]=]"]
    ),
)
# A word of a command may hold line breaks, too.
WORD = st.one_of(TEXT, st.text(SPECIAL + "\n\r", max_size=16))
PATH = st.text(SPECIAL.replace("\t", ""), min_size=1, max_size=16).map(
    lambda t: "/v/x" + t.replace("/", "") + "x"
)
KEYWORDS = {"CMD", "ENV", "LABELS", "ENTRYPOINT", "WORKDIR", "VOLUMES", "FILES"}


def words(strategy):
    return st.lists(strategy.filter(lambda t: t not in KEYWORDS), max_size=8)


DECLARATION = st.fixed_dictionaries(
    {
        "entrypoint": words(WORD),
        "cmd": words(WORD),
        "env": words(TEXT),
        "labels": words(TEXT),
        "workdir": PATH,
        "volumes": st.lists(PATH, max_size=3, unique=True),
        "destination": PATH,
    }
)


def argument(text):
    """The text as a bracket argument of CMake, which holds every character as it is."""
    equals = "=" * next(n for n in range(1, 9) if f"]{'=' * n}]" not in text + "]")
    return f"[{equals}[\n{text}]{equals}]"


def call(values):
    def many(keyword, texts):
        return " ".join([keyword, *map(argument, texts)]) if texts else ""

    return "\n".join(
        [
            "add_go_container(values BASE scratch",
            " ".join(["ENTRYPOINT", *map(argument, values["entrypoint"])]),
            " ".join(["CMD", *map(argument, values["cmd"])]),
            many("ENV", [f"E{i}={text}" for i, text in enumerate(values["env"])]),
            many("LABELS", [f"l{i}={text}" for i, text in enumerate(values["labels"])]),
            many("WORKDIR", [values["workdir"]]),
            many("VOLUMES", values["volumes"]),
            many("FILES CMakeLists.txt DESTINATION", [values["destination"]]),
            ")",
        ]
    )


def fuzz(count: int, until: float) -> dict[str, int]:
    """Returns how many calls were made."""
    made = 0
    while made < count and (made == 0 or time.time() < until):
        test = settings(
            max_examples=1,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(seed(time.time_ns())(given(st.lists(DECLARATION, min_size=EACH, max_size=EACH))(arrive)))
        test()
        made += EACH
    return {"calls": made}


def arrive(declared: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory(prefix="fuzz-") as directory:
        project = Project(Path(directory))
        project.go_module(".")
        project.write("CMakeLists.txt", "")
        project.cmakelists("")
        with (project.source / "CMakeLists.txt").open("a", newline="") as lists:
            for number, values in enumerate(declared):
                named = call(values).replace("(values ", f"(values{number} ", 1)
                lists.write(named + "\n")
        project.configure(engine="builtin")
        for number, values in enumerate(declared):
            file = project.binary / f"values{number}.container/plan.json"
            config = json.loads(file.read_text(encoding="utf-8"))["config"]
            assert (config.get("Entrypoint") or []) == values["entrypoint"]
            assert (config.get("Cmd") or []) == values["cmd"]
            assert config.get("Env", []) == [f"E{i}={t}" for i, t in enumerate(values["env"])]
            for i, text in enumerate(values["labels"]):
                assert config["Labels"][f"l{i}"] == text
            assert config["WorkingDir"] == values["workdir"]
            assert set(config.get("Volumes") or {}) == set(values["volumes"])
