"""Compiles the programs of one module together, where several of them are to be built.

`go build` and `go list` load all packages of a program, which costs as much for fifty programs of one module
as for one. Ninja builds each container by a process of its own. So the first of them that needs its program
compiled compiles those of all containers that Ninja was asked for and that are out of date; the others wait
for it and find theirs. What Ninja was asked for is in its command line. Where that can't be read, or a program
does not compile, each is compiled alone.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from gobuild import binary_of, environment
from inputs import Package, inputs_among, parse, start_list
from lock import locked
from program import build

# What plans of programs that are compiled together have in common, and what may differ between them. Those
# with anything else are compiled alone.
COMMON = {"schemaVersion", "engine", "platform", "source", "context", "go"}
OWN = {
    *("name", "package", "binary", "base", "builderImage", "hostBuild", "tags", "config", "files"),
    "compression",
    *("tests", "maxSize", "maxCompressedSize", "maxLayerSize", "maxGrowth"),
}


class Request(NamedTuple):
    """What Ninja was asked for: the id of its process, and the targets in its command line."""

    ninja: int
    targets: set[str]


class Program(NamedTuple):
    """A program that is compiled: its file, what it is made of, and since when that was looked at, in
    nanoseconds since 1970."""

    binary: Path
    inputs: list[str]
    since: int


class Container(NamedTuple):
    """A container of the build tree: its plan, and the directory of that."""

    plan: dict[str, Any]
    directory: Path


def program_of(
    container: Container, go: str, listed: bool, plans: Path | None, since: int
) -> Program:
    """The program of the container, compiled.

    :param listed: whether it is asked what the program is made of.
    :param plans: a file with the paths of all plans of the build tree, one a line.
    :param since: when this process began, in nanoseconds since 1970.
    :raises GoError: it does not compile.
    """
    found = None
    if plans is not None and is_plain(container.plan) and (request := request_of_ninja()):
        key = zlib.crc32(json.dumps(common(container.plan)).encode())
        with locked(plans.with_name(f"compile-{key:08x}.lock")):
            found = take(container)
            if found is None and not is_left_alone(container, request):
                others = list(stale(plans, container, request))
                if len(others) > 1:
                    compile_together(others, go, plans.parent, since, request)
                    found = take(container)
    note_of(container).unlink(missing_ok=True)
    return found or Program(*build(container.plan, go, container.directory, listed), since)


def request_of_ninja() -> Request | None:
    """Read the command line of the Ninja that started this process; None where that can't be done."""
    process = os.getppid()
    for _ in range(4):  # a shell or two are between
        try:
            command = Path(f"/proc/{process}/cmdline").read_text("utf-8").split("\0")
            status = Path(f"/proc/{process}/stat").read_text("utf-8")
        except (OSError, ValueError):
            break
        if re.match("ninja|samu", command[0].rpartition("/")[2]):
            return Request(process, {word.partition(":")[0] for word in command[1:]})
        process = int(status.rpartition(")")[2].split()[1])
    return None


def common(plan: dict[str, Any]) -> dict[str, Any]:
    return {member: plan[member] for member in sorted(COMMON & set(plan))}


def is_plain(plan: dict[str, Any]) -> bool:
    """Is the plan one of those that this file knows, and will go name the program as the directory of its
    package is named?"""
    package: str = plan["package"]
    named = package.startswith("./") and not re.search(r"(^|/)(\.{0,2}|v[0-9]+|_[^/]*)$", package)
    return named and set(plan) <= COMMON | OWN


def note_of(container: Container) -> Path:
    """The file in which a process leaves word for that of another container: what was compiled for it, or that
    it has to compile by itself."""
    return container.directory / "compiled.json"


def is_left_alone(container: Container, request: Request) -> bool:
    """Did a process of the same Ninja try already, in vain?"""
    note = note_of(container)
    return note.exists() and json.loads(note.read_text("utf-8")).get("ninja") == request.ninja


