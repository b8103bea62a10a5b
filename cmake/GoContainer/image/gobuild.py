"""Runs the machine's go command as a plan says, for the engine builtin."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any


class GoFailed(Exception):
    """The go command failed; its own words are on the terminal already."""


def build(plan: dict[str, Any], go: str, directory: Path) -> Path:
    """Compile the program of the plan into ``directory``; returns the binary.

    ``-v`` names each package as it is compiled, and says nothing where all is up to date.

    :raises GoFailed: it does not compile.
    """
    binary = directory / Path(plan["binary"]).name
    flags = ["build", "-v", *plan["go"]["flags"], "-o", str(binary)]
    run_go(plan, [go, *flags, plan["package"]])
    return binary


def download_modules(plan: dict[str, Any], go: str) -> None:
    """Fill Go's module cache with what go.mod names.

    :raises GoFailed: a module can't be had.
    """
    run_go(plan, [go, "mod", "download"])


def run_go(plan: dict[str, Any], command: list[str]) -> None:
    try:
        done = subprocess.run(command, cwd=plan["source"], env=environment(plan), check=False)
    except OSError as error:
        raise GoFailed(f"{command[0]} does not start in {plan['source']}: {error}") from error
    if done.returncode != 0:
        raise GoFailed(f"{plan['name']}: {' '.join(command[:3])} failed, see above")


def environment(plan: dict[str, Any]) -> dict[str, str]:
    """The caller's environment, with what the plan says of the target.

    GOFLAGS of somebody's shell would change the binary, so it is dropped; where modules and caches
    come from (GOPROXY, GOMODCACHE and the like) stays as this machine has it.
    """
    variables = {**os.environ, "GOFLAGS": "", "GOARCH": plan["platform"]["architecture"]}
    variables.update(variable.split("=", 1) for variable in plan["go"]["env"])
    return variables
