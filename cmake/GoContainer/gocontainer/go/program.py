"""Builds the program of a plan on this machine, in the way that the plan asks for."""

from __future__ import annotations

from gocontainer.go.build import Go, binary_of, compile_program, with_overlay
from gocontainer.go.intact import remove_cut

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from gocontainer.common.plan import Plan


def build(plan: Plan, go: Go, directory: str, list_inputs: bool = False) -> tuple[str, list[str]]:
    """Compile the program of the plan.

    :param directory: that of the plan.
    :returns: the binary, ``context/out/<name>`` in the directory, and what it is built of, where
        that is asked for: it is listed while go builds.
    :raises GoError: it does not compile.
    """
    binary = binary_of(plan, directory)
    plan = with_overlay(plan, directory)
    if "link" in plan or "runtimeLibraries" in plan or "CGO_ENABLED=1" in plan["go"]["env"]:
        from pathlib import Path

        from gocontainer.go import cgo_link  # which few need

        return binary, cgo_link.build_with_cgo(plan, go, Path(directory), Path(binary), list_inputs)
    remove_cut(binary)
    return binary, compile_program(plan, go, binary, list_inputs)
