"""What an image has so far: its paths, as far as new layers need them.

A layer holds the directories above its files, too. Those that are there already must come with the
mode and owner that they have: docker unpacks a layer by itself, and would make up what is left out.
And a path may lead through symbolic links, such as ``/lib`` where that is ``usr/lib``.
"""

from __future__ import annotations

import json
import posixpath
import tarfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Callable, NamedTuple

from gocontainer.common.atomic import write_atomically
from gocontainer.common.printable import printable
from gocontainer.read import tar
from gocontainer.read.layer import Layer, room_of, verified
from gocontainer.read.source import ImageError, sha256

# OCI image spec, layer.md, "Whiteouts".
WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
# As Linux has it.
MAX_LINKS, MAX_PATH = 40, 4096
# The letters of all paths of directories and links together: real bases have a hundredth of it.
MAX_PATHS = 1 << 26


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
    """The name of a tar entry relative to the root: neither ``./`` before it nor ``/`` after it."""
    return posixpath.normpath("/" + name).lstrip("/")


class Tree:
    """Directories and symbolic links by their paths, relative to the root; ``names`` are those in each directory, of all
    else, too; ``size`` are the bytes of the files in all layers, unpacked."""

    def __init__(self) -> None:
        self.size = 0
        self.directories = {"": Access()}
        self.links: dict[str, str] = {}
        self.names: dict[str, set[str]] = {}
        self.room = MAX_PATHS

    def is_file(self, path: str) -> bool:
        """Whether there is something else than a directory or a link. No path of a file is kept, as there are many."""
        directory, name = posixpath.split(path)
        return name in self.names.get(directory, ()) and not self._knows(path)

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

    def add_layer(self, layer: Layer, room: int | None = None) -> str:
        """Apply a layer (layer.md), which is read as a stream; returns the digest of its tar.

        :param room: the bytes that it may have, by default those that it may have by itself.
        :raises ImageError: it is not a tar file, is cut short, or has more than an image may have.
        """
        with verified(layer, room_of([layer]) if room is None else room) as stream:
            self._add(layer, tar.members(stream))  # type: ignore[arg-type]
            return stream.digest()

    def _add(self, layer: Layer, members: Iterable[tarfile.TarInfo]) -> None:
        added: dict[str, str | Access | None] = {}
        hidden = []
        for member in members:
            if max(len(member.name), len(member.linkname)) > MAX_PATH:
                raise layer.error(f"has a path of more than {MAX_PATH:,} letters")
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
                self.spend(layer, directory)
                directory = posixpath.dirname(directory)
            if member.issym():
                added[path] = member.linkname
                self.spend(layer, path + member.linkname)
            elif member.isdir():
                added[path] = Access(member.mode & 0o7777, member.uid, member.gid)
                self.spend(layer, path)
            else:
                added[path] = None
                self.spend(layer, path)
        # Whiteouts hide what lies below this layer, never what is in it, wherever they stand.
        for directory, name in hidden:
            self._hide(directory, name)
        for path, what in added.items():
            self.add(path, what)

    def spend(self, layer: Layer, path: str) -> None:
        """:raises ImageError: there are too many paths."""
        self.room -= len(path)
        if self.room < 0:
            raise layer.error(f"has paths of more than {MAX_PATHS:,} letters together")

    def add(self, path: str, what: str | Access | None) -> None:
        """A directory, a link with that target, or a file (None) takes the place of what was there."""
        if isinstance(what, Access):
            self.links.pop(path, None)
            self.directories[path] = what
        else:
            if self._knows(path):
                self.remove(path)
            if what is not None:
                self.links[path] = what
        if path:
            directory, name = posixpath.split(path)
            self.names.setdefault(directory, set()).add(name)

    def _knows(self, path: str) -> bool:
        return path in self.directories or path in self.links

    def _hide(self, directory: str, name: str) -> None:
        if name != OPAQUE:
            self.remove(posixpath.join(directory, name[len(WHITEOUT) :]))
        elif directory in self.directories:
            access = self.directories[directory]
            self.remove(directory)
            self.add(directory, access)

    def remove(self, path: str) -> None:
        """Whatever is at the path is gone, and all below it."""
        waiting = [path]
        while waiting:
            gone = waiting.pop()
            self.links.pop(gone, None)
            self.directories.pop(gone, None)
            waiting.extend(posixpath.join(gone, name) for name in self.names.pop(gone, ()))
        directory, name = posixpath.split(path)
        self.names.get(directory, set()).discard(name)


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
    file = cache / f"{key_of(layers)}.json"
    if (tree := read_tree(file)) is not None:
        return tree
    tree, room = Tree(), room_of(layers)
    for layer in layers:
        found = tree.add_layer(layer, room)
        if found != layer.diff_id:
            raise layer.error(f"has the digest {found}, it is damaged")
    document = {
        "size": tree.size,
        "directories": tree.directories,
        "links": tree.links,
        "names": {directory: sorted(names) for directory, names in tree.names.items()},
    }
    write_atomically(file, json.dumps(document).encode())
    return tree


def read_tree(file: Path) -> Tree | None:
    """A tree as it was written; None where there is none that is whole."""
    tree = Tree()
    try:
        found = json.loads(file.read_text(encoding="ascii"))
        tree.size = found["size"] + 0
        for path, access in found["directories"].items():
            tree.directories[path] = Access(*map(int, access))
        tree.links = {path: target + "" for path, target in found["links"].items()}
        for directory, names in found["names"].items():
            tree.names[directory] = {name + "" for name in names}
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return tree


def key_of(layers: Iterable[Layer]) -> str:
    """A name for what is found out about layers. It follows from the digests of their stored bytes, too: these
    are verified when they are copied, and the digests of their tars when something is found out."""
    words = [f"{layer.digest} {layer.diff_id}" for layer in layers]
    return sha256(json.dumps(words).encode()).split(":")[1]
