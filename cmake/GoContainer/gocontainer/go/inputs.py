"""Lists the inputs of a host build: the files that the package is built of, and the directories in which a new
file would matter.

Modules of Go's module cache never change, so they are left out: go.mod and go.sum, which count, name them. Test files
are left out, too.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

from gocontainer.go.flag_files import named_files
from gocontainer.go.list_packages import FILES, parse
from gocontainer.go.stamps import missing_stamp, stamps

if TYPE_CHECKING:
    import subprocess

    from gocontainer.common.plan import Plan


Package = dict[str, Any]
# The directories in go.mod, and in go.work.
REPLACE = r"=>\s*\"?(\.{0,2}/[^\s\"]*)"
USE = r"^\s*(?:use\s+)?\"?(\.{0,2}/?[^\s\"()]*)\"?\s*$"


def inputs_of(
    plan: Plan,
    listing: subprocess.Popen[bytes],
    environment: dict[str, str],
    list_others: Callable[[], list[subprocess.Popen[bytes]]] = list,
) -> list[str]:
    """The paths, sorted, absolute, all of which exist.

    :param listing: of :func:`list_packages.start_list`.
    :param list_others: starts the same for other platforms.
    :raises ValueError: the list can't be had, a package is not main, or a variable that a flag sets is in none of the
        packages.
    """
    packages = listed(plan, listing)
    if differ_by_platform(packages, environment):
        for other in list_others():
            packages += listed(plan, other)
    wrong = not_main(plan, packages) or missing_stamp(plan, packages, stamps(plan))
    if wrong:
        raise ValueError(wrong)
    if "link" in plan:
        from gocontainer.go.linked_sources import unused_libraries  # which few need

        tell(unused_libraries(plan, packages))
    return inputs_among(plan, packages, environment)


def tell(warning: str) -> None:
    if warning:
        print(warning, file=sys.stderr, flush=True)


def listed(plan: Plan, listing: subprocess.Popen[bytes]) -> list[Package]:
    """:raises ValueError: the list can't be had."""
    output, _ = listing.communicate()
    if listing.returncode != 0:
        raise ValueError(f"{plan['name']}: go list failed, so nobody knows when to build again")
    return list(parse(output.decode()))


def differ_by_platform(packages: list[Package], environment: dict[str, str]) -> bool:
    """Whether the programs may be made of other packages on another platform. A file that is for some platforms only may
    import more; of modules in Go's module cache that matters only where they may import what is not there."""
    cache = environment.get("GOMODCACHE", os.devnull) + os.sep
    own = [package for package in packages if not package.get("Standard")]
    local = [package for package in own if not package["Dir"].startswith(cache)]
    modules = {package.get("Module", {}).get("Path") for package in local}
    return any(package.get("IgnoredGoFiles") for package in (own if len(modules) > 1 else local))


def not_main(plan: Plan, packages: list[Package]) -> str:
    """What is to be said of the first package that should be a program and is none; nothing where all are."""
    for package in packages:
        if not package.get("DepOnly") and package.get("Name") != "main" and "call" not in plan:
            return (
                f"add_go_container({plan['name']}): PROGRAMS: {package['ImportPath']} is not a main package, so "
                "there is no program.\nGive one that begins with: package main."
            )
    return ""


def inputs_among(plan: Plan, packages: Iterable[Package], environment: dict[str, str]) -> list[str]:
    """The same, of packages that are listed already."""
    source = Path(plan["source"])
    cache = environment.get("GOMODCACHE", os.devnull) + os.sep  # without HOME there is none
    found = {str(source), *module_files(source, environment)}
    for package in packages:
        if package.get("Standard"):
            if package["ImportPath"] == "runtime":
                found.update(toolchain(Path(package["Dir"]).parent.parent))
        elif not package["Dir"].startswith(cache):
            found.update(package_files(package))
            found.update(
                module_files(Path(package.get("Module", {}).get("Dir", source)), environment)
            )
    for path in named_files(plan, environment):
        found.add(path)
        if path.endswith(".mod"):
            found.update(used_modules(Path(path), source, REPLACE))
    return sorted(path for path in found if os.path.exists(path))  # noqa: PTH110 (thousands)


def package_files(package: Package) -> Iterator[str]:
    """The files of a package, its directory, and those of what it embeds."""
    directory = package["Dir"]
    yield directory
    for field in FILES:
        for name in package.get(field) or []:
            if not name.endswith("_test.go"):
                yield os.path.join(directory, name)  # noqa: PTH118 (thousands)
    if package.get("DefaultPGOFile"):
        yield package["DefaultPGOFile"]
    yield from embed_directories(Path(directory), package.get("EmbedPatterns") or [])


def embed_directories(directory: Path, patterns: Iterable[str]) -> Iterator[str]:
    """The directories in which another file could match a pattern of go:embed."""
    for pattern in patterns:
        parts = re.sub("^all:", "", pattern).split("/")
        for number in range(1, len(parts) + 1):
            for match in directory.glob("/".join(parts[:number])):
                if match.is_dir():
                    yield str(match)
                    if number == len(parts):
                        yield from (root for root, _, _ in os.walk(match))


def module_files(directory: Path, environment: dict[str, str]) -> Iterator[str]:
    """The files that say which modules a build is of: those of a module, and of the workspace.

    A module that go.mod replaces by a directory counts by its go.mod, even where no package of it is
    built: it takes part in the choice of versions.
    """
    yield str(directory)
    for name in ("go.mod", "go.sum", "vendor/modules.txt"):
        yield str(directory / name)
    yield from used_modules(directory / "go.mod", directory, REPLACE)
    workspace = environment.get("GOWORK", "off")
    if workspace != "off":
        yield workspace
        yield workspace + ".sum"
        yield from used_modules(Path(workspace), Path(workspace).parent, USE)


def used_modules(file: Path, base: Path, regex: str) -> Iterator[str]:
    """The go.mod of each directory that the file names, relative to the base."""
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    for path in re.findall(regex, re.sub(r"//[^\n]*", "", text), re.MULTILINE):
        yield str((base / path / "go.mod").resolve())


def toolchain(root: Path) -> Iterator[str]:
    """What changes when another Go takes the place of this one."""
    yield str(root / "VERSION")
    yield str(root / "bin/go")


def staged_inputs(directory: Path) -> Iterator[str]:
    """What FILES and OVERLAY name: the files, and those in directories with all directories. The lists
    that stage.sh wrote are in the directory of the plan. Those are left out that a step of each build looks at."""
    for stage in (directory / "stage").glob("*/*.list"):
        if stage.with_suffix(".generated").exists():
            continue
        for line in os.fsdecode(stage.read_bytes()).split("\n")[:-1]:
            yield line.rstrip("/")
            for root, _, names in os.walk(line):
                yield root
                yield from (os.path.join(root, name) for name in names)  # noqa: PTH118 (thousands)
