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
import json
import os
import shutil
import signal
import subprocess
import time
import traceback
from typing import IO, Any, Callable, NoReturn

from checks import Skip
from invocation import STOP_SECONDS, quietly
from leftovers import read_note, take
from process import Process
from ready import not_ready
from run import CLIENTS
from service import Running, Service, begin

# Between two looks at what the supervisor waits for.
PAUSE_SECONDS = 0.05


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
