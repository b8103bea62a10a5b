"""The entries of a directory that was staged for an image. None is kept: there may be a hundred thousand."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.read.source import ImageError
from gocontainer.read.tree import WHITEOUT
from gocontainer.write.entry import Entry, directory_of, fitting, missing_directories, parents

if TYPE_CHECKING:
    from gocontainer.read.tree import Tree

WHITEOUT_BYTES = WHITEOUT.encode()


class Staged:
    """What is in the directory ``staged``, as it goes to a place in the image: entries in the order of a layer, behind
    the directories above them. Each iteration reads the directory anew, and lets the tree know what it found.

    The place itself keeps mode and owner where the image has it; directories below it take
    those of the staged ones. Both is what COPY does.

    :param option: the call and the option, for an error.
    :raises ImageError: the place, or a directory above it, is a file of the image; and while it is iterated, if there is
        something that can't be in a layer, or something of another type than the image has there.
    """

    def __init__(
        self,
        option: str,
        place: str,
        staged: Path,
        tree: Tree,
        owner: tuple[int, int] = (0, 0),
    ) -> None:
        self.option = option
        self.place = place
        self.staged = os.fsencode(staged)
        self.tree = tree
        self.owner = owner
        self.is_new = missing_directories(option, place, tree) != []

    def __iter__(self) -> Iterator[Entry]:
        destination = self.tree.resolve(self.place)
        found = walk(self.staged, destination, self.owner)
        entries = fitting(self.option, found, self.tree)
        first = next(entries, None)
        if first is not None or self.is_new:
            for entry in chain(self.above(destination), [first] if first else [], entries):
                entry.add_to(self.tree)
                yield entry

    def above(self, destination: str) -> Iterator[Entry]:
        """The directory and those above it, topmost first."""
        for path in reversed([*parents(posixpath.join(destination, "-"))]):
            yield directory_of(path, self.tree, self.owner)


def walk(top: bytes, place: str = "", owner: tuple[int, int] = (0, 0)) -> Iterator[Entry]:
    """All below a directory, as it is below a place of the image, in the order of a layer. Names are bytes on the way, so
    that no locale can change them.

    :raises ImageError: something is neither file nor directory nor link, or has a name that would be a whiteout.
    """
    # Not os.scandir: what that gives is four times as large as a name.
    for name in sorted(os.listdir(top), key=decoded):  # noqa: PTH208
        path = posixpath.join(place, decoded(name))
        if name.startswith(WHITEOUT_BYTES):
            raise ImageError(f"FILES: {path} begins with .wh., which deletes files in an image")
        file = posixpath.join(top, name)
        mode = os.lstat(file).st_mode
        if stat.S_ISREG(mode):
            yield Entry(path, stat.S_IMODE(mode), Path(os.fsdecode(file)), None, owner)
        elif stat.S_ISLNK(mode):
            # Not by Path, which would shorten the target.
            yield Entry(path, 0o777, None, decoded(os.readlink(file)), owner)  # noqa: PTH115
        elif stat.S_ISDIR(mode):
            yield Entry(path, stat.S_IMODE(mode), None, None, owner)
            yield from walk(file, path, owner)
        else:
            raise ImageError(f"FILES: {path} is neither a file, a directory nor a link")


def decoded(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")
