"""A TCP proxy between a client and a builder, with the faults of networks: it delays, falls silent, half closes, cuts."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

BLOCK = 1 << 16


class FaultyLine:
    """A proxy for connections to a port of this machine. The fault, one of FAULTS, strikes once, when the client has sent
    so many bytes through one connection: before that, it is a good line."""

    FAULTS = ("silent", "half closed", "cut")
    """One more is "lost": only this connection falls silent."""

    def __init__(self, port: int):
        self.target = ("127.0.0.1", port)
        self.delay = 0.0  # seconds that each piece waits, each way
        self.fault, self.after = "", 0
        self.passes = threading.Event()  # else nothing does
        self.passes.set()
        self.open: list[socket.socket] = []

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.server.getsockname()[1]}"

    def __enter__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.passes.set()
        # A thread that waits in accept() is not woken by close().
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for each in self.open:
            hang_up(each)

    def strike(self, fault: str, after: int) -> None:
        """Have the fault, when so many bytes of one connection have passed."""
        self.fault, self.after = fault, after

    def mend(self) -> None:
        self.fault = ""
        self.passes.set()

    def accept(self) -> None:
        while True:
            try:
                client = self.server.accept()[0]
            except OSError:
                return
            try:
                builder = socket.create_connection(self.target)
            except OSError:
                client.close()
                continue
            self.open += [client, builder]
            for ends in ((client, builder, True), (builder, client, False)):
                threading.Thread(target=self.carry, args=ends, daemon=True).start()

    def carry(self, source: socket.socket, target: socket.socket, sends: bool) -> None:
        count = 0
        with contextlib.suppress(OSError):
            while data := source.recv(BLOCK):
                count += len(data)
                if sends and self.fault and count > self.after and self.happen(source, target):
                    return
                self.passes.wait()
                time.sleep(self.delay)
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    def happen(self, client: socket.socket, builder: socket.socket) -> bool:
        """Whether the connection carries nothing any more, and stays open."""
        fault, self.fault = self.fault, ""
        if fault == "lost":
            return True
        if fault == "silent":
            self.passes.clear()
        elif fault == "half closed":
            client.shutdown(socket.SHUT_WR)
        else:
            hang_up(client)
            hang_up(builder)
        return False


def hang_up(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
