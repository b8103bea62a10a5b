"""Runs the program of an image without an engine, from its files, unpacked."""

from __future__ import annotations

import contextlib
import platform
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gocontainer.common.skip import Skip
from gocontainer.read.index import Index
from gocontainer.read.layout import Image
from gocontainer.read.source import ImageError
from gocontainer.run.invocation import STOP_SECONDS, Completed, Invocation, check_started, watch
from gocontainer.run.port_forward import pump
from gocontainer.run.sandbox import Program, Sandbox, sandbox, signal_program
from gocontainer.run.unpack import indexed

# platform.machine() -> GOARCH, of machines that people build on.
MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "ppc64le": "ppc64le", "s390x": "s390x"}


def run(image: Image) -> int:
    """Run ENTRYPOINT and CMD of the image on this terminal; returns the program's exit code.

    The ports that the image exposes are those of 127.0.0.1 here, or free ones where these are taken.

    :raises ImageError: there is nothing to run, or no such user.
    :raises NotStartedError: the image has no such program.
    :raises Skip: this machine can't isolate the program.
    """
    with contextlib.ExitStack() as stack:
        with indexed(image) as index:
            box = stack.enter_context(sandbox(index))
            program = program_of(box, index, Invocation())
        ports = [(stack.enter_context(listener(port)), port) for port in exposed(box.config)]
        process = stack.enter_context(program.start())
        box.enter_network()
        for listening, port in ports:
            print(
                f"127.0.0.1:{listening.getsockname()[1]} is port {port} of the program",
                file=sys.stderr,
            )
            pump(listening, port)
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The program is in another session: the terminal does not tell it.
            with contextlib.suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
                signal_program(process.pid, signal.SIGINT)
                process.wait(STOP_SECONDS)
            process.kill()
            return 130


def exposed(config: Mapping[str, Any]) -> list[int]:
    """The TCP ports that an image exposes."""
    ports = [port.partition("/") for port in config.get("ExposedPorts") or ()]
    return sorted(
        {int(port) for port, _, kind in ports if port.isdecimal() and kind in ("", "tcp")}
    )


def listener(port: int) -> socket.socket:
    """Listens at that port of 127.0.0.1, or at a free one."""
    for number in (port, 0):
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(("127.0.0.1", number))
            listening.listen()
        except (OSError, OverflowError):
            listening.close()
            continue
        return listening
    raise OSError("no port of 127.0.0.1 is free")


def run_unpacked(index: Index, invocation: Invocation, before: Sequence[Invocation]) -> Completed:
    """Without an engine, in namespaces, from the files of the image.

    :raises ImageError: the image can't be run.
    :raises Skip: this machine can't isolate the program.
    """
    with sandbox(index, invocation.user) as box:
        for first in before:
            check_started(watch(program_of(box, index, first), first))
        return watch(program_of(box, index, invocation), invocation)


def program_of(box: Sandbox, index: Index, invocation: Invocation) -> Program:
    """The program of an image that is unpacked.

    :raises ImageError: there is nothing to run.
    :raises Skip: this machine runs no programs of its architecture.
    """
    words = words_of(box.config, invocation)
    check_architecture(index.config.get("architecture", ""))
    # An entry without "=" is no variable, for no program.
    declared = [entry.split("=", 1) for entry in box.config.get("Env") or () if "=" in entry]
    return box.program(words, {**dict(declared), **invocation.env}, invocation.user)


def check_architecture(architecture: str) -> None:
    """:raises Skip: this machine runs no programs of that architecture, nor has an emulator for any."""
    machine = MACHINES.get(platform.machine(), architecture)
    emulators = Path("/proc/sys/fs/binfmt_misc").glob("*qemu*")
    if architecture not in (machine, "386") and not any(emulators):
        raise Skip(f"the image is for {architecture}, and this machine is {machine}")


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
