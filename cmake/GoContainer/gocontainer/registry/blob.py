"""Blobs that are pushed, read piece by piece from where they lie."""

from __future__ import annotations

import hashlib
import io
import threading
from pathlib import Path
from typing import IO, Any, Callable, NamedTuple

from gocontainer.registry.error import RegistryError

BLOCK = 1 << 20


class Blob(NamedTuple):
    """A blob: ``open`` opens so many bytes of it from an offset on; ``sources`` are repositories of registries that
    have it, with their hosts."""

    digest: str
    size: int
    open: Callable[[int, int], IO[bytes]]
    sources: tuple[str, ...] = ()

    def verify(self) -> None:
        """Stop at a blob that is not what its digest says.

        :raises RegistryError: it is damaged.
        """
        found = hashlib.sha256()
        with self.open(0, self.size) as stream:
            while block := stream.read(BLOCK):
                found.update(block)
        if "sha256:" + found.hexdigest() != self.digest:
            raise damaged(self)


def damaged(blob: Blob) -> RegistryError:
    return RegistryError(blob.digest, "its bytes here have another digest", "Build the image again")


class Pieces:
    """A file that several threads read at once."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.lock = threading.Lock()

    def open(self, start: int, length: int) -> IO[bytes]:
        """So many bytes of it."""
        return io.BufferedReader(Piece(self, start, length), BLOCK)

    def read(self, start: int, count: int) -> bytes:
        with self.lock:
            self.file.seek(start)
            return self.file.read(count)


class Piece(io.RawIOBase):
    """A piece of a file, from its start to its end."""

    def __init__(self, pieces: Pieces, start: int, length: int, owned: bool = False) -> None:
        self.pieces = pieces
        self.place, self.left = start, length
        self.owned = owned

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """:raises RegistryError: the file is cut short."""
        count = min(len(buffer), self.left)
        data = self.pieces.read(self.place, count)
        if len(data) < count:
            raise RegistryError(
                str(self.pieces.file.name), "it is cut short", "Build the image again"
            )
        buffer[:count] = data
        self.place += count
        self.left -= count
        return count

    def close(self) -> None:
        if self.owned:
            self.pieces.file.close()
        super().close()


def opener(file: Path) -> Callable[[int, int], IO[bytes]]:
    """What opens pieces of a file that nobody has open."""

    def opened(start: int, length: int) -> IO[bytes]:
        piece = Piece(Pieces(file.open("rb")), start, length, owned=True)
        return io.BufferedReader(piece, BLOCK)

    return opened
