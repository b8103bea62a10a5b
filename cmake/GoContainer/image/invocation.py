"""One call of the program of an image: its words, and what came of it."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING

from limits import limited
from source import ImageError

if TYPE_CHECKING:
    from isolate import Isolation
    from leftovers import Held

# Of each stream; what a program says beyond it is read and dropped.
MAX_OUTPUT_BYTES = 16 * 1024 * 1024
# How long a program may take to end when it is asked to; docker's own default.
STOP_SECONDS = 10
# Program that runs an unpacked image -> its exit codes and its words where there is no such program in it. An
# engine tells by itself what became of a container (run.py).
NOT_STARTED = {
    "bwrap": ((1,), re.compile(r"^bwrap: execvp ")),
    "unshare": ((126, 127), re.compile(r"^unshare: failed to exec")),
}


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


def was_started(launcher: str, code: int | None, stderr: bytes) -> bool:
    """Whether there was such a program, as far as what was said tells."""
    codes, words = NOT_STARTED.get(Path(launcher).name, ((), re.compile("")))
    return code not in codes or not words.search(stderr.decode(errors="replace").lstrip())


def watch(
    program: Isolation,
    invocation: Invocation,
    environment: dict[str, str] | None = None,
    descriptors: Sequence[int] = (),
    held: Held | None = None,
) -> Completed:
    """Run a command to its end, or to that of its time; then it is killed, with its process group.

    :param descriptors: files of this process that the command has, too.
    :param held: what ends it where this process is killed.
    """
    kept = bytearray(), bytearray()
    prepare = program.prepare
    if Path(program.command[0]).name in NOT_STARTED:  # an engine has limits by itself
        prepare = limited(prepare)
    with subprocess.Popen(
        program.command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        preexec_fn=prepare,
        pass_fds=descriptors,
        start_new_session=True,
    ) as process:
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
    said = bytes(kept[0]), bytes(kept[1])
    return Completed(code, *said, was_started(program.command[0], code, said[1]))


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
