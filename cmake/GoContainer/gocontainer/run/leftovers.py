"""What a run leaves while it lasts, and that it goes, however this process ends.

Each run and each service has a directory of its own below the directory for temporary files, which its process
locks (flock(2)). A guard, a process of its own, cleans up as soon as the process is gone, also where that was
killed. Where the guard was killed, too, the next run finds a directory that nobody locks, and cleans up.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from gocontainer.common.process import Process

PREFIX = "go-container-held-"
# In the directory of a run: the commands that remove what an engine has of it.
COMMANDS = "leftovers.json"
# An engine whose client was killed may be about to make a container: it is asked to remove it again then.
AGAIN_SECONDS = 1.0
REMOVAL_TRIES = 50
REMOVAL_SECONDS = 0.1


class Held:
    """One run, whose files are in ``directory``, of mode 0700."""

    def __init__(self, directory: Path, orders: int) -> None:
        self.directory = directory
        self.orders = orders

    def started(self, process: subprocess.Popen[bytes]) -> None:
        """The process, which leads its group, is killed with that group where this one is."""
        with contextlib.suppress(OSError):  # it ended already
            found = Process.of(process.pid)
            os.write(self.orders, f"{found.pid} {found.started}\n".encode("ascii"))


@contextlib.contextmanager
def held(*commands: Sequence[str]) -> Iterator[Held]:
    """A run; at its end, and when this process is killed, the commands are called, which remove what an engine
    has of it, and its directory is removed. First that is done for runs that were killed with their guards."""
    clean_up_dead()
    directory, lock = locked_directory()
    try:
        (directory / COMMANDS).write_text(json.dumps(commands), encoding="utf-8")
        orders, done = guard(directory)
        try:
            yield Held(directory, orders)
        finally:
            with contextlib.suppress(OSError):
                os.write(orders, b"done\n")
            os.close(orders)
            os.read(done, 1)  # the guard ends
            os.close(done)
    finally:
        os.close(lock)


def locked_directory() -> tuple[Path, int]:
    """A new directory, and the descriptor that holds its lock."""
    while True:
        directory = Path(tempfile.mkdtemp(prefix=PREFIX))
        lock = lock_of(directory)
        # Another run may have found it without its lock, and cleaned up.
        if lock is not None and directory.exists():
            return directory, lock


def lock_of(directory: Path) -> int | None:
    """A descriptor with the lock of a run's directory; None where it has a process, or is not one of ours."""
    try:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return None
    status = os.fstat(descriptor)
    if status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) == 0o700:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
    os.close(descriptor)
    return None


def clean_up_dead() -> None:
    """Remove what runs of this user left whose processes are gone."""
    for entry in list(os.scandir(tempfile.gettempdir())):
        if entry.name.startswith(PREFIX):
            directory = Path(entry.path)
            lock = lock_of(directory)
            if lock is not None:
                clean_up(directory)
                os.close(lock)


def clean_up(directory: Path) -> None:
    for command in commands_of(directory):
        quietly(*command)
    # A client that was killed just now may still write. What is here is ours: no program of an image can.
    for _ in range(REMOVAL_TRIES):
        shutil.rmtree(directory, ignore_errors=True)
        if not directory.exists():
            break
        time.sleep(REMOVAL_SECONDS)


def commands_of(directory: Path) -> list[list[str]]:
    try:
        commands: list[list[str]] = json.loads((directory / COMMANDS).read_bytes())
    except (OSError, ValueError):
        return []  # it was killed before it made anything
    return commands


def guard(directory: Path) -> tuple[int, int]:
    """Start the guard of a run: the first descriptor takes its orders, the second one ends when it has done its
    work. It is nobody's child, as CTest kills a test with its children, and has none of this process's files,
    for whose end somebody may wait."""
    (orders, ordering), (ended, ending) = os.pipe(), os.pipe()
    child = os.fork()
    if child:
        os.close(orders)
        os.close(ending)
        os.waitpid(child, 0)
        return ordering, ended
    try:
        os.setsid()
        if os.fork() == 0:
            close_all_but(orders, ending)
            guard_run(directory, orders)
    finally:
        os._exit(0)


def close_all_but(*kept: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(nothing, standard)
    for descriptor in [int(entry.name) for entry in Path("/dev/fd").iterdir()]:
        if descriptor > 2 and descriptor not in kept:
            with contextlib.suppress(OSError):
                os.close(descriptor)


def guard_run(directory: Path, orders: int) -> None:
    """Wait for the end of the run, then clean up."""
    commands = commands_of(directory)
    with os.fdopen(orders, "rb") as stream:
        said = stream.read().decode("ascii").splitlines()
    killed = said[-1:] != ["done"]
    if killed:
        for line in said:
            pid, _, started = line.partition(" ")
            process = Process(int(pid), started)
            if process.alive():
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)
    clean_up(directory)
    if killed and commands:
        time.sleep(AGAIN_SECONDS)
        for command in commands:
            quietly(*command)


def quietly(*command: str) -> None:
    """Call a command, whatever comes of it."""
    with contextlib.suppress(OSError):
        subprocess.run(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            check=False,
        )


def note(state: IO[str], **facts: Any) -> None:
    """Write down who supervises, into the file that it locks."""
    state.seek(0)
    state.truncate()
    json.dump({"pid": os.getpid(), **facts}, state)
    state.flush()


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
