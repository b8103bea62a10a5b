"""Compares the licences in the image with the modules that the programs say they are made of."""

from __future__ import annotations

from gocontainer.checks import CheckError, Test
from gocontainer.checks.program import entry_of
from gocontainer.read.elf import read_build_info


def check_licenses(test: Test) -> str:
    """The licences of the modules are in the image. Which module has none is told."""
    top = f"/usr/share/doc/{test.plan['name']}"
    modules = modules_of(test)
    without = [module for module in modules if test.index.find(f"{top}/{module}") is None]
    if without == modules:
        raise CheckError(
            "no licence is in the image",
            declared="LICENSES ON",
            found=f"nothing in {top}",
            remedy=f"build the target {test.plan['name']} again",
        )
    said = f"{len(modules) - len(without)} of {len(modules)} modules have their licences in {top}"
    return f"{said}; without: {', '.join(without)}" if without else said


def modules_of(test: Test) -> list[str]:
    """The modules of others in the programs, and Go itself, each with its version."""
    found = set()
    for program in test.plan["programs"]:
        with test.index.open(entry_of(test, program["path"])) as file:
            info = read_build_info(file)
        found.add("go@" + info.version.split(" ")[0][2:])
        found.update(
            f"{path}@{version}" for path, version in info.dependencies if version[:1] == "v"
        )
    return sorted(found)
