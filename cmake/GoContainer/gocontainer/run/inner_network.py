"""A network of programs in namespaces, which have but a loopback each.

Each program finds the others at addresses of its own loopback, where this process listens for it. It hands the
connections on by Unix sockets in the directory of the network, one for each service, to the process that runs the other
program, and that one to the program. So the namespaces of one are closed to all others.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gocontainer.read.source import ImageError
from gocontainer.run.network import Network
from gocontainer.run.port_forward import pump
from gocontainer.run.report import raise_reported, reporting
from gocontainer.run.sandbox import Sandbox

FIRST_ADDRESS = "127.0.1.1"
LOOPBACK = "127.0.0.1"
WAITING = 128


@dataclass(frozen=True)
class InnerNetwork:
    """The addresses of the services by their names, as the own one sees them, and who listens there."""

    hosts: dict[str, str]
    listeners: list[tuple[socket.socket, str]]
    own: socket.socket

    def start(self, port: int) -> None:
        """Hand connections on from now on, in threads; that port is the own program's."""
        pump(self.own, (LOOPBACK, port))
        for listener, path in self.listeners:
            pump(listener, path)


@contextlib.contextmanager
def inner_network(box: Sandbox, network: Network) -> Iterator[InnerNetwork]:
    """The network as the program in that sandbox will see it, until the context ends.

    :raises ImageError: it can't be had.
    """
    members = network.members()
    first = ipaddress.ip_address(FIRST_ADDRESS)
    hosts = {name: str(first + number) for number, name in enumerate(members)}
    others = [name for name in members if name != network.own]
    # By the descriptor, as a Unix socket can't have a long path.
    place = os.open(network.directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        addresses = [(hosts[name], members[name]) for name in others]
        with contextlib.ExitStack() as stack:
            found = [stack.enter_context(each) for each in listen_in(box, addresses)]
            own = stack.enter_context(unix_listener(path_of(place, network.own)))
            paths = [path_of(place, name) for name in others]
            yield InnerNetwork({**hosts, network.own: LOOPBACK}, list(zip(found, paths)), own)
    finally:
        os.close(place)


def path_of(place: int, name: str) -> str:
    return f"/proc/self/fd/{place}/{name}.socket"


def unix_listener(path: str) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX)
    try:
        with contextlib.suppress(FileNotFoundError):
            Path(path).unlink()  # of a process that was killed
        listening.bind(path)
        listening.listen(WAITING)
    except BaseException:
        listening.close()
        raise
    return listening


def listen_in(box: Sandbox, addresses: list[tuple[str, int]]) -> list[socket.socket]:
    """Sockets that listen in the network of the sandbox, which this process itself need not enter.

    :raises Skip: this machine does not allow it.
    """
    here, there = socket.socketpair()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with reporting(writing):
            box.enter_network()
            listening = []
            for address in addresses:
                each = socket.socket()
                each.bind(address)
                each.listen(WAITING)
                listening.append(each)
            socket.send_fds(there, [b"."], [each.fileno() for each in listening])
    os.close(writing)
    there.close()
    with here, os.fdopen(reading, "rb") as report:
        _, descriptors, _, _ = socket.recv_fds(here, 1, len(addresses))
        said = report.read()
    os.waitpid(child, 0)
    found = [socket.socket(fileno=descriptor) for descriptor in descriptors]
    raise_reported(said)
    if len(found) != len(addresses):
        raise ImageError("the process that listens in the network of a program was killed")
    return found
