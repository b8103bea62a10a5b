"""Puts the library of add_go_library() and its header where C and C++ look for them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.common.atomic import write_atomically

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


def publish_library(plan: Plan, built: Path, directory: Path) -> None:
    """Copy both to the directory of the plan. One that would be the same keeps its time, so that nothing
    is compiled or linked again for it.

    :param built: the library; go wrote its header below ``link/out`` in the directory.
    """
    header = directory / "link/out" / built.with_suffix(".h").name
    place(header, directory / f"include/{plan['name']}.h")
    place(built, directory / built.name)


def place(source: Path, target: Path) -> None:
    data = source.read_bytes()
    if target.exists() and target.read_bytes() == data:
        return
    write_atomically(target, data)
