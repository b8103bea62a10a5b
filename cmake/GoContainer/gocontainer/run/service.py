"""Starts the program of a service, by its engine or without one."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import signal
import socket
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Callable

from gocontainer.common.engines import ENGINES, engine_of
from gocontainer.read.index import image_of, index_of
from gocontainer.read.source import ImageError
from gocontainer.run.client import given, limits
from gocontainer.run.container import was_started
from gocontainer.run.invocation import STOP_SECONDS, Invocation, ask
from gocontainer.run.leftovers import Held, held, quietly
from gocontainer.run.log import keep_log
from gocontainer.run.port_forward import pump
from gocontainer.run.sandbox import Isolation, Program, sandbox, signal_program
from gocontainer.run.unpacked import program_of

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


# How long an engine on a busy machine may take to notice that a program ended.
NOTICE_SECONDS = 0.25
# How long the last words of a program that was killed may take.
LOG_SECONDS = 5.0


@dataclass(frozen=True)
class Service:
    """A service of the image of a plan, as add_go_container_service() declares it; ``timeout`` is in
    seconds."""

    plan: Plan
    directory: Path
    engine_command: str
    declared: dict[str, Any]

    @property
    def place(self) -> Path:
        return Path(self.declared["directory"])

    @property
    def container(self) -> str:
        """What the name of each container begins with: what a killed run left is found by it."""
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
    started it may be slow to tell; how to ask it to end; whether there was a program at all."""

    process: subprocess.Popen[bytes]
    address: Callable[[], str | None]
    inner_address: str | None
    runs: Callable[[], bool]
    ask_to_end: Callable[[], None]
    started: Callable[[], bool]


@contextlib.contextmanager
def begin(service: Service, log: IO[bytes]) -> Iterator[Running]:
    """Start the program; when the context ends, it is killed, and its log is whole.

    :raises ImageError: the image is not there, or can't be read.
    :raises Skip: this machine can't isolate the program.
    """
    where = image_of(service.plan, service.directory)
    with contextlib.ExitStack() as stack:
        if engine_of(service.plan).run is not None:
            yield begin_container(service, where, log, stack)
        else:
            yield begin_unpacked(service, log, stack)


@contextlib.contextmanager
def program(
    how: Isolation | Program,
    log: IO[bytes],
    leftovers: Held | None = None,
    started: Callable[[], None] = lambda: None,
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that says all to the log; it is killed with its group when the context ends.

    :param started: called at once when it runs, before there are threads here.
    """
    said, saying = os.pipe()
    try:
        process = how.start(subprocess.DEVNULL, saying, saying)
    finally:
        os.close(saying)
    started()
    if leftovers:
        leftovers.started(process)
    copying = keep_log(said, log)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        copying.join(LOG_SECONDS)  # a process that got away may still hold the pipe


def begin_container(
    service: Service, where: str, log: IO[bytes], stack: contextlib.ExitStack
) -> Running:
    """A container of docker or podman, which choose the free port."""
    engine, command = service.plan["engine"], service.engine_command
    name = f"{service.container}-{uuid.uuid4().hex[:8]}"
    client, port, identity = ENGINES[engine], service.declared["port"], where.partition(":")[2]
    listing = ["ps", "--all", "--quiet", "--filter", f"name=^/?{service.container}-"]
    if left := ask(command, *listing).split():
        quietly(command, *client.remove, *left)
    leftovers = stack.enter_context(held([command, *client.remove, name]))
    env = dict(variable.split("=", 1) for variable in service.env)
    variables = stack.enter_context(given(engine, env, leftovers.directory))
    publish = f"127.0.0.1:{service.declared.get('hostPort', '')}:{port}"
    words = [command, *(client.run or ()), "--name", name, "--pull=never"]
    words += ["--publish", publish, *limits(client)]
    words += [*variables.flags, identity]
    client_of = Isolation(words, variables.environment, variables.descriptors)
    process = stack.enter_context(program(client_of, log, leftovers))

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
            return False

    def ask_to_end() -> None:
        quietly(command, "stop", "--time", str(STOP_SECONDS), name)

    return Running(process, address, None, runs, ask_to_end, lambda: was_started(command, name)[0])


def begin_unpacked(service: Service, log: IO[bytes], stack: contextlib.ExitStack) -> Running:
    """Without an engine: in a network of its own, so that each service has every port to itself. A
    free port is taken before; its connections are handed on to there."""
    port = service.declared["port"]
    listener = stack.enter_context(socket.socket())
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", service.declared.get("hostPort", 0)))
    listener.listen()
    env = dict(variable.split("=", 1) for variable in service.env)
    index = index_of(service.plan, service.directory, service.engine_command)
    box = stack.enter_context(sandbox(index))
    stop_signal = signal_of(box.config.get("StopSignal"))
    how = program_of(box, index, Invocation(env=env))
    process = stack.enter_context(program(how, log, started=box.enter_network))
    pump(listener, port)
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    return Running(
        process,
        lambda: address,
        f"127.0.0.1:{port}",
        lambda: process.poll() is None,
        lambda: signal_program(process.pid, stop_signal),
        lambda: True,
    )


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
        raise ImageError(f"the STOPSIGNAL of the image, {name}, is no signal of Linux. Correct it.")
    return number
