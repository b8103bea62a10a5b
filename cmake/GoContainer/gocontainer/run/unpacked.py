"""Runs the programs of an image without an engine, from its files, unpacked, in namespaces."""

from __future__ import annotations

import contextlib
import re
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from gocontainer.read.index import Index
from gocontainer.read.source import ImageError
from gocontainer.run.emulation import emulator_of
from gocontainer.run.invocation import Invocation
from gocontainer.run.port_forward import pump
from gocontainer.run.runner import Runner, Running, Streams
from gocontainer.run.sandbox import Sandbox, sandbox
from gocontainer.run.sandboxed import Program, signal_program

if TYPE_CHECKING:
    from gocontainer.run.network import Network


@contextlib.contextmanager
def unpacked(
    index: Index, user: str | None = None, network: Network | None = None
) -> Iterator[Unpacked]:
    """The files of an image, in memory until the context ends.

    :param user: who will use them, the image's user by default.
    :param network: that of its programs, if they are to see others.
    :raises ImageError: the image can't be unpacked, or has no such user.
    :raises Skip: this machine can't isolate a program.
    """
    with sandbox(index, user) as box, contextlib.ExitStack() as stack:
        yield Unpacked(index, box, stack, network)


class Unpacked(Runner):
    """All programs have the same files, so what one changes in them stays."""

    def __init__(
        self,
        index: Index,
        box: Sandbox,
        stack: contextlib.ExitStack,
        network: Network | None = None,
    ) -> None:
        self.index = index
        self.box = box
        self.stack = stack
        self.network = network

    def exposed(self) -> list[str]:
        ports = [port.partition("/") for port in self.box.config.get("ExposedPorts") or ()]
        numbers = {int(port) for port, _, kind in ports if port.isdecimal() and kind in ("", "tcp")}
        return [f"{number}/tcp" for number in sorted(numbers)]

    def check_stop_signal(self) -> None:
        signal_of(self.box.config.get("StopSignal"))

    def start(
        self, invocation: Invocation, streams: Streams, ports: Mapping[str, int] | None = None
    ) -> InNamespaces:
        program = program_of(self.box, self.index, invocation)
        inner = None
        if self.network is not None:
            from gocontainer.run.inner_network import inner_network  # which few need

            inner = self.stack.enter_context(inner_network(self.box, self.network))
            program = replace(program, hosts=inner.hosts)
        listening = {
            port: self.stack.enter_context(listener(number))
            for port, number in (ports or {}).items()
        }
        process = program.start(streams)
        if listening:
            self.box.enter_network()  # before there are threads here
        for port, each in listening.items():
            pump(each, ("127.0.0.1", number_of(port)))
        if inner is not None:
            inner.start(number_of(next(iter(listening))))
        addresses = {port: f"127.0.0.1:{each.getsockname()[1]}" for port, each in listening.items()}
        return InNamespaces(process, addresses, self.box.config.get("StopSignal"))

    def keep(self) -> None:
        pass  # they stay by themselves


class InNamespaces(Running):
    def __init__(
        self, process: subprocess.Popen[bytes], addresses: dict[str, str], stop_signal: str | None
    ) -> None:
        super().__init__(process)
        self.addresses = addresses
        self.stop_signal = stop_signal

    def address(self, port: str) -> str | None:
        return self.addresses[port]

    def inner_address(self, port: str) -> str | None:
        return f"127.0.0.1:{number_of(port)}"

    def runs(self) -> bool:
        return self.process.poll() is None

    def signal(self, number: int) -> None:
        signal_program(self.process.pid, number)

    def ask_to_end(self) -> None:
        self.signal(signal_of(self.stop_signal))


def number_of(port: str) -> int:
    return int(port.partition("/")[0])


def listener(number: int) -> socket.socket:
    """Listens at that port of 127.0.0.1, 0 for a free one."""
    listening = socket.socket()
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", number))
        listening.listen()
    except BaseException:
        listening.close()
        raise
    return listening


def program_of(box: Sandbox, index: Index, invocation: Invocation) -> Program:
    """The program of an image that is unpacked.

    :raises ImageError: there is nothing to run.
    :raises Skip: this machine runs no programs of its architecture.
    """
    words = words_of(box.config, invocation)
    emulator = emulator_of(index.config.get("architecture", ""))
    # An entry without "=" is not a variable, for no program.
    declared = [entry.split("=", 1) for entry in box.config.get("Env") or () if "=" in entry]
    return Program(
        words,
        box,
        {**dict(declared), **invocation.env},
        invocation.user,
        emulator,
        invocation.mounts,
        invocation.secrets,
    )


def words_of(config: Mapping[str, Any], invocation: Invocation) -> list[str]:
    """The program and its arguments; another ENTRYPOINT resets CMD, as with ``docker run``.

    :raises ImageError: there are none.
    """
    if invocation.entrypoint is not None:
        words = invocation.entrypoint + (invocation.arguments or [])
    else:
        words = (config.get("Entrypoint") or []) + (invocation.arguments or config.get("Cmd") or [])
    if not words:
        raise ImageError("the image has neither ENTRYPOINT nor CMD, so there is nothing to run")
    return words


def signal_of(name: str | None) -> int:
    """The number of a STOPSIGNAL: a name, or a number, or one of the real-time signals, counted from their first
    or last one; SIGTERM by default.

    :raises ImageError: it is none.
    """
    if not name:
        return signal.SIGTERM
    word = name.upper().removeprefix("SIG") if not name.isdecimal() else name
    number = int(word) if word.isdecimal() else 0
    if found := re.fullmatch(r"RT(MIN|MAX)(?:([+-][0-9]{1,2}))?", word, re.ASCII):
        number = (signal.SIGRTMIN if found[1] == "MIN" else signal.SIGRTMAX) + int(found[2] or 0)
        number = number if signal.SIGRTMIN <= number <= signal.SIGRTMAX else 0
    elif f"SIG{word}" in signal.Signals.__members__:
        number = signal.Signals[f"SIG{word}"]
    if not 1 <= number <= signal.SIGRTMAX:
        raise ImageError(
            f"the STOPSIGNAL of the image, {name}, is not a signal of Linux. Correct it."
        )
    return number
