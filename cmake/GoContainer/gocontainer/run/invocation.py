"""One call of the program of an image: its words, and what came of it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from gocontainer.read.source import ImageError, NotStartedError

if TYPE_CHECKING:
    from gocontainer.run.leftovers import Held
    from gocontainer.run.sandbox import Isolation, Program

# Of each stream; what a program says beyond it is read and dropped.
MAX_OUTPUT_BYTES = 16 * 1024 * 1024
# How long a program may take to end when it is asked to; docker's own default.
STOP_SECONDS = 10


@dataclass(frozen=True)
class Invocation:
    """One call of an image's program, in the words of ``docker run``.

    Without ``arguments`` the image's CMD takes their place, unless there is an ``entrypoint``. The
    ``timeout`` is in seconds; of each stream ``output`` bytes are kept; ``flags`` are more of
    ``docker run``, such as --privileged, for the engines docker and podman.
    """

    arguments: list[str] | None = None
    entrypoint: list[str] | None = None
    env: dict[str, str] = field(default_factory=dict)
    user: str | None = None
    stdin: bytes = b""
    timeout: float = 30.0
    output: int = MAX_OUTPUT_BYTES
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Completed:
    """How a program ended: ``exit_code`` is None where it was killed, as its time was over. Where it was not
    ``started``, as there is none of that name, ``stderr`` has the words of what was to start it."""

    exit_code: int | None
    stdout: bytes
    stderr: bytes
    started: bool = True


def check_started(done: Completed) -> None:
    """:raises ImageError: the program was never started, or was killed as its time was over."""
    if done.exit_code is None:
        raise ImageError("the program did not end in time")
    if not done.started:
        words = done.stderr.decode(errors="replace").strip()
        raise ImageError(f"the program can't be started: {words}")


def watch(
    program: Isolation | Program, invocation: Invocation, held: Held | None = None
) -> Completed:
    """Run a command to its end, or to that of its time; then it is killed, with its process group.

    :param held: what ends it where this process is killed.
    """
    kept = bytearray(), bytearray()
    try:
        started = program.start(subprocess.PIPE, subprocess.PIPE, subprocess.PIPE)
    except NotStartedError as error:
        return Completed(127, b"", f"{error}\n".encode(errors="replace"), started=False)
    with started as process:
        if held:
            held.started(process)
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


def ask(*command: str) -> str:
    """What a command prints.

    :raises ImageError: it fails.
    """
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip()
        raise ImageError(f"{' '.join(command[:2])} failed: {words}")
    return done.stdout.decode()
