"""One call of the program of an image: its words, and what came of it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from dataclasses import dataclass, field
from typing import IO, Callable

from isolate import Isolation
from source import ImageError

# Of each stream; what a program says beyond it is read and dropped.
MAX_OUTPUT_BYTES = 1024 * 1024
# How long a program may take to end when it is asked to; docker's own default.
STOP_SECONDS = 10
# Exit code -> what is said where the image has no such program: with 1 by bwrap, with the others by docker and
# its init, podman and unshare.
NO_PROGRAM = re.compile(
    r"^(docker: Error|\[FATAL tini|Error: |unshare: failed to exec)", re.MULTILINE
)
NOT_STARTED = {
    1: re.compile(r"^bwrap: execvp ", re.MULTILINE),
    **dict.fromkeys((125, 126, 127), NO_PROGRAM),
}


@dataclass(frozen=True)
class Invocation:
    """One call of an image's program, in the words of ``docker run``.

    Without ``arguments`` the image's CMD takes their place, unless there is an ``entrypoint``. The
    ``timeout`` is in seconds; ``flags`` are more of ``docker run``, such as --privileged, for the
    engines docker and podman.
    """

    arguments: list[str] | None = None
    entrypoint: list[str] | None = None
    env: dict[str, str] = field(default_factory=dict)
    user: str | None = None
    stdin: bytes = b""
    timeout: float = 30.0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Completed:
    """How a program ended: ``exit_code`` is None where it was killed, as its time was over."""

    exit_code: int | None
    stdout: bytes
    stderr: bytes


def check_started(done: Completed) -> None:
    """:raises ImageError: the program was never started, or was killed as its time was over."""
    if done.exit_code is None:
        raise ImageError("the program did not end in time")
    if not started(done):
        words = done.stderr.decode(errors="replace").strip()
        raise ImageError(f"the program can't be started: {words}")


def started(done: Completed) -> bool:
    """Whether there was such a program, as far as what was said tells."""
    words = NOT_STARTED.get(done.exit_code or 0)
    return words is None or not words.search(done.stderr.decode(errors="replace").lstrip())


def watch(
    program: Isolation,
    invocation: Invocation,
    environment: dict[str, str] | None = None,
    end: Callable[[], None] = lambda: None,
) -> Completed:
    """Run a command to its end, or to that of its time; then ``end`` is called and all is killed."""
    kept = bytearray(), bytearray()
    with subprocess.Popen(
        program.command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        preexec_fn=program.prepare,
        start_new_session=True,
    ) as process:
        workers = [
            threading.Thread(target=feed, args=(process.stdin, invocation.stdin), daemon=True),
            threading.Thread(target=keep, args=(process.stdout, kept[0]), daemon=True),
            threading.Thread(target=keep, args=(process.stderr, kept[1]), daemon=True),
        ]
        for worker in workers:
            worker.start()
        code: int | None = None
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = process.wait(invocation.timeout)
        finally:
            if code is None:
                end()
                os.killpg(process.pid, signal.SIGKILL)
                end()
            for worker in workers:
                worker.join(5)  # a process that got away may still hold the pipe
    return Completed(code, bytes(kept[0]), bytes(kept[1]))


def feed(stream: IO[bytes], data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), stream:  # not every program reads its input
        stream.write(data)


def keep(stream: IO[bytes], kept: bytearray) -> None:
    while chunk := os.read(stream.fileno(), 65536):
        kept += chunk[: MAX_OUTPUT_BYTES - len(kept)]


def ask(*command: str) -> str:
    """What a command prints.

    :raises ImageError: it fails.
    """
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip()
        raise ImageError(f"{' '.join(command[:2])} failed: {words}")
    return done.stdout.decode()


def quietly(*command: str) -> None:
    subprocess.run(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        check=False,
    )
