"""What the go command says, with paths that are found from anywhere: it names files relative to where it runs, but
who reads a build, or an IDE, takes such a path as relative to the build directory."""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from typing import IO

# A file and a line, where go, or a compiler that it runs, begins to tell of a place.
PLACE = re.compile(rb"^(\s*(?:In file included from |from )?)([^\s:/][^:]*)(?=:[0-9]+)")


def pass_on(said: IO[bytes], out: IO[bytes], directory: str) -> None:
    """Write what it says as it comes, line by line.

    :param directory: where it runs.
    """
    base = os.fsencode(directory)
    for line in said:
        out.write(PLACE.sub(lambda place: place[1] + found_from(base, place[2]), line))
        out.flush()


def found_from(directory: bytes, path: bytes) -> bytes:
    """The path in full, if it is one."""
    full = os.path.normpath(os.path.join(directory, path))
    return full if path.startswith((b"./", b"../")) or os.path.isfile(full) else path
