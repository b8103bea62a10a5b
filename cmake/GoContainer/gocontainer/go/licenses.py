"""Collects the licences of the modules that the programs are made of, and of Go: the files of LICENSES.

The Dockerfile does the same by a shell (dockerfile/licenses.cmake): of each package, what is in its directory, and in
those above it up to that of its module. `go mod vendor` copies these files, too.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gocontainer.go.build import Go, GoError, with_overlay
from gocontainer.go.list_packages import packages_of

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


NAMES = re.compile(
    r"((un|mit[-_])?licen[cs]e|copying|copyleft|copyright|legal|notice|patents)(?!.*\.go$)",
    re.IGNORECASE,
)
# The module with its version, its path, and of the package the import path and the directory.
FORMAT = "{{with .Module}}{{.Path}}{{with .Version}}@{{.}}{{end}}|{{.Path}}|{{$.ImportPath}}|{{$.Dir}}{{end}}"
# Where they are collected, relative to the directory of the plan.
COLLECTED = "context/licenses"


class License(NamedTuple):
    """A file, its module, and the directory in that where it is, which begins with a slash or is empty."""

    file: Path
    module: str
    below: str


def collect_licenses(plan: Plan, go: Go, directory: str) -> list[str]:
    """Copy the licences, and tell which module has none.

    :param directory: that of the plan.
    :returns: the files and directories that another build must look at; Go's module cache never changes.
    :raises GoError: go does not tell the packages.
    """
    variables = go.environment(plan)
    collected = Path(directory, COLLECTED)
    shutil.rmtree(collected, ignore_errors=not collected.exists())
    collected.mkdir(parents=True)
    cache = Path(variables.get("GOMODCACHE", os.devnull))
    inputs: set[Path] = set()
    without = []
    for module, places in sorted(places_of(with_overlay(plan, directory), go, variables).items()):
        found = [each for place, below in sorted(places) for each in in_place(place, module, below)]
        for each in found:
            copy(each, collected)
        if not found and "@" in module:
            without.append(module)
        inputs.update(place for place, _ in places if cache not in place.parents)
        inputs.update(each.file for each in found if cache not in each.file.parents)
    make_readable(collected)
    for module in without:
        says = f"add_go_container({plan['name']}): LICENSES: {module} has no licence file."
        print(says, file=sys.stderr)
    return [str(path) for path in inputs]


def places_of(plan: Plan, go: Go, variables: dict[str, str]) -> dict[str, set[tuple[Path, str]]]:
    """Of each module that the programs are made of, and of Go: the directories to look in, and where in the module
    they are.

    :raises GoError: go does not tell.
    """
    found: dict[str, set[tuple[Path, str]]] = {}
    words = ["list", "-deps", *plan["go"]["flags"], "-f", FORMAT, *packages_of(plan)]
    for line in output_of(plan, go, variables, words):
        module, path, package, name = line.split("|", 3)
        place, below = Path(name), package[len(path) :]
        places = found.setdefault(module, set())
        while (place, below) not in places:
            places.add((place, below))
            if below:
                place, below = place.parent, below.rpartition("/")[0]
    version, root = output_of(plan, go, variables, ["env", "GOVERSION", "GOROOT"])
    found["go@" + version.split(" ")[0][2:]] = {(Path(root), "")}
    return found


def output_of(plan: Plan, go: Go, variables: dict[str, str], words: list[str]) -> list[str]:
    process = go.start(words, variables, stdout=subprocess.PIPE)
    output, _ = process.communicate()
    if process.returncode != 0:
        raise GoError(f"{plan['name']}: {go.command} {words[0]} failed, see above")
    return os.fsdecode(output).splitlines()


def in_place(place: Path, module: str, below: str) -> Iterator[License]:
    if not place.is_dir():
        return  # OVERLAY alone has it
    for file in sorted(place.iterdir()):
        if NAMES.match(file.name) and file.is_file() and not file.is_symlink():
            yield License(file, module, below)


def copy(found: License, collected: Path) -> None:
    place = Path(f"{collected}/{found.module}{found.below}")
    place.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(found.file, place / found.file.name)


def make_readable(collected: Path) -> None:
    """Whatever the umask is."""
    for root, _, names in os.walk(collected):
        Path(root).chmod(0o755)
        for name in names:
            Path(root, name).chmod(0o644)
