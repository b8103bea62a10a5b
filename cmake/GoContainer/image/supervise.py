"""Keeps a service running from the CTest test that starts it to the one that stops it.

The supervisor is a process of its own: it starts the program, finds out when it is ready, and ends it
when it is told to, or when ctest is gone. What it shares with others is in the directory of the
service:

``log``
    what the program said on stdout and stderr, in its last run
``supervisor``
    locked by the supervisor (flock(2)); holds what must be cleaned up if that is killed
``end``
    how the program ended, if it did so by itself
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Callable, NoReturn

import namespace
from checks import Skip
from index import image_of
from layout import open_image
from pump import pump
from ready import not_ready
from run import CLIENTS, STOP_SECONDS, Invocation, ask, quietly, unpacked
from source import ImageError

# Between two looks at what the supervisor waits for.
PAUSE_SECONDS = 0.05


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


def launch(service: Service) -> dict[str, Any]:
    """Start a supervisor in the background; returns what it reports when the service is ready
    (``address``), or what else came of it (``skipped``, ``error``, or the facts of a failure)."""
    caller = Process.of(os.getppid())
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        supervise(service, caller, Report(writing))
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read() or b'{"error": "the supervisor of the service was killed"}'
    report: dict[str, Any] = json.loads(said)
    return report


def supervise(service: Service, caller: Process, report: Report) -> NoReturn:
    """The life of the supervisor."""
    try:
        os.setsid()
        asked: list[int] = []
        signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
        # All files are opened now: in a namespace this process may have less rights.
        with contextlib.ExitStack() as stack:
            state = stack.enter_context((service.place / "supervisor").open("w"))
            end = stack.enter_context((service.place / "end").open("w", encoding="utf-8"))
            log = stack.enter_context((service.place / "log").open("wb"))
            detach(log)
            fcntl.flock(state, fcntl.LOCK_EX)
            with begin(service, state, log) as running:
                watch(service, running, lambda: bool(asked) or not caller.alive(), report, end)
            with contextlib.suppress(OSError):
                (service.place / "address").unlink()
            state.truncate(0)
    except Skip as why:
        report.send(skipped=str(why))
    except Exception as error:
        traceback.print_exc()
        report.send(error=str(error))
    os._exit(0)


def detach(log: IO[bytes]) -> None:
    """Let go of the pipes of the test, for whose end ctest waits; what goes wrong here is logged."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(log.fileno(), 1)
    os.dup2(log.fileno(), 2)


class Report:
    """What the supervisor tells the test that started it; once, as that one then ends."""

    def __init__(self, pipe: int) -> None:
        self.pipe: int | None = pipe

    def send(self, **facts: str) -> None:
        if self.pipe is None:
            return
        with contextlib.suppress(OSError):
            os.write(self.pipe, json.dumps(facts).encode())
        os.close(self.pipe)
        self.pipe = None


def watch(
    service: Service, running: Running, unwanted: Callable[[], bool], report: Report, end: IO[str]
) -> None:
    """Report when the program is ready, then stay until it ends or is not wanted any more."""
    deadline = time.monotonic() + service.declared["timeout"]
    address = None
    ready = False
    while not unwanted():
        code = running.process.poll()
        if code is not None:
            ended(service, code, ready, report, end)
            return
        if not ready:
            address = address or running.address()
            why = not_ready(
                service.declared["ready"], running.inner_address or address, service.place / "log"
            )
            if why is None and address:
                ready = True
                report.send(address=address)
            elif time.monotonic() > deadline:
                late(service, why or "the port is not published", report)
                break
        time.sleep(PAUSE_SECONDS)
    if ready and not running.runs():
        ended(service, running.process.wait(), ready, report, end)
        return
    running.ask_to_end()
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.process.wait(STOP_SECONDS)


