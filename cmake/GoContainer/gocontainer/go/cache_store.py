"""Where the entries of a pack go when it is read: to GOCACHE, or to a tar for one that is elsewhere. What is there already
stays as it is, and an entry is there only when it is whole.
"""

from __future__ import annotations

import os
import tarfile
from typing import IO

from gocontainer.go.cache_entries import Entry, entry_of, file_of, has_output


class EntryFiles:
    """GOCACHE."""

    def __init__(self, cache: str) -> None:
        self.cache = cache

    def has(self, output: str) -> bool:
        return os.path.exists(file_of(self.cache, output + "-d"))

    def has_output(self, entry: Entry) -> bool:
        """Whether the output of an action is there, as long as that says."""
        return has_output(self.cache, entry)

    def has_action(self, action: str) -> bool:
        """Whether it is there with its output."""
        return entry_of(self.cache, action) is not None

    def new(self, name: str, size: int, used: int | None = None) -> NewFile:
        """An entry to write.

        :param name: the digits, and -a or -d.
        :param size: its bytes.
        :param used: the time that it gets, in seconds since 1970.
        """
        return NewFile(file_of(self.cache, name), used)


class NewFile:
    """A file beside its place, which is gone in the end unless it was kept, or is left to somebody."""

    def __init__(self, place: str, used: int | None = None) -> None:
        self.place = place
        self.used = used
        self.file = f"{place}.{os.getpid()}.new"
        self.is_left = False

    def __enter__(self) -> NewFile:
        os.makedirs(os.path.dirname(self.place), exist_ok=True)
        self.stream = open(self.file, "wb")
        return self

    def keep(self) -> None:
        """Put it in its place."""
        self.stream.close()
        if self.used is not None:
            os.utime(self.file, (self.used, self.used))
        os.replace(self.file, self.place)

    def __exit__(self, *_: object) -> None:
        self.stream.close()
        if not self.is_left and os.path.exists(self.file):
            os.unlink(self.file)


class EntryArchive:
    """A tar, with each output before the actions that name it, as that is the order in which they are taken.

    :param stream: a file that is written and cut.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.sizes: dict[str, int] = {}

    def has(self, output: str) -> bool:
        return output + "-d" in self.sizes

    def has_output(self, entry: Entry) -> bool:
        return self.sizes.get(entry.output + "-d") == entry.size

    def has_action(self, action: str) -> bool:
        return action + "-a" in self.sizes

    def new(self, name: str, size: int, used: int | None = None) -> NewMember:
        return NewMember(self, name, size, used or 0)

    def end(self) -> None:
        self.stream.write(bytes(2 * tarfile.BLOCKSIZE))


class NewMember:
    """A member at the end of the tar, which is cut off again unless it was kept."""

    def __init__(self, archive: EntryArchive, name: str, size: int, used: int) -> None:
        self.archive = archive
        self.stream = archive.stream
        self.header = tarfile.TarInfo(f"{name[:2]}/{name}")
        self.header.size, self.header.mtime = size, used
        self.name = name

    def __enter__(self) -> NewMember:
        self.begin = self.stream.tell()
        self.stream.write(self.header.tobuf(tarfile.GNU_FORMAT))
        return self

    def keep(self) -> None:
        self.stream.write(bytes(-self.header.size % tarfile.BLOCKSIZE))
        self.archive.sizes[self.name] = self.header.size

    def __exit__(self, *_: object) -> None:
        if self.name not in self.archive.sizes:
            self.stream.seek(self.begin)
            self.stream.truncate()
