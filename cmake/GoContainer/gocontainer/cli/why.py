"""The command that tells why containers were built."""

from __future__ import annotations

import json
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from gocontainer.cli.listing import plans_in
from gocontainer.common.plan import Plan
from gocontainer.common.printable import safe
from gocontainer.common.trace import read, tree_of
from gocontainer.go.reason import NEVER, changed_inputs, reason

BUILD = "build"
IN_CACHE = "CMAKE_HOME_DIRECTORY:INTERNAL="


def command_why(arguments: SimpleNamespace) -> int:
    """:raises ValueError: CMake declared no container there."""
    place = Path(arguments.build)
    plan = place / "plan.json"
    files = [plan.absolute()] if plan.exists() else plans_in(place)
    top = tree_of(str(files[0].parent)) if files else None
    steps = read(top) if top else []
    shown = source_of(Path(top)) if top else ""
    for file in files:
        print(safe(told(json.loads(file.read_bytes()), str(file.parent), steps).replace(shown, "")))
    return 0


def source_of(top: Path) -> str:
    """The source directory of a build tree, with a slash after it."""
    lines = (top / "CMakeCache.txt").read_text(encoding="utf-8").splitlines()
    found = [line.partition("=")[2] for line in lines if line.startswith(IN_CACHE)]
    return f"{found[0].rstrip('/')}/"


def told(plan: Plan, directory: str, steps: list[dict[str, Any]]) -> str:
    """What is to be said of a container."""
    name = plan["name"]
    own = [
        each
        for each in steps
        if each["args"]["container"] == name
        and each["args"].get("directory", directory) == directory
    ]
    builds = [number for number, each in enumerate(own) if each["name"] == BUILD]
    if next(changed_inputs(plan, directory, None), None):
        why = reason(plan, directory)
        return f"{name}: not built yet" if why == NEVER else f"{name}: to be built, because {why}"
    if not builds:
        return f"{name}: built, but the trace does not tell why"
    last = own[builds[-1]]
    at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(last["ts"] / 1e6))
    said = f"{name}: built at {at}, because {last['args']['why']}"
    if not last["dur"]:
        return said
    # The steps of a build stand before it, those of a push behind it.
    parts = own[builds[-2] + 1 if len(builds) > 1 else 0 : builds[-1]]
    of_build = [each for each in parts if each["ts"] >= last["ts"]]
    listed = ", ".join(f"{each['name']} {each['dur'] / 1e6:.1f} s" for each in of_build)
    return f"{said}; {last['dur'] / 1e6:.1f} s" + (f", of which {listed}" if listed else "")
