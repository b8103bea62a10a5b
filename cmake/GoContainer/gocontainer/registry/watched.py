"""A socket that gives up at a deadline, however slowly the bytes come: no peer can keep a build waiting for ever."""

from __future__ import annotations

import time

# The module socket makes enumerations of its constants, which takes as long as Python takes to start.
from _socket import IPPROTO_TCP, SOCK_STREAM, TCP_NODELAY, getaddrinfo, timeout
from _socket import socket as Socket  # noqa: N812 # a class

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def connect(host: str, port: int, seconds: float) -> Socket:
    """A connection to the first address of the host that listens.

    :raises OSError: there is none.
    """
    problem = OSError("the host has no address")
    # Bytes, as Python loads tables of all languages for a name that is text.
    name = host.encode() if host.isascii() else host
    for family, kind, protocol, _, address in getaddrinfo(name, port, 0, SOCK_STREAM):
        sock = Socket(family, kind, protocol)
        try:
            sock.settimeout(seconds)
            sock.connect(address)
            sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
            return sock
        except OSError as error:
            sock.close()
            problem = error
    raise problem


class Watched:
    """A connected socket, or one with TLS."""

    def __init__(self, sock: Any, idle: float) -> None:
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

    def sendall(self, data: bytes) -> None:
        """:raises OSError: the peer does not take it."""
        # Piece by piece: the timeout of the system's sendall() is for all of the data together.
        view = memoryview(data)
        try:
            while view:
                self.hurry()
                view = view[self.sock.send(view) :]
        except timeout as error:  # which is not a TimeoutError before Python 3.10
            raise TimeoutError("it took too long") from error

    def recv(self, count: int) -> bytes:
        """Some bytes of the peer; none where it has closed the connection.

        :raises OSError: nothing comes.
        """
        self.hurry()
        try:
            data: bytes = self.sock.recv(count)
        except timeout as error:
            raise TimeoutError("it took too long") from error
        return data

    def close(self) -> None:
        self.sock.close()
