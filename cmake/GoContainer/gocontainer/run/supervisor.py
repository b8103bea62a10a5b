"""Keeps a service running from the CTest test that starts it to the one that stops it.

The supervisor is a process of its own: it starts the program, finds out when it is ready, and ends it
when it is told to, or when ctest is gone. What it shares with others is in the directory of the
service:

``log``
    what the program said on stdout and stderr, in its last run
``supervisor``
    locked by the supervisor (flock(2)); holds who that is, and for whom it works
``end``
    how the program ended, if it did so by itself
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import time
import traceback
from pathlib import Path
from typing import IO, Any, Callable, NoReturn

from gocontainer.common.process import Process
from gocontainer.common.skip import Skip
from gocontainer.read.source import ImageError
from gocontainer.run.invocation import STOP_SECONDS
from gocontainer.run.leftovers import clean_up_dead, note, read_note, take
from gocontainer.run.log import Log
from gocontainer.run.readiness import NOT_PUBLISHED, not_ready
from gocontainer.run.runner import Running
from gocontainer.run.service import Service, begin

# Between two looks at what the supervisor waits for.
PAUSE_SECONDS = 0.05
# A supervisor writes down who it is as soon as it has the lock.
NOTE_SECONDS = 1.0
# By then one that is asked, and then killed, has ended.
LAST_SECONDS = 4 * STOP_SECONDS


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

        def unwanted() -> bool:
            return bool(asked) or not caller.alive()

        with contextlib.ExitStack() as stack:
            # Not emptied by opening it: another supervisor may have the lock.
            state = stack.enter_context((service.place / "supervisor").open("a+"))
            if wait_for_turn(service, state, unwanted, report):
                keep_running(service, state, caller, unwanted, report, stack)
    except Skip as why:
        report.send(skipped=str(why))
    except Exception as error:
        traceback.print_exc()
        report.send(error=str(error))
    os._exit(0)


def wait_for_turn(
    service: Service, state: IO[str], unwanted: Callable[[], bool], report: Report
) -> bool:
    """Whether the lock is had, which another run of ctest may need for as long as its tests take."""
    deadline = time.monotonic() + service.declared["timeout"]
    while not take(state):
        if time.monotonic() > deadline:
            report.send(
                problem="another run of ctest, or a target that serves it, has the service",
                found=f"its supervisor is process {read_note(state).get('pid', '(unknown)')}",
                remedy="end that, or give each run a build directory of its own",
            )
            return False
        if unwanted():
            return False
        time.sleep(PAUSE_SECONDS)
    return True


def keep_running(
    service: Service,
    state: IO[str],
    caller: Process,
    unwanted: Callable[[], bool],
    report: Report,
    stack: contextlib.ExitStack,
) -> None:
    """The service, from its start to its end."""
    note(state, caller=[caller.pid, caller.started])
    (service.place / "address").unlink(missing_ok=True)
    # All files are opened now: in a namespace this process may have less rights.
    end = stack.enter_context((service.place / "end").open("w", encoding="utf-8"))
    log = stack.enter_context((service.place / "log").open("wb"))
    detach(log)
    with begin(service, log) as running:
        watch(service, running, unwanted, report, end)
    with contextlib.suppress(OSError):
        (service.place / "address").unlink()
    state.truncate(0)


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
    log = Log(service.place / "log")
    while not unwanted():
        code = running.process.poll()
        if code is not None:
            ended(service, running, code, ready, report, end)
            return
        if not ready:
            address = address or running.address(service.port)
            where = running.inner_address(service.port) or address
            why = not_ready(service.declared["ready"], where, log, deadline)
            if why is None and address:
                ready = True
                report.send(address=address)
            elif time.monotonic() > deadline:
                late(service, why or NOT_PUBLISHED, report)
                break
        time.sleep(PAUSE_SECONDS)
    if ready and not running.runs():
        ended(service, running, running.process.wait(), ready, report, end)
        return
    running.ask_to_end()
    with contextlib.suppress(subprocess.TimeoutExpired):
        running.process.wait(STOP_SECONDS)


def ended(
    service: Service, running: Running, code: int, ready: bool, report: Report, end: IO[str]
) -> None:
    found = f"exit code {code}" if code >= 0 else f"signal {-code}"
    if ready:
        json.dump({"found": found}, end)
    name = service.plan["name"]
    if not ready and not running.started():
        report.send(
            problem=f"{service.plan['engine']} can't start a container of {name}",
            found=found,
            remedy="mend what the log tells of",
        )
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


def end_supervisor(service: Service) -> bool:
    """End a supervisor that runs; whether there was one.

    :raises ImageError: it can't be found, or does not end.
    """
    try:
        state = (service.place / "supervisor").open("r+")
    except FileNotFoundError:
        return False
    with state:
        begun = time.monotonic()
        asked: dict[int, float] = {}
        while not take(state):
            now = time.monotonic()
            pid = read_note(state).get("pid")
            if pid is None and now > begun + NOTE_SECONDS:
                pid = holder_of(state)
            if pid and pid not in asked:
                asked[pid] = now
                kill(pid, signal.SIGTERM)
            # It first ends its program in good order.
            elif pid and now > asked[pid] + 2 * STOP_SECONDS:
                kill(pid, signal.SIGKILL)
            if now > begun + LAST_SECONDS:
                raise ImageError(
                    f"the supervisor {pid or '(unknown)'} of the service of {service.plan['name']} can't be ended. "
                    f"End the process that has the lock of {service.place / 'supervisor'}."
                )
            time.sleep(PAUSE_SECONDS)
        state.truncate(0)
    clean_up_dead()
    return bool(asked)


def in_use(service: Service, caller: int | None = None) -> bool:
    """Whether the service runs for another process than ``caller``, such as another run of ctest.

    :param caller: the id of a process, by default the parent of this one.
    """
    caller = caller or os.getppid()
    try:
        state = (service.place / "supervisor").open("r+")
    except FileNotFoundError:
        return False
    with state:
        if take(state):
            return False
        other = read_note(state).get("caller")
        return bool(other and other[0] != caller and Process(int(other[0]), other[1]).alive())


def kill(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def holder_of(state: IO[str]) -> int | None:
    """The process that has the lock of a file, as the kernel tells (proc(5), /proc/locks)."""
    inode = os.fstat(state.fileno()).st_ino
    with Path("/proc/locks").open(encoding="ascii") as locks:
        for line in locks:
            found = re.fullmatch(r"\d+: FLOCK +\w+ +WRITE (\d+) \w+:\w+:(\d+) .*\n", line)
            if found and int(found[2]) == inode and int(found[1]) != os.getpid():
                return int(found[1])
    return None