def ended(service: Service, code: int, ready: bool, report: Report, end: IO[str]) -> None:
    found = f"exit code {code}" if code >= 0 else f"signal {-code}"
    if ready:
        json.dump({"found": found}, end)
    name = service.plan["name"]
    report.send(
        problem=f"the program of {name} ended before it was ready",
        found=found,
        remedy=f"mend what the log tells of; the target {name}-run runs the program by hand",
    )


def late(service: Service, why: str, report: Report) -> None:
    report.send(
        problem=f"the service of {service.plan['name']} was not ready in time",
        found=why,
        remedy="correct PORT or READY_..., have the program listen on all addresses, "
        "or raise TIMEOUT",
    )


@contextlib.contextmanager
def begin(service: Service, state: IO[str], log: IO[bytes]) -> Iterator[Running]:
    """Start the program; when the context ends, it is killed.

    :raises ImageError: the image is not there, or can't be read.
    :raises Skip: this machine can't isolate the program.
    """
    where = image_of(service.plan, service.directory)
    with contextlib.ExitStack() as stack:
        if service.plan["engine"] == "builtin":
            yield from begin_unpacked(service, where, state, log, stack)
        else:
            yield from begin_container(service, where, state, log)


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
    image = stack.enter_context(open_image(where))
    root = stack.enter_context(tempfile.TemporaryDirectory(prefix="go-container-service-"))
    note(state, root=root)
    env = dict(variable.split("=", 1) for variable in service.env)
    program, environment = unpacked(image, Path(root), Invocation(env=env))
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
    number = signal_of(image.config["config"].get("StopSignal"))
    try:
        yield Running(
            process,
            lambda: address,
            f"127.0.0.1:{port}",
            lambda: process.poll() is None,
            lambda: signal_program(process.pid, number),
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


def note(state: IO[str], **leftovers: str) -> None:
    """Write down who supervises, and what is to clean up after a supervisor that was killed."""
    json.dump({"pid": os.getpid(), **leftovers}, state)
    state.flush()


def end_supervisor(service: Service) -> bool:
    """End a supervisor that runs, and clean up after one that was killed; whether there was one."""
    try:
        state = (service.place / "supervisor").open("r+")
    except FileNotFoundError:
        return False
    with state:
        running = not take(state)
        asked: int | None = None
        # It first ends its program in good order.
        deadline = time.monotonic() + 2 * STOP_SECONDS
        while running and not take(state):
            pid = read_note(state).get("pid")
            if pid and asked is None:
                asked = pid
                kill(pid, signal.SIGTERM)
            elif asked and time.monotonic() > deadline:
                kill(asked, signal.SIGKILL)
            time.sleep(PAUSE_SECONDS)
        left = read_note(state)
        if "container" in left:
            quietly(
                service.engine_command, *CLIENTS[service.plan["engine"]].remove, left["container"]
            )
        if "root" in left:
            shutil.rmtree(left["root"], ignore_errors=True)
        state.truncate(0)
        return running


def kill(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def take(state: IO[str]) -> bool:
    """Whether nobody holds the lock; it is then taken."""
    try:
        fcntl.flock(state, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def read_note(state: IO[str]) -> dict[str, Any]:
    state.seek(0)
    try:
        left: dict[str, Any] = json.loads(state.read())
    except ValueError:
        return {}  # not written yet, or cleaned up already
    return left


@dataclass(frozen=True)
class Process:
    """A process that can be told from a later one with its number, by when it started."""

    pid: int
    started: str

    @staticmethod
    def of(pid: int) -> Process:
        return Process(pid, Process.look_up(pid)[1])

    @staticmethod
    def look_up(pid: int) -> tuple[str, str]:
        """Its state and when it started (proc(5)); its name, before them, may hold spaces."""
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        fields = text.rpartition(")")[2].split()
        return fields[0], fields[19]

    def alive(self) -> bool:
        try:
            state, started = self.look_up(self.pid)
        except OSError:
            return False
        return started == self.started and state not in "ZX"  # not a zombie, nor dead
