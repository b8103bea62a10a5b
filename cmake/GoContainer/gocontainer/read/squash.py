"""What an image shows of the entries of its layers."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from gocontainer.common.printable import printable
from gocontainer.read.layer import Layer
from gocontainer.read.tree import OPAQUE, WHITEOUT, real_path

# The bytes of all paths that are kept in memory.
MAX_PATHS = 1 << 28

FILE, DIRECTORY, LINK, HARD_LINK, SPECIAL = "file", "directory", "link", "hard link", "special"


class Entry(NamedTuple):
    """One entry of one layer (OCI image spec, layer.md).

    ``path`` is relative to the root; ``kind`` one of file, directory, link (symbolic), hard link and
    special (device, FIFO); ``size`` are bytes; ``target`` is that of a link, for a hard link a path
    relative to the root. ``offset`` is where the content begins in the layer's tar, and ``sparse``
    where its pieces go if it has holes, as (offset, bytes). ``origin`` is, for a hard link, the place
    of the file itself among the entries; it has that one's mode and owner, too. ``visible`` tells
    whether the image still shows it, or a later layer hides or replaces it; ``removed`` whether it
    was a whiteout that hid it. ``device`` is what a special one is, as (type of the tar, major, minor):
    "3" is a character device, "4" a block device, "6" a FIFO. ``mtime`` are seconds since 1970,
    ``xattrs`` the extended attributes by name, their bytes as text by surrogateescape. A directory that
    no layer has, but something in it, is one of root's with mode 0755, as engines make it.
    """

    path: str
    kind: str
    mode: int
    uid: int
    gid: int
    size: int
    target: str
    layer: int
    offset: int
    sparse: list[list[int]] | None
    origin: int | None = None
    visible: bool = False
    removed: bool = False
    device: list[Any] | None = None
    mtime: int = 0
    xattrs: dict[str, str] | None = None


class Squash:
    """The entries of all layers, and which of them the image shows.

    Layers are applied one by one (layer.md, "Applying Changesets"): a path replaces what lower layers
    have there, a whiteout hides it, and an opaque one all that they have below a directory.
    """

    def __init__(self) -> None:
        self.all: list[Entry] = []
        self.latest: dict[str, int] = {}  # path -> place in all, hidden or not
        self.shown: dict[str, int] = {}  # path -> place in all
        self.removed: set[int] = set()  # places in all
        self.below: dict[str, set[str]] = {}  # directory -> names in it
        self.room = MAX_PATHS

    def entries(self) -> Iterator[Entry]:
        """All of them, without the whiteouts."""
        shown = set(self.shown.values())
        for place, entry in enumerate(self.all):
            if place in shown:
                yield entry._replace(visible=True)
            else:
                yield entry._replace(removed=True) if place in self.removed else entry

    def add_layer(self, entries: Iterable[Entry], layer: Layer) -> None:
        """Apply a layer.

        :raises ImageError: it can't be applied to what is there.
        """
        added = []
        for entry in entries:
            directory, name = posixpath.split(entry.path)
            if name == OPAQUE:
                for child in list(self.below.get(directory, ())):
                    self.removed.update(self.hide(posixpath.join(directory, child)))
            elif name.startswith(WHITEOUT):
                hidden = name[len(WHITEOUT) :]
                if hidden in ("", ".", ".."):
                    raise layer.error(f"has a whiteout of nothing: /{printable(entry.path)}")
                self.removed.update(self.hide(posixpath.join(directory, hidden)))
            else:
                added.append(entry)
        # Whiteouts hide what lies below this layer, never what is in it, wherever they stand.
        for entry in added:
            self.show(self.placed(entry, layer))
            if self.room < 0:
                raise layer.error(f"has paths of more than {MAX_PATHS:,} letters together")

    def placed(self, entry: Entry, layer: Layer) -> Entry:
        """The entry where it comes to be, behind links of the same layer; a hard link with what it
        leads to."""
        directory, name = posixpath.split(entry.path)

        def read_link(path: str) -> str | None:
            place = self.shown.get(path)
            link = None if place is None else self.all[place]
            if link is None or link.kind != LINK or link.layer != entry.layer:
                return None
            self.room -= len(link.target)
            return link.target

        if directory:
            entry = entry._replace(path=posixpath.join(real_path(directory, read_link), name))
        if entry.kind != HARD_LINK:
            return entry
        directory, name = posixpath.split(entry.target)
        target = posixpath.join(real_path(directory, read_link), name)
        # A link to what the same layer hides may have been made before.
        place = self.shown.get(target, self.latest.get(target))
        if place is None or self.all[place].kind == DIRECTORY:
            link = f"/{printable(entry.path)} to /{printable(entry.target)}"
            raise layer.error(f"has a hard link to no file: {link}")
        file = self.all[place]
        place = place if file.origin is None else file.origin
        return entry._replace(origin=place, mode=file.mode, uid=file.uid, gid=file.gid)

    def show(self, entry: Entry) -> None:
        """Let it take the place of what is there, and make the directories above it."""
        old = self.shown.get(entry.path)
        if old is not None and not (entry.kind == DIRECTORY and self.all[old].kind == DIRECTORY):
            self.hide(entry.path)
        self.shown[entry.path] = self.latest[entry.path] = len(self.all)
        self.all.append(entry)
        self.room -= len(entry.path) + len(entry.target)
        path = entry.path
        while path:
            directory, name = posixpath.split(path)
            names = self.below.setdefault(directory, set())
            if name in names:
                break
            names.add(name)
            if directory and self.kind(directory) != DIRECTORY:
                made = Entry(directory, DIRECTORY, 0o755, 0, 0, 0, "", entry.layer, 0, None)
                self.shown[directory] = self.latest[directory] = len(self.all)
                self.all.append(made)
                self.room -= len(directory)
            path = directory

    def kind(self, path: str) -> str | None:
        place = self.shown.get(path)
        return None if place is None else self.all[place].kind

    def hide(self, path: str) -> list[int]:
        """The path and all below it; returns their places in all."""
        waiting = [path]
        places = []
        while waiting:
            gone = waiting.pop()
            if gone in self.shown:
                places.append(self.shown.pop(gone))
            waiting.extend(posixpath.join(gone, name) for name in self.below.pop(gone, ()))
        directory, name = posixpath.split(path)
        self.below.get(directory, set()).discard(name)
        return places