def stale(plans: Path, container: Container, request: Request) -> Iterator[Container]:
    """The container, and those of the same module and flags that Ninja was asked for and that are out of
    date; one of each name that a program can have."""
    yield container
    names = {program_name(container.plan)}
    times: dict[str, int] = {}
    for line in plans.read_text(encoding="utf-8").splitlines():
        other = Container(json.loads(Path(line).read_text("utf-8")), Path(line).parent)
        name = program_name(other.plan)
        if (
            name not in names
            and ("image" in request.targets or other.plan["name"] in request.targets)
            and is_plain(other.plan)
            and common(other.plan) == common(container.plan)
            and is_stale(other, times)
        ):
            names.add(name)
            yield other


def program_name(plan: dict[str, Any]) -> str:
    name: str = plan["package"].rpartition("/")[2]
    return name


def is_stale(container: Container, times: dict[str, int]) -> bool:
    """As Ninja finds it out: by the times of the inputs of the last build. A wrong answer costs time only.

    :param times: of the paths that were looked at before.
    """
    try:
        built = (container.directory / "built").stat().st_mtime_ns
        depfile = (container.directory / "inputs.d").read_text(encoding="utf-8")
    except OSError:
        return True
    words = depfile.rstrip("\n").split(" \\\n ")[1:]
    paths = [str(container.directory / "plan.json"), *(w.replace("\\ ", " ") for w in words)]
    return any(time_of(path, times) > built for path in paths)


def time_of(path: str, times: dict[str, int]) -> int:
    """When the path was changed, in nanoseconds since 1970; after all else where it is gone."""
    if path not in times:
        try:
            times[path] = os.stat(path).st_mtime_ns  # noqa: PTH116 (thousands)
        except OSError:
            times[path] = sys.maxsize
    return times[path]


def compile_together(
    containers: list[Container], go: str, directory: Path, since: int, request: Request
) -> None:
    """Compile the programs by one `go build`, and leave a note for each container. What go says of a program
    that does not compile is left to the build of its own container."""
    import tempfile  # which takes long to load, and one of many comes here

    plan = containers[0].plan
    packages = [container.plan["package"] for container in containers]
    variables = environment(plan, go)
    listing = start_list(plan, go, variables, packages)
    with tempfile.TemporaryDirectory(dir=directory) as out:
        flags = ["build", "-v", *plan["go"]["flags"], "-o", out + os.sep]
        build = subprocess.run(
            [go, *flags, *packages],
            cwd=plan["source"],
            env=variables,
            stderr=subprocess.PIPE,
            check=False,
        )
        output, _ = listing.communicate()
        listed = [] if listing.returncode else list(parse(output.decode()))
        if listed and build.returncode == 0:
            sys.stderr.write(build.stderr.decode(errors="replace"))
        for container in containers:
            note: dict[str, Any] = {"ninja": request.ninja}
            built = Path(out, program_name(container.plan))
            parts = parts_of(container.plan, listed)
            if parts and built.exists():
                keep(built, binary_of(container.plan, container.directory))
                note = {"since": since, "inputs": inputs_among(container.plan, parts, variables)}
            note_of(container).write_text(json.dumps(note), encoding="utf-8")


def parts_of(plan: dict[str, Any], listed: list[Package]) -> list[Package]:
    """Those of the packages that the program of the plan is made of."""
    directory = os.path.normpath(os.path.join(plan["source"], plan["package"]))  # noqa: PTH118
    mains = [package for package in listed if package["Dir"] == directory]
    names = {name for main in mains for name in (main["ImportPath"], *main.get("Deps", []))}
    return [package for package in listed if package["ImportPath"] in names]


def keep(built: Path, binary: Path) -> None:
    binary.parent.mkdir(parents=True, exist_ok=True)
    built.chmod(0o755)  # whatever the umask is
    built.replace(binary)


def take(container: Container) -> Program | None:
    """What another process compiled for the container, if none of its inputs changed since then."""
    binary = binary_of(container.plan, container.directory)
    if not note_of(container).exists() or not binary.exists():
        return None
    note = json.loads(note_of(container).read_text("utf-8"))
    if "inputs" not in note:
        return None
    times: dict[str, int] = {}
    paths = [str(container.directory / "plan.json"), *note["inputs"]]
    if any(time_of(path, times) > note["since"] for path in paths):
        return None
    return Program(binary, note["inputs"], note["since"])
