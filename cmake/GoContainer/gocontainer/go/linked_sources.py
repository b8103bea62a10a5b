"""What Go code makes of the libraries that a program links: nothing without cgo, and their sources twice where they
stand beside Go code.

cgo compiles each C and C++ file in the directory of a package. One that CMake compiles for a library of LINK_LIBRARIES
would be in the program twice, and the linker would use go's copy, without CMake's flags.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gocontainer.go.cgo import call_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gocontainer.common.plan import Plan


# What cgo compiles, but for Go's own assembler (go help buildconstraint, cmd/go).
ENDINGS = (".c", ".cc", ".cpp", ".cxx", ".m", ".S", ".sx", ".f", ".F", ".for", ".f90")


def linked_sources(plan: Plan) -> list[str]:
    """Those of the libraries in the plan's "link", full paths, that are in directories with Go files."""
    file = Path(plan["link"]["commands"], "sources.txt")
    if not file.exists():
        return []  # it links no library, and needs but the compiler
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        directory, *sources = line.split(";")
        paths = [os.path.normpath(Path(directory, source)) for source in sources if source]
        found += [path for path in paths if path.endswith(ENDINGS) and is_beside_go(path)]
    return sorted(set(found))


def unused_libraries(plan: Plan, packages: Iterable[dict[str, Any]]) -> str:
    """What is to be said if no package can call the libraries; nothing where one can.

    :param packages: those of the program, as go list gives them. Go's own may use cgo, too.
    """
    libraries = plan["link"]["libraries"]
    own = (package for package in packages if not package.get("Standard"))
    if not libraries or any(package.get("CgoFiles") for package in own):
        return ""
    return (
        f"GoContainer: {call_of(plan)}: no package of the program uses cgo, so LINK_LIBRARIES {' '.join(libraries)} is "
        'not in it.\nWrite import "C" in a Go file that calls the library, or remove LINK_LIBRARIES.'
    )


def is_beside_go(path: str) -> bool:
    return any(Path(path).parent.glob("*.go"))
