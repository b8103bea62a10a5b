"""Runs the program of an image to its end, or to that of its time, and keeps what it says."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from gocontainer.read.source import NotStartedError
from gocontainer.run.invocation import Completed, Invocation, check_started
from gocontainer.run.runner import Runner, Streams, runner_of

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


def run_image(
    plan: Plan,
    directory: Path,
    engine_command: str | None,
    invocation: Invocation,
    before: Sequence[Invocation] = (),
) -> Completed:
    """Run the image of a plan, whose files are in ``directory``, and wait for its end.

    :param before: run first, one after the other, and what they change in the files stays.
    :raises ImageError: there is no image, or the engine can't run it.
    :raises Skip: this machine can't isolate a program.
    """
    count = len(before) + 1
    with runner_of(plan, directory, engine_command, invocation.user, count) as runner:
        for first in before:
            check_started(complete(runner, first))
            runner.keep()
        return complete(runner, invocation)


def complete(runner: Runner, invocation: Invocation) -> Completed:
    """One program. It is killed at the end of its time, with its process group.

    :raises ImageError: the image can't be run.
    """
    try:
        running = runner.start(
            invocation, Streams(subprocess.PIPE, subprocess.PIPE, subprocess.PIPE)
        )
    except NotStartedError as error:
        return Completed(127, b"", f"{error}\n".encode(errors="replace"), started=False)
    return running.outcome(watch(running.process, invocation))


def watch(started: subprocess.Popen[bytes], invocation: Invocation) -> Completed:
    kept = bytearray(), bytearray()
    with started as process:
        workers = [
            threading.Thread(target=feed, args=(process.stdin, invocation.stdin), daemon=True),
            threading.Thread(
                target=keep, args=(process.stdout, kept[0], invocation.output), daemon=True
            ),
            threading.Thread(
                target=keep, args=(process.stderr, kept[1], invocation.output), daemon=True
            ),
        ]
        for worker in workers:
            worker.start()
        code: int | None = None
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = process.wait(invocation.timeout)
        finally:
            if code is None:
                os.killpg(process.pid, signal.SIGKILL)
            for worker in workers:
                worker.join(5)  # a process that got away may still hold the pipe
    return Completed(code, bytes(kept[0]), bytes(kept[1]))


def feed(stream: IO[bytes], data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), stream:  # not every program reads its input
        stream.write(data)


def keep(stream: IO[bytes], kept: bytearray, most: int) -> None:
    while chunk := os.read(stream.fileno(), 65536):
        kept += chunk[: most - len(kept)]
