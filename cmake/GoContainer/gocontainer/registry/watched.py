"""A socket that gives up at a deadline, however slowly the bytes come: no peer can keep a build waiting for ever."""

from __future__ import annotations

import io
import socket
import time
from typing import Any


class Watched:
    """A connected socket, with what http.client uses of one."""

    def __init__(self, sock: socket.socket, idle: float) -> None:
        self.sock = sock
        self.idle = idle
        """Seconds without a byte after which it gives up."""
        self.deadline: float | None = None
        """When it gives up in any case, on the monotonic clock."""

    def hurry(self) -> None:
        """Bring the socket's timeout to what is left.

        :raises TimeoutError: nothing is left.
        """
        left = self.idle
        if self.deadline is not None:
            left = min(left, self.deadline - time.monotonic())
        if left <= 0:
            raise TimeoutError("it took too long")
        self.sock.settimeout(left)

    def sendall(self, data: Any) -> None:
        # Piece by piece: the timeout of the system's sendall() is for all of the data together.
        view = memoryview(data).cast("B")
        while view:
            self.hurry()
            view = view[self.sock.send(view) :]

    def makefile(self, mode: str, *_: Any) -> io.BufferedReader:
        raw = self.sock.makefile(mode, buffering=0)  # type: ignore[call-overload]
        return io.BufferedReader(Reading(self, raw), 1 << 16)

    def close(self) -> None:
        self.sock.close()


class Reading(io.RawIOBase):
    """What comes from the peer."""

    def __init__(self, watched: Watched, raw: Any) -> None:
        self.watched = watched
        self.raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.watched.hurry()
        count: int = self.raw.readinto(buffer)
        return count

    def close(self) -> None:
        self.raw.close()
        super().close()
