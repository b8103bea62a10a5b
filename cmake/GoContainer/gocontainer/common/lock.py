"""Locks between processes, for what is made once and used by many."""

from __future__ import annotations

import os

try:
    import fcntl
except ImportError:  # not on Windows, where those who come at once each make it
    fcntl = None  # type: ignore[assignment]


# The numbers of directories are below, and those of what directories have in common are above.
GROUPS = 1 << 40


class locked:  # noqa: N801 (it follows "with", as what contextlib makes does)
    """Holds the lock of that file, once all others have let go of it."""

    def __init__(self, file: str | os.PathLike[str]) -> None:
        self.descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)

    def __enter__(self) -> None:
        if fcntl is not None:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX)

    def __exit__(self, *error: object) -> None:
        os.close(self.descriptor)


def hold(file: str | os.PathLike[str]) -> None:
    """Hold the lock of that file until this process ends."""
    locked(file).__enter__()


class Places:
    """Locks by number, all in one file; a process has them until it lets go of them, or ends."""

    def __init__(self, file: str | os.PathLike[str]) -> None:
        self.descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)

    def hold(self, number: int) -> None:
        """Take that lock, once another process has let go of it."""
        if fcntl is not None:
            fcntl.lockf(self.descriptor, fcntl.LOCK_EX, 1, number)

    def try_to_hold(self, number: int) -> bool:
        """Take that lock, unless another process has it."""
        try:
            if fcntl is not None:
                fcntl.lockf(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
        except OSError:
            return False
        return fcntl is not None

    def let_go(self, number: int) -> None:
        if fcntl is not None:
            fcntl.lockf(self.descriptor, fcntl.LOCK_UN, 1, number)


def number_of(directory: str) -> int:
    """A number for the directory; two directories hardly ever have the same."""
    return os.stat(directory).st_ino % GROUPS
