"""What the go command says, with paths that are found from anywhere: it names files relative to where it runs, but
who reads a build, or an IDE, takes such a path as relative to the build directory.

With -v it names each package that it compiles, which are hundreds in a first build: the standard library is named once,
and of the others the first few.
"""

from __future__ import annotations

import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from typing import IO

    from gocontainer.common.plan import Plan

# A file and a line, where go, or a compiler that it runs, begins to tell of a place.
PLACE = re.compile(rb"^(\s*(?:In file included from |from )?)([^\s:/][^:]*)(?=:[0-9]+)")
# The first directories of the standard library's packages; others may have no dot either.
STANDARD = frozenset(
    b"archive arena bufio bytes cmp compress container context crypto database debug embed encoding errors expvar flag "
    b"fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime slices "
    b"sort strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak".split()
)
# What no name of a package has, but other lines do.
OTHER = (b" ", b":", b"#", b"\t")
# How many packages are named.
NAMED = 10


class Packages:
    """The packages that go names. With ``every``, each of them is told."""

    def __init__(self, every: bool) -> None:
        self.every = every
        self.others = 0
        self.standard = False

    def told(self, line: bytes) -> bytes:
        """What is to be said for a line of go."""
        if self.every or any(letter in line for letter in OTHER):
            return line
        if line.rstrip().split(b"/", 1)[0] in STANDARD:
            first, self.standard = not self.standard, True
            return b"the standard library\n" if first else b""
        self.others += 1
        return line if self.others <= NAMED else b""

    def rest(self) -> bytes:
        """What is to be said at the end."""
        more = self.others - NAMED
        return b"and %d more packages; VERBOSE=1 names all\n" % more if more > 0 else b""


def names_every(plan: Plan) -> bool:
    """Whether somebody wants to read the name of each package: CMake's own variable says so, or a flag."""
    return "VERBOSE" in os.environ or "-v" in plan["go"]["flags"]


def pass_on(said: IO[bytes], out: IO[bytes], directory: str, every: bool = True) -> None:
    """Write what it says as it comes, line by line.

    :param directory: where it runs.
    :param every: whether all packages are named.
    """
    base = os.fsencode(directory)
    packages = Packages(every)
    for line in said:
        told = packages.told(line)
        out.write(PLACE.sub(lambda place: place[1] + found_from(base, place[2]), told))
        out.flush()
    out.write(packages.rest())
    out.flush()


def found_from(directory: bytes, path: bytes) -> bytes:
    """The path in full, if it is one."""
    full = os.path.normpath(os.path.join(directory, path))
    return full if path.startswith((b"./", b"../")) or os.path.isfile(full) else path
