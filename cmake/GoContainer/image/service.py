"""Starts the program of a service, by its engine or without one."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Callable

import namespace
from checks import Skip
from index import image_of
from invocation import STOP_SECONDS, Invocation, ask, quietly
from layout import open_image
from leftovers import note
from pump import pump
from run import CLIENTS
from source import ImageError
from unpacked import unpacked

# How long an engine on a busy machine may take to notice that a program ended.
NOTICE_SECONDS = 0.25


@dataclass(frozen=True)
class Service:
    """A service of the image of a plan, as add_go_container_service() declares it; ``timeout`` is in
    seconds."""

    plan: dict[str, Any]
    directory: Path
    engine_command: str
    declared: dict[str, Any]

    @property
    def place(self) -> Path:
        return Path(self.declared["directory"])

    @property
    def container(self) -> str:
        """The name of the container, the same in each run: what a killed run left is found by it."""
        place = hashlib.sha256(bytes(self.place)).hexdigest()[:12]
        return f"go-container-{self.plan['name'].replace('+', '-')}-{place}"

    @property
    def env(self) -> list[str]:
        env: list[str] = self.declared.get("env", [])
        return env


@dataclass(frozen=True)
class Running:
    """A program that was started: the address for tests, as soon as there is one; where the
    supervisor itself reaches it, if that is elsewhere; whether it still runs, which the process that
    started it may be slow to tell; how to ask it to end."""

    process: subprocess.Popen[bytes]
    address: Callable[[], str | None]
    inner_address: str | None
    runs: Callable[[], bool]
    ask_to_end: Callable[[], None]


@contextlib.contextmanager
def begin(service: Service, state: IO[str], log: IO[bytes]) -> Iterator[Running]:
    """Start the program; when the context ends, it is killed.

    :raises ImageError: the image is not there, or can't be read.
    :raises Skip: this machine can't isolate the program.
    """
    where = image_of(service.plan, service.directory)
    with contextlib.ExitStack() as stack:
        if service.plan["engine"] in CLIENTS:
            yield from begin_container(service, where, state, log)
        else:
            yield from begin_unpacked(service, where, state, log, stack)


def begin_container(
    service: Service, where: str, state: IO[str], log: IO[bytes]
) -> Iterator[Running]:
    """A container of docker or podman, which choose the free port."""
    client, name = CLIENTS[service.plan["engine"]], service.container
    command, port = service.engine_command, service.declared["port"]
    note(state, container=name)
    publish = f"127.0.0.1:{service.declared.get('hostPort', '')}:{port}"
    flags = ["--rm", "--name", name, "--pull=never", "--publish", publish, *client.run]
    flags += [word for variable in service.env for word in ("--env", variable)]
    words = [command, "run", *flags, where.partition(":")[2]]
    process = subprocess.Popen(words, stdout=log, stderr=log)

    def address() -> str | None:
        try:
            return ask(command, "port", name, f"{port}/tcp").splitlines()[0]
        except (ImageError, IndexError):
            return None  # not yet

    def runs() -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(NOTICE_SECONDS)
            return False
        try:
            return ask(command, "inspect", "--format", "{{.State.Running}}", name) == "true\n"
        except ImageError:
            return False  # it is removed already

    def ask_to_end() -> None:
        quietly(command, "stop", "--time", str(STOP_SECONDS), name)

    try:
        yield Running(process, address, None, runs, ask_to_end)
    finally:
        quietly(command, *client.remove, name)
        process.kill()
        process.wait()


def begin_unpacked(
    service: Service,
    where: str,
    state: IO[str],
    log: IO[bytes],
    stack: contextlib.ExitStack,
) -> Iterator[Running]:
    """Without an engine: in a network of its own, so that each service has every port to itself. A
    free port is taken before; its connections are handed on to there."""
    port = service.declared["port"]
    listener = stack.enter_context(socket.socket())
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", service.declared.get("hostPort", 0)))
    listener.listen()
    root = stack.enter_context(tempfile.TemporaryDirectory(prefix="go-container-service-"))
    note(state, root=root)
    env = dict(variable.split("=", 1) for variable in service.env)
    with open_image(where, service.engine_command) as image:
        program, environment = unpacked(image, Path(root), Invocation(env=env))
        stop_signal = signal_of(image.config["config"].get("StopSignal"))
    try:
        namespace.enter(network=True)
    except OSError as error:
        raise Skip(
            f"no network namespace can be had here ({error}); configure with another engine"
        ) from None

    def prepare() -> None:
        namespace.die_with_parent(signal.SIGKILL)
        if program.prepare:
            program.prepare()

    process = subprocess.Popen(
        program.command,
        env=environment,
        stdout=log,
        stderr=log,
        preexec_fn=prepare,
        start_new_session=True,
    )
    pump(listener, port)
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    try:
        yield Running(
            process,
            lambda: address,
            f"127.0.0.1:{port}",
            lambda: process.poll() is None,
            lambda: signal_program(process.pid, stop_signal),
        )
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def signal_program(launcher: int, number: int) -> None:
    """Signal the program that bwrap or unshare started as its only child."""
    with contextlib.suppress(OSError, ValueError):
        children = Path(f"/proc/{launcher}/task/{launcher}/children").read_text(encoding="ascii")
        os.kill(int(children.split()[0]), number)


def signal_of(name: str | None) -> int:
    """The number of a STOPSIGNAL, which is a name or a number; SIGTERM by default."""
    if not name:
        return signal.SIGTERM
    return (
        int(name) if name.isdecimal() else signal.Signals["SIG" + name.upper().removeprefix("SIG")]
    )
