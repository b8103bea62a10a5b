"""Builds the programs of a plan on this machine, in the way that the plan asks for."""

from __future__ import annotations

import os

from gocontainer.go.build import Go, binaries_of, compile_programs, with_overlay
from gocontainer.go.intact import remove_cut

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from gocontainer.common.plan import Plan


def build(
    plan: Plan, go: Go, directory: str, list_inputs: bool = False
) -> tuple[list[str], list[str]]:
    """Compile the programs of the plan.

    :param directory: that of the plan.
    :returns: the binaries, and what they are built of, where that is asked for: it is listed while go builds.
    :raises GoError: one does not compile.
    """
    binaries = binaries_of(plan, directory)
    plan = with_overlay(plan, directory)
    if "platforms" in plan:
        from gocontainer.common.platforms import plans_of
        from gocontainer.go.several import build_several  # which few need

        return build_several(plans_of(plan), go, directory, list_inputs)
    if "link" in plan or "runtimeLibraries" in plan or "CGO_ENABLED=1" in plan["go"]["env"]:
        from pathlib import Path

        from gocontainer.go import cgo_link  # which few need

        files = [Path(binary) for binary in binaries]
        return binaries, cgo_link.build_with_cgo(plan, go, Path(directory), files, list_inputs)
    for binary in binaries:
        remove_cut(binary)
    known = os.path.join(directory, "listed.json") if list_inputs else None
    return binaries, compile_programs(plan, go, binaries, list_inputs, known=known)
