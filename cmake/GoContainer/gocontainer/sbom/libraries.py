"""The C and C++ libraries of LINK_LIBRARIES, as CMake tells of them (build/sbom.cmake)."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

# In the directory of the plan.
LIBRARIES = "sbom-libraries.txt"


class Library(NamedTuple):
    """A library: the name of its target, or as the linker has it; the target's type, such as STATIC_LIBRARY; the version
    of the target or of its package, or nothing; and the name of its file, such as libz.so, or nothing."""

    name: str
    kind: str
    version: str
    file: str

    def is_file(self, name: str) -> bool:
        """Whether a shared library of that file name is this one: libz.so.1.2 is libz.so, too."""
        stem, shared, _ = self.file.partition(".so")
        return bool(shared) and (name + ".").startswith(f"{stem}.so.")


def read_libraries(directory: Path) -> list[Library]:
    """Those of the plan in the directory."""
    try:
        text = (directory / LIBRARIES).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return [Library(*line.split("\t")) for line in text.splitlines() if line]
