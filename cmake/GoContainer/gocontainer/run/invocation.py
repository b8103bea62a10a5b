"""One call of the program of an image: its words, and what came of it."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field

from gocontainer.read.source import ImageError

# Of each stream; what a program says beyond it is read and dropped.
MAX_OUTPUT_BYTES = 16 * 1024 * 1024
# How long a program may take to end when it is asked to; docker's own default.
STOP_SECONDS = 10
# Where engines mount secrets.
SECRETS = "/run/secrets"


@dataclass(frozen=True)
class Mount:
    """A file or directory of this machine that a program sees at another path."""

    source: str
    target: str
    read_only: bool


@dataclass(frozen=True)
class Invocation:
    """One call of an image's program, in the words of ``docker run``.

    Without ``arguments`` the image's CMD takes their place, unless there is an ``entrypoint``. The
    ``timeout`` is in seconds; of each stream ``output`` bytes are kept; ``flags`` are more of
    ``docker run``, such as --privileged, for the engines docker and podman. Of ``secrets`` each is a file below
    SECRETS, by its name, which everybody in the container may read.
    """

    arguments: list[str] | None = None
    entrypoint: list[str] | None = None
    env: dict[str, str] = field(default_factory=dict)
    user: str | None = None
    stdin: bytes = b""
    timeout: float = 30.0
    output: int = MAX_OUTPUT_BYTES
    flags: tuple[str, ...] = ()
    mounts: tuple[Mount, ...] = ()
    secrets: dict[str, bytes] = field(default_factory=dict)


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


def ask(*command: str) -> str:
    """What a command prints.

    :raises ImageError: it fails.
    """
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip()
        raise ImageError(f"{' '.join(command[:2])} failed: {words}")
    return done.stdout.decode()
