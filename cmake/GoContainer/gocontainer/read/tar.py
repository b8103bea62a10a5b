"""Reads tar files that nobody vouches for: in bounded memory, and with one kind of error."""

from __future__ import annotations

import os
import tarfile
from collections.abc import Iterator
from typing import IO, Any

# The longest header of an entry that is read into memory: a long name, PAX records, the map of a
# sparse file.
MAX_HEADER = 1 << 20
MAX_ENTRIES = 1_000_000
# As Linux has them: user and group IDs (the last one means none), numbers of devices.
MAX_ID, MAX_DEVICE = (1 << 32) - 1, 1 << 20


class Headers:
    """A stream as tarfile reads the headers of one entry from it: forwards, and not too much.

    tarfile would read a header into memory whatever size it claims. ``left`` are the bytes that the
    entry may still have, ``last`` is what was read last.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.left = MAX_HEADER
        self.last = b""

    def read(self, size: int) -> bytes:
        self.left -= size
        if size < 0 or self.left < 0:
            raise tarfile.ReadError(f"an entry with a header of more than {MAX_HEADER:,} bytes")
        self.last = self.stream.read(size)
        return self.last

    def seek(self, place: int) -> int:
        return self.stream.seek(place)

    def tell(self) -> int:
        return self.stream.tell()


def members(stream: IO[bytes]) -> Iterator[tarfile.TarInfo]:
    """The entries of a tar, one in memory at a time, with names that do not depend on the locale.

    The stream, which may be one that only goes forwards, is at the content of the entry, and can be
    read there.

    :raises tarfile.ReadError: it is not a whole tar, or one with headers that no tool writes; besides,
        what the stream raises.
    """
    headers = Headers(stream)
    end, count = -1, 0
    try:
        with tarfile.open(
            fileobj=headers,  # type: ignore[call-overload]
            mode="r:",
            encoding="utf-8",
            errors="surrogateescape",
        ) as tar:
            for member in tar:
                tar.members.clear()
                count += 1
                if count > MAX_ENTRIES:
                    raise tarfile.ReadError(f"more than {MAX_ENTRIES:,} entries")
                if tar.offset <= end:
                    raise tarfile.ReadError("an entry that ends before it begins")
                check(member, tar.offset)
                end = tar.offset
                yield member
                headers.left = MAX_HEADER
                tar.pax_headers.clear()
            # tarfile takes a header that is none for the end; a real one is a block of zeros.
            if any(headers.last):
                raise tarfile.ReadError("it is not a whole tar file")
    except (EOFError, ValueError, OverflowError, RecursionError) as error:
        raise tarfile.ReadError(f"it is not a whole tar file ({error})") from error


def check(member: tarfile.TarInfo, end: int) -> None:
    """Stop at a size, an owner, a device or a map of holes that can't be; ``end`` is where the content ends."""
    if member.size < 0:
        raise tarfile.ReadError(f"an entry of {member.size} bytes")
    if not (0 <= member.uid < MAX_ID and 0 <= member.gid < MAX_ID):
        raise tarfile.ReadError(f"an entry with the owner {member.uid}:{member.gid}")
    if not (0 <= member.devmajor < MAX_DEVICE and 0 <= member.devminor < MAX_DEVICE):
        raise tarfile.ReadError("an entry with a device that can't be")
    if not member.issparse():
        return
    sparse: Any = member.sparse
    place, room = 0, end - member.offset_data
    for start, length in sparse:
        room -= length
        if start < place or length < 0 or start + length > member.size or room < 0:
            raise tarfile.ReadError("a sparse file with a damaged map")
        place = start + length


class Content:
    """The content of one file in a tar, holes included; reads like any binary file.

    :param sparse: the pieces of a file with holes, as (offset in the file, bytes).
    """

    def __init__(
        self, tar: IO[bytes], offset: int, size: int, sparse: list[list[int]] | None = None
    ) -> None:
        self.tar = tar
        self.size = size
        self.position = 0
        # Where in the tar it is in one piece.
        self.whole = offset if sparse is None else None
        # (where in the file, bytes, where in the tar)
        self.pieces = []
        for start, length in sparse if sparse is not None else [[0, size]]:
            self.pieces.append((start, length, offset))
            offset += length

    def __enter__(self) -> Content:
        return self

    def __exit__(self, *_: object) -> None:
        pass  # the tar is somebody else's

    def read(self, size: int = -1) -> bytes:
        end = self.size if size < 0 else min(self.size, self.position + size)
        if self.whole is not None:  # without a copy: programs are large
            self.tar.seek(self.whole + self.position)
            content = self.tar.read(max(0, end - self.position))
            self.position += len(content)
            return content
        data = bytearray(max(0, end - self.position))
        for start, length, offset in self.pieces:
            first, last = max(start, self.position), min(start + length, end)
            if first < last:
                self.tar.seek(offset + first - start)
                data[first - self.position : last - self.position] = self.tar.read(last - first)
        self.position += len(data)
        return bytes(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.position, os.SEEK_END: self.size}[whence]
        self.position = max(0, base + offset)
        return self.position

    def tell(self) -> int:
        return self.position
