"""Writes the files of an image below a directory, from its index: what the layers show together, each path once.

Nothing is ever replaced or removed, and no link is followed: a directory is reached from the root by descriptors,
one name at a time, and holds what was made there and nothing else.
"""

from __future__ import annotations

import json
import os
import posixpath
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Callable

from gocontainer.common.printable import printable
from gocontainer.read.index import DOCUMENT, Index, write_index
from gocontainer.read.layout import Image
from gocontainer.read.source import ImageError
from gocontainer.read.squash import DIRECTORY, FILE, LINK, Entry
from gocontainer.read.tar import Content
from gocontainer.run.users import MAX_ID, User

CHUNK_BYTES = 1 << 20
MAX_DEPTH = 400  # directories in one another; each has a descriptor, twice
DIRECTORY_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


@contextmanager
def indexed(image: Image) -> Iterator[Index]:
    """The index of an image that no plan gave, until the context ends.

    :raises ImageError: the image can't be read, is damaged, or is larger than any should be.
    """
    with tempfile.TemporaryDirectory(prefix="go-container-index-") as place:
        directory = Path(place)
        write_index(image, directory)
        yield Index(directory, json.loads((directory / DOCUMENT).read_bytes()))


def unpack(image: Image, root: Path) -> None:
    """Write the files of an image below the directory ``root``, and nothing elsewhere.

    All are of the user who calls; set-ID bits are left out, and so are devices and FIFOs. The mode of ``root`` stays.

    :raises ImageError: the image can't be read, or a file can't be written.
    """
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with indexed(image) as index, Tree(index) as tree:
            tree.write(descriptor)
    finally:
        os.close(descriptor)


class Walk:
    """Descriptors of directories below a root, by their paths; what the last one has in common with the next is
    not walked again.

    Directories are those that were made here, or the walk fails: links are not followed.
    """

    def __init__(self, root: int) -> None:
        self.names: list[str] = []
        self.descriptors = [root]

    def to(self, path: str) -> int:
        """The descriptor of a directory, until the next call.

        :raises ImageError: there is none.
        """
        names = path.split("/") if path else []
        if len(names) > MAX_DEPTH:
            raise ImageError(f"the image has more than {MAX_DEPTH} directories in one another")
        common = 0
        for own, name in zip(self.names, names):
            if own != name:
                break
            common += 1
        self.back(common)
        try:
            for name in names[common:]:
                above = self.descriptors[-1]
                self.descriptors.append(os.open(encoded(name), DIRECTORY_FLAGS, dir_fd=above))
                self.names.append(name)
        except OSError as error:
            raise ImageError(
                f"/{printable(path)} of the image can't be entered: {error.strerror}"
            ) from error
        return self.descriptors[-1]

    def back(self, names: int) -> None:
        """Leave all directories but so many."""
        for descriptor in self.descriptors[names + 1 :]:
            os.close(descriptor)
        del self.names[names:], self.descriptors[names + 1 :]


