"""What an image has so far: its directories and symbolic links, as far as new layers need them.

A layer holds the directories above its files, too. Those that are there already must come with the
mode and owner that they have: docker unpacks a layer by itself, and would make up what is left out.
And a path may lead through symbolic links, such as ``/lib`` where that is ``usr/lib``.
"""

from __future__ import annotations

import json
import posixpath
import tarfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Callable, NamedTuple

import tar
from layout import Layer, damage
from printable import printable
from source import ImageError, sha256
from whole import write_whole

# OCI image spec, layer.md, "Whiteouts".
WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
# As Linux has it.
MAX_LINKS = 40


class Access(NamedTuple):
    """Mode, user ID and group ID of a directory; by default those of one that a tool adds."""

    mode: int = 0o755
    uid: int = 0
    gid: int = 0


def real_path(path: str, read_link: Callable[[str], str | None]) -> str:
    """The path, relative to the root and without symbolic links; it never leaves the root.

    :param read_link: the target of a link at a path, None for all else.
    :raises ImageError: the links go round in circles.
    """
    done, links = "", 0
    rest = path.split("/")[::-1]
    while rest:
        part = rest.pop()
        if part in ("", "."):
            continue
        if part == "..":
            done = posixpath.dirname(done)
            continue
        step = posixpath.join(done, part)
        target = read_link(step)
        if target is None:
            done = step
            continue
        links += 1
        if links > MAX_LINKS:
            raise ImageError(
                f"{printable(path)}: the symbolic links in the image go round in circles"
            )
        if target.startswith("/"):
            done = ""
        rest.extend(target.split("/")[::-1])
    return done


def normal(name: str) -> str:
    """The name of a tar entry relative to the root: neither ``./`` before it nor ``/`` behind it."""
    return posixpath.normpath("/" + name).lstrip("/")


class Tree:
    """Directories and symbolic links by their paths, relative to the root; ``size`` are the bytes of
    the files in all layers, unpacked."""

    def __init__(self) -> None:
        self.size = 0
        self.directories = {"": Access()}
        self.links: dict[str, str] = {}

    def resolve(self, path: str) -> str:
        """The path without symbolic links, the last part's too.

        :raises ImageError: the links go round in circles.
        """
        return real_path(path, self.links.get)

    def place(self, path: str) -> str:
        """Where a file of that path goes: the directories resolved, a link of its name replaced."""
        directory, name = posixpath.split(path)
        return posixpath.join(self.resolve(directory), name)

    def missing(self, path: str) -> list[str]:
        """The directories at and above the resolved path that are not there, topmost first."""
        found = []
        while path not in self.directories:
            found.append(path)
            path = posixpath.dirname(path)
        return found[::-1]

    def add_layer(self, layer: Layer) -> None:
        """Apply a layer (layer.md), which is read as a stream.

        :raises ImageError: it is no tar file, or is cut short.
        """
        added: dict[str, str | Access] = {}
        hidden = []
        for member in members(layer):
            self.size += member.size if member.isreg() else 0
            path = normal(member.name)
            directory, name = posixpath.split(path)
            if name.startswith(WHITEOUT):
                hidden.append((directory, name))
                continue
            # Tools may leave the directories above a file out of a layer.
            while directory and not self._knows(directory):
                if directory in added:
                    break
                added[directory] = Access()
                directory = posixpath.dirname(directory)
            if member.issym():
                added[path] = member.linkname
            elif member.isdir():
                added[path] = Access(member.mode & 0o7777, member.uid, member.gid)
            elif path in added or self._knows(path):
                hidden.append((posixpath.dirname(path), WHITEOUT + name))
        # Whiteouts hide what lies below this layer, never what is in it, wherever they stand.
        for directory, name in hidden:
            self._hide(directory, name)
        for path, what in added.items():
            self.add(path, what)

    def add(self, path: str, what: str | Access) -> None:
        """A directory, or a link with that target, takes the place of what was there."""
        if isinstance(what, str):
            self.remove(path)
            self.links[path] = what
        else:
            self.links.pop(path, None)
            self.directories[path] = what

    def _knows(self, path: str) -> bool:
        return path in self.directories or path in self.links

    def _hide(self, directory: str, name: str) -> None:
        if name != OPAQUE:
            self.remove(posixpath.join(directory, name[len(WHITEOUT) :]))
        elif directory in self.directories:
            access = self.directories[directory]
            self.remove(directory)
            self.directories[directory] = access

    def remove(self, path: str) -> None:
        """Whatever is at the path is gone, and all below it."""
        self.links.pop(path, None)
        if path not in self.directories:
            return
        below = path + "/" if path else ""
        kept = (d for d in self.directories if d != path and not d.startswith(below))
        self.directories = {d: self.directories[d] for d in kept}
        self.links = {link: t for link, t in self.links.items() if not link.startswith(below)}


def members(layer: Layer) -> Iterator[tarfile.TarInfo]:
    """The entries of a layer, one in memory at a time.

    :raises ImageError: it is no tar file, or is cut short.
    """
    try:
        with layer.open() as stream:
            yield from tar.members(stream)
    except damage() as error:
        raise layer.error(f"can't be read: {error}") from error


def open_tar(stream: IO[bytes]) -> tarfile.TarFile:
    """A tar stream to read, with names that do not depend on the locale."""
    return tarfile.open(
        fileobj=stream, mode="r|", bufsize=1 << 18, encoding="utf-8", errors="surrogateescape"
    )


def tree_of(layers: Iterable[Layer], cache: Path) -> Tree:
    """The tree of the layers, remembered in the directory ``cache``: reading large layers takes time.

    :raises ImageError: a layer can't be read.
    :raises OSError: the cache can't be written.
    """
    layers = list(layers)
    tree = Tree()
    file = cache / (
        sha256(" ".join(layer.diff_id for layer in layers).encode()).split(":")[1] + ".json"
    )
    if file.exists() and "size" in (found := json.loads(file.read_text(encoding="ascii"))):
        tree.size = found["size"]
        tree.directories = {path: Access(*access) for path, access in found["directories"].items()}
        tree.links = found["links"]
        return tree
    for layer in layers:
        tree.add_layer(layer)
    found = {"size": tree.size, "directories": tree.directories, "links": tree.links}
    write_whole(file, json.dumps(found).encode())
    return tree
