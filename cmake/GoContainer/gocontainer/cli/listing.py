"""The command that lists the containers of a build tree."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

from gocontainer.report.listing import containers_of, text_of

# Written when CMake generates, in the build tree; a multi-config generator has one for each configuration.
STATE = "CMakeFiles/GoContainer"
PLANS = "containers.txt"


def command_list(arguments: SimpleNamespace) -> int:
    commands = dict(pair.split("=", 1) for pair in arguments.engines or [])
    found = containers_of(plans_in(Path(arguments.build)), commands)
    if arguments.json:
        print(json.dumps(found, indent=2))
    else:
        print(text_of(found), end="")
    return 0


def plans_in(place: Path) -> list[Path]:
    """The plans of a build tree, or of a file that lists them, in the order of the calls.

    :raises ValueError: CMake declared no container there.
    """
    files = [place]
    if not place.is_file():
        state = place / STATE
        files = [
            file for file in (state / PLANS, *sorted(state.glob(f"*/{PLANS}"))) if file.exists()
        ]
    if not files:
        raise ValueError(
            f"{place} has no containers. Give the build directory of a project that CMake configured: "
            "gocontainer list build"
        )
    return [Path(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
