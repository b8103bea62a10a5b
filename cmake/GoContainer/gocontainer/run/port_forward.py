"""Hands the connections of one listening socket on to a port of 127.0.0.1."""

from __future__ import annotations

import contextlib
import socket
import threading

CHUNK_BYTES = 65536


def pump(listener: socket.socket, port: int) -> None:
    """Accept connections in a thread of its own, until the listener is closed. The port is that of
    the calling thread's network namespace, which the listener need not be in."""
    threading.Thread(target=accept, args=(listener, port), daemon=True).start()


def accept(listener: socket.socket, port: int) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=connect, args=(client, port), daemon=True).start()


def connect(client: socket.socket, port: int) -> None:
    """Both directions of one connection; each side may end what it sends before the other."""
    with client:
        try:
            server = socket.create_connection(("127.0.0.1", port))
        except OSError:
            return  # nobody listens there; the client finds its connection closed
        with server:
            back = threading.Thread(target=copy, args=(server, client), daemon=True)
            back.start()
            copy(client, server)
            back.join()


def copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(CHUNK_BYTES):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        # A reset is handed on, as far as can be: the other direction ends, too.
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
