"""Networks that an engine makes: there from the first container in one to the end of the last."""

from __future__ import annotations

import contextlib
import fcntl
import ipaddress
from collections.abc import Iterator

from gocontainer.common.engines import ENGINES, Engine
from gocontainer.common.lock import locked
from gocontainer.read.source import ImageError
from gocontainer.run.invocation import ask
from gocontainer.run.leftovers import quietly
from gocontainer.run.network import Network

SUBNET = "{{range .Subnets}}{{.Subnet}} {{end}}"


@contextlib.contextmanager
def joined(engine: str, command: str, network: Network | None) -> Iterator[list[str]]:
    """The flags of ``run`` that put a container into the network, which stays until the context ends, and while other
    processes use it. What a killed process left of it is used again, and goes then.

    :raises ImageError: the engine can't make one.
    """
    if network is None:
        yield []
        return
    turns = network.directory / "turn"
    with (network.directory / "users").open("a", encoding="ascii") as users:
        with locked(turns):
            fcntl.flock(users, fcntl.LOCK_SH)
            make(ENGINES[engine], command, network.in_engine)
        try:
            yield flags(ENGINES[engine], command, network)
        finally:
            with locked(turns), contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)  # fails while others use it
                quietly(command, "network", "rm", network.in_engine)


def make(row: Engine, command: str, name: str) -> None:
    try:
        ask(command, "network", "inspect", name)
    except ImageError:
        ask(command, *row.network, name)


def flags(row: Engine, command: str, network: Network) -> list[str]:
    words = ["--network", network.in_engine]
    if row.names:
        return [*words, "--network-alias", network.own]
    addresses = addresses_in(command, network)
    words += ["--ip", addresses.pop(network.own)]
    for name, address in addresses.items():
        words += ["--add-host", f"{name}:{address}"]
    return words


def addresses_in(command: str, network: Network) -> dict[str, str]:
    """The last addresses of the network, one for each service: the engine gives others the first ones."""
    subnet = ask(command, "network", "inspect", "--format", SUBNET, network.in_engine).split()[0]
    last = ipaddress.ip_network(subnet).broadcast_address
    return {name: str(last - number) for number, name in enumerate(network.members(), 1)}
