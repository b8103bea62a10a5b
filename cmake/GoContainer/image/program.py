"""Builds the program of a plan on this machine, in the way that the plan asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gobuild import binary_of, compile_program, with_overlay


def build(
    plan: dict[str, Any], go: str, directory: Path, list_inputs: bool = False
) -> tuple[Path, list[str]]:
    """Compile the program of the plan.

    :param directory: that of the plan.
    :returns: the binary, ``context/out/<name>`` in the directory, and what it is built of, where
        that is asked for: it is listed while go builds.
    :raises GoError: it does not compile.
    """
    binary = binary_of(plan, directory)
    plan = with_overlay(plan, directory)
    if "link" in plan or "runtimeLibraries" in plan:
        import link  # which few need

        return binary, link.build(plan, go, directory, binary, list_inputs)
    return binary, compile_program(plan, go, binary, list_inputs)
