"""The log of a service: written up to a size, and read on as it grows."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from gocontainer.common.automaton import Automaton

CHUNK_BYTES = 64 * 1024
# Then it begins anew: what a program says last is what tells why it ended.
MAX_LOG_BYTES = 64 * 1024 * 1024
# Of a line that an expression is looked for in; what is longer is cut.
MAX_LINE_BYTES = 64 * 1024


def keep_log(pipe: int, log: IO[bytes]) -> threading.Thread:
    """Write to the log what comes through the pipe, in a thread that ends with it."""
    thread = threading.Thread(target=copy, args=(pipe, log.fileno()), daemon=True)
    thread.start()
    return thread


def copy(pipe: int, log: int) -> None:
    size = 0
    while chunk := os.read(pipe, CHUNK_BYTES):
        # Where no more can be written, the program still gets rid of what it says.
        with contextlib.suppress(OSError):
            if size + len(chunk) > MAX_LOG_BYTES:
                os.lseek(log, 0, os.SEEK_SET)
                os.ftruncate(log, 0)
                size = os.write(log, told(size))
            size += os.write(log, chunk)


def told(dropped: int) -> bytes:
    limit = MAX_LOG_BYTES >> 20
    words = f"GoContainer: the {dropped:,} bytes before this line are gone, as a log has {limit} MiB at most"
    return words.encode() + b"\n"


class Log:
    """What a service said, read on from where it was read last."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.offset = 0
        self.line = b""
        self.found = False

    def has(self, expression: str) -> bool:
        """Whether a line matches, or did so when it was asked before; the last line may grow.

        :raises ValueError: the expression is none of Go's.
        """
        from gocontainer.common.regexp import (
            compile_go,  # takes a while, and most services need no expression
        )

        self.found = self.found or self.has_now(compile_go(f"(?m){expression}"))
        return self.found

    def has_now(self, pattern: Automaton) -> bool:
        """Whether one of the lines matches that were not there before."""
        with self.file.open("rb") as stream:
            if stream.seek(0, os.SEEK_END) < self.offset:
                self.offset, self.line = 0, b""  # it began anew
            stream.seek(self.offset)
            while chunk := stream.read(CHUNK_BYTES):
                self.offset += len(chunk)
                *whole, self.line = (self.line + chunk).split(b"\n")
                self.line = self.line[:MAX_LINE_BYTES]
                if any(matches(pattern, line) for line in whole):
                    return True
        return matches(pattern, self.line)


def matches(pattern: Automaton, line: bytes) -> bool:
    from gocontainer.common.regexp import decode_go

    return pattern.search(decode_go(line[:MAX_LINE_BYTES])) is not None