class Tree:
    """Writes the files of an index below a directory.

    :param owners: whether each file gets the owner and the set-ID bits that it has in the image.
    :param user: who will use the files, where all of them are its own: then the owner may do what that user could do
        with the file of its real owner.
    """

    def __init__(self, index: Index, *, owners: bool = False, user: User | None = None) -> None:
        self.index = index
        self.owners = owners
        self.user = user
        self.written: dict[int, str] = {}  # place of a file among the entries -> its path
        self.places = {id(entry): place for place, entry in enumerate(index.entries)}
        self.open = ExitStack()
        self.tars: dict[int, IO[bytes]] = {}

    def __enter__(self) -> Tree:
        """All layers are opened now: who writes the files may be somebody else."""
        for entry in self.index.files.values():
            origin = self.index.origin(entry)
            if origin is not None and origin.kind == FILE and origin.layer not in self.tars:
                tar = self.open.enter_context(self.index.open_layer(origin.layer))
                self.tars[origin.layer] = tar
        return self

    def __exit__(self, *_: object) -> None:
        self.open.close()

    def write(self, root: int) -> None:
        """Write them below the directory of that descriptor, which is empty.

        :raises ImageError: a file can't be written.
        """
        here, self.there = Walk(root), Walk(root)
        try:
            self.write_all(here)
        finally:
            here.back(0)
            self.there.back(0)
        if self.user is not None and self.user.uid != 0 and "" not in self.index.files:
            os.fchmod(root, 0o555)

    def write_all(self, here: Walk) -> None:
        below: defaultdict[str, list[Entry]] = defaultdict(list)
        files = [*self.index.files.values(), *self.volumes()]
        for entry in files:
            if entry.path:
                below[posixpath.dirname(entry.path)].append(entry)
        for directory in sorted(below, key=steps):
            descriptor = here.to(directory)
            for entry in below[directory]:
                self.guarded(self.make, entry, descriptor)
        # Last, as a directory may forbid to write into it; the deepest first, as one may forbid to look into it.
        directories = [e for e in files if e.kind == DIRECTORY]
        for entry in sorted(directories, key=lambda e: steps(e.path), reverse=True):
            if entry.path or self.owners or self.user:
                self.guarded(self.finish, entry, here.to(entry.path))

    def volumes(self) -> Iterator[Entry]:
        """The directories for volumes that the image lacks, which engines make for root; of an image that is run."""
        config = self.index.config.get("config") or {}
        made = set()
        for volume in (config.get("Volumes") or {}) if self.owners or self.user else {}:
            path = self.index.resolve(volume)
            check_name(path)
            while path and path not in self.index.files and path not in made:
                made.add(path)
                yield Entry(path, DIRECTORY, 0o755, 0, 0, 0, "", 0, 0, None)
                path = posixpath.dirname(path)

    def guarded(self, act: Callable[[Entry, int], None], entry: Entry, descriptor: int) -> None:
        if not (0 <= entry.uid <= MAX_ID and 0 <= entry.gid <= MAX_ID):
            raise ImageError(
                f"/{printable(entry.path)} of the image is owned by {entry.uid}:{entry.gid}, "
                f"which are not numbers from 0 to {MAX_ID:,}"
            )
        try:
            act(entry, descriptor)
        except OSError as error:
            raise ImageError(
                f"/{printable(entry.path)} of the image can't be written: {error.strerror}"
            ) from error

    def make(self, entry: Entry, directory: int) -> None:
        """Make a file, a link, or an empty directory, which has none of its access yet."""
        name = encoded(posixpath.basename(entry.path))
        if entry.kind == DIRECTORY:
            os.mkdir(name, 0o700, dir_fd=directory)
            return
        origin = self.index.origin(entry)
        if origin is None or (origin.kind not in (FILE, LINK) and not is_fifo(origin)):
            return  # a device
        first = self.written.setdefault(self.places[id(origin)], entry.path)
        if first != entry.path:
            source = self.there.to(posixpath.dirname(first))
            other = encoded(posixpath.basename(first))
            os.link(other, name, src_dir_fd=source, dst_dir_fd=directory, follow_symlinks=False)
        elif origin.kind == LINK:
            os.symlink(encoded(origin.target), name, dir_fd=directory)
            if self.owners:
                os.chown(name, origin.uid, origin.gid, dir_fd=directory, follow_symlinks=False)
            times = (origin.mtime, origin.mtime)
            os.utime(name, times, dir_fd=directory, follow_symlinks=False)
        else:
            self.make_file(name, origin, directory)

    def make_file(self, name: bytes, origin: Entry, directory: int) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        if is_fifo(origin):
            os.mkfifo(name, 0o600, dir_fd=directory)
            flags = os.O_RDWR | os.O_NOFOLLOW  # does not wait for the other end
        file = os.open(name, flags, 0o600, dir_fd=directory)
        try:
            if origin.kind == FILE:
                self.fill(file, origin)
            self.finish(origin, file)
        finally:
            os.close(file)

    def fill(self, file: int, origin: Entry) -> None:
        """The content of a file; its holes stay holes."""
        offset = origin.offset
        for start, length in origin.sparse if origin.sparse is not None else [[0, origin.size]]:
            content = Content(self.tars[origin.layer], offset, length)
            os.lseek(file, start, os.SEEK_SET)
            while chunk := content.read(CHUNK_BYTES):
                while chunk:
                    chunk = chunk[os.write(file, chunk) :]
            offset += length
        os.ftruncate(file, origin.size)

    def finish(self, entry: Entry, file: int) -> None:
        """Owner, then mode, as a new owner takes set-ID bits away; and the time."""
        mode = entry.mode & 0o7777
        if self.owners:
            os.fchown(file, entry.uid, entry.gid)
        else:
            mode &= 0o1777
        if self.user is not None and self.user.uid != 0:
            mode = mode & ~0o700 | self.user.may(entry) << 6
        os.fchmod(file, mode)
        os.utime(file, (entry.mtime, entry.mtime))


def steps(path: str) -> list[str]:
    """Sorted by this, a directory stands right before all that is in it."""
    return path.split("/") if path else []


def is_fifo(entry: Entry) -> bool:
    return entry.device is not None and entry.device[0] == "6"


def check_name(path: str) -> None:
    """:raises ImageError: no file of Linux has such a name."""
    try:
        possible = b"\0" not in encoded(path)
    except UnicodeEncodeError:
        possible = False
    if not possible:
        raise ImageError(f"/{printable(path)} of the image can't be made: no file has such a name")


def encoded(name: str) -> bytes:
    """A name as the layer has it, whatever the locale."""
    return name.encode("utf-8", "surrogateescape")
