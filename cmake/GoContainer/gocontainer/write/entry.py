"""The entries of a layer: where they go in an image, and the directories above them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from gocontainer.read.source import ImageError
from gocontainer.read.tree import Access, Tree


class Entry(NamedTuple):
    """One path of a layer, relative to the root: a symbolic link where ``link`` is its target, a
    directory where ``content`` is None, else a file of bytes or a file on disk that is copied
    without ever being whole in memory. ``owner`` is (uid, gid),
    ``capabilities`` are those of a program, as setcap(8) takes them."""

    path: str
    mode: int
    content: bytes | Path | None = None
    link: str | None = None
    owner: tuple[int, int] = (0, 0)
    capabilities: str = ""

    def is_directory(self) -> bool:
        return self.content is None and self.link is None

    def add_to(self, tree: Tree) -> None:
        """Let the tree of the image know it."""
        if self.link is not None:
            tree.add(self.path, self.link)
        elif self.content is None:
            tree.add(self.path, Access(self.mode, *self.owner))
        else:
            tree.add(self.path, None)


def missing_directories(option: str, path: str, tree: Tree) -> list[str]:
    """The directories at and above the path, links resolved, that are not there, topmost first.

    :param option: the call, the option and its value, for an error.
    :raises ImageError: one is a file of the image.
    """
    missing = tree.missing(tree.resolve(path))
    if missing and tree.is_file(missing[0]):
        raise ImageError(
            f"{option}: /{missing[0]} is a file of the image. Give a directory: a file keeps its own name in it."
        )
    return missing


def fitting(option: str, entries: Iterable[Entry], tree: Tree) -> Iterator[Entry]:
    """The entries of an option.

    :raises ImageError: the image has something of another type at the path of one.
    """
    for entry in entries:
        path = entry.path
        if entry.is_directory() and path in tree.links:
            raise ImageError(
                f"FILES: /{path} is a directory, but a symbolic link in the base image. "
                f"Let DESTINATION be the directory that it leads to: {tree.links[path]}."
            )
        if tree.is_file(path) if entry.is_directory() else path in tree.directories:
            kinds = ("directory", "file") if entry.is_directory() else ("file", "directory")
            raise ImageError(
                f"{option}: /{path} is a {kinds[0]}, but a {kinds[1]} of the image. Give another DESTINATION, or rename it."
            )
        yield entry


def with_parents(entries: list[Entry], tree: Tree, owner: tuple[int, int] = (0, 0)) -> list[Entry]:
    """The entries sorted by path, each behind the directories above it: as they are in the image,
    or made for the owner. The tree gets to know all of them.
    """
    found = {entry.path: entry for entry in entries}
    for entry in entries:
        for parent in parents(entry.path):
            found.setdefault(parent, directory_of(parent, tree, owner))
    for entry in found.values():
        entry.add_to(tree)
    return [found[path] for path in sorted(found, key=lambda p: p.split("/"))]


def directory_of(path: str, tree: Tree, owner: tuple[int, int]) -> Entry:
    """The directory at a path, as it is in the image, or made for the owner."""
    there = tree.directories.get(path, Access(0o755, *owner))
    return Entry(path, there.mode, owner=(there.uid, there.gid))


def parents(path: str) -> Iterator[str]:
    """The directories above a path, without the root."""
    while path := posixpath.dirname(path):
        yield path
