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
from test_values import DECLARATION, call

EACH = 25


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
