"""What must be cleaned up after a supervisor that was killed: it is in the file that the supervisor locks."""

from __future__ import annotations

import fcntl
import json
import os
from typing import IO, Any


def note(state: IO[str], **leftovers: str) -> None:
    """Write down who supervises, and what is to clean up after a supervisor that was killed."""
    json.dump({"pid": os.getpid(), **leftovers}, state)
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
