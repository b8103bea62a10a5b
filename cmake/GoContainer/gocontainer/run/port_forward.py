"""Hands the connections of one listening socket on to another address."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Union

# A host and a port, in the calling thread's network namespace, or the path of a Unix socket.
Address = Union[tuple[str, int], str]
CHUNK_BYTES = 65536


def pump(listener: socket.socket, address: Address) -> None:
    """Accept connections in a thread of its own, until the listener is closed, which may be in another network
    namespace."""
    threading.Thread(target=accept, args=(listener, address), daemon=True).start()


def accept(listener: socket.socket, address: Address) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=connect, args=(client, address), daemon=True).start()


def connect(client: socket.socket, address: Address) -> None:
    """Both directions of one connection; each side may end what it sends before the other."""
    with client:
        try:
            server = connection_to(address)
        except OSError:
            return  # nobody listens there; the client finds its connection closed
        with server:
            back = threading.Thread(target=copy, args=(server, client), daemon=True)
            back.start()
            copy(client, server)
            back.join()


def connection_to(address: Address) -> socket.socket:
    if not isinstance(address, str):
        return socket.create_connection(address)
    server = socket.socket(socket.AF_UNIX)
    try:
        server.connect(address)
    except BaseException:
        server.close()
        raise
    return server


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
