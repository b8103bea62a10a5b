"""The packages that a program is made of, as `go list` gives them."""

from __future__ import annotations

import json
import subprocess

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from collections.abc import Iterable, Iterator
    from typing import Any

    from gocontainer.common.plan import Plan


# Files of a package, relative to its directory. The ignored ones count as well: an edit of a build
# constraint makes them part of the package.
FILES = [
    *("GoFiles", "CgoFiles", "CFiles", "CXXFiles", "MFiles", "HFiles", "FFiles", "SFiles"),
    *(
        "SwigFiles",
        "SwigCXXFiles",
        "SysoFiles",
        "EmbedFiles",
        "IgnoredGoFiles",
        "IgnoredOtherFiles",
    ),
]
FIELDS = [
    *(
        "Dir",
        "ImportPath",
        "Name",
        "DepOnly",
        "Deps",
        "Standard",
        "Module",
        "EmbedPatterns",
        "DefaultPGOFile",
    ),
    *FILES,
]


def packages_of(plan: Plan) -> list[str]:
    """The packages of the programs, each once."""
    return list(dict.fromkeys(program["package"] for program in plan["programs"]))


def start_list(
    plan: Plan, go: str, environment: dict[str, str], packages: Iterable[str] = ()
) -> subprocess.Popen[bytes]:
    """Start to list the packages that those ones are made of, by default the plan's; it takes a while, so
    it runs beside the build."""
    command = [go, "list", "-deps", f"-json={','.join(FIELDS)}", *plan["go"]["flags"]]
    return subprocess.Popen(
        [*command, *(packages or packages_of(plan))],
        cwd=plan["source"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # go build says the same
    )


def parse(output: str) -> Iterator[dict[str, Any]]:
    """The packages of `go list -json`, which writes one JSON object behind the other."""
    decoder = json.JSONDecoder()
    place = 0
    while place < len(output):
        package, place = decoder.raw_decode(output, place)
        yield package
        while place < len(output) and output[place].isspace():
            place += 1
