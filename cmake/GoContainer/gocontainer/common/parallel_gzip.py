"""Compresses by gzip (RFC 1952) on all processors. The bytes are the same for any number of them.

Deflate (RFC 1951) needs only the 32 KiB before a piece to compress it. So each piece is compressed by a thread of its own,
with those bytes as its dictionary, and ends on a whole byte; the pieces in a row are one stream of one member, as any gzip
reads it.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections import deque

LEVEL = 6
PIECE = 1 << 20
"""Bytes. Smaller ones cost more threads, larger ones leave processors idle at the end."""
MOST = 8
"""Pieces at once, each of which takes less than 2 MiB."""
WINDOW = 1 << 15
HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"  # deflate, no name, no time, Unix
LIBRARY = f"{zlib.ZLIB_RUNTIME_VERSION} in pieces of {PIECE}"
"""What the bytes depend on, besides the content."""


class Piece(threading.Thread):
    """One piece, compressed in the background: zlib lets other threads run."""

    def __init__(self, data: bytes, before: bytes, *, last: bool, level: int = LEVEL):
        super().__init__(daemon=True)
        self.data, self.before, self.last, self.level = data, before, last, level
        self.compressed = b""
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            deflate = zlib.compressobj(
                self.level, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=self.before
            )
            end = zlib.Z_FINISH if self.last else zlib.Z_SYNC_FLUSH
            self.compressed = deflate.compress(self.data) + deflate.flush(end)
        except BaseException as error:
            self.error = error

    def result(self) -> bytes:
        self.join()
        if self.error:
            raise self.error
        return self.compressed


class Gzip:
    """Takes bytes, and gives compressed ones as they come; `flush` gives the rest. It holds at most MOST pieces."""

    def __init__(self, level: int = LEVEL) -> None:
        self.level = level
        self.ready = HEADER
        self.rest = bytearray()
        self.before = b""
        self.pieces: deque[Piece] = deque()
        self.checksum = self.size = 0
        self.at_once = min(os.cpu_count() or 1, MOST)

    def compress(self, data: bytes) -> bytes:
        self.checksum = zlib.crc32(data, self.checksum)
        self.size += len(data)
        self.rest += data
        while len(self.rest) > PIECE:
            self.start(bytes(self.rest[:PIECE]), last=False)
            del self.rest[:PIECE]
        return self.taken(self.at_once)

    def flush(self) -> bytes:
        self.start(bytes(self.rest), last=True)
        end = self.checksum.to_bytes(4, "little") + (self.size % 2**32).to_bytes(4, "little")
        return self.taken(0) + end

    def start(self, data: bytes, *, last: bool) -> None:
        piece = Piece(data, self.before, last=last, level=self.level)
        piece.start()
        self.pieces.append(piece)
        self.before = data[-WINDOW:]

    def taken(self, most: int) -> bytes:
        """What is compressed; waits until so many pieces are left at most."""
        parts = [self.ready]
        self.ready = b""
        while len(self.pieces) > most:
            parts.append(self.pieces.popleft().result())
        return b"".join(parts)
