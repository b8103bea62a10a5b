"""What is known of the pack at a place: what was in it when it was read or written. The file lies in GOCACHE, as it is true
of that cache only."""

from __future__ import annotations

import json
from pathlib import Path

from gocontainer.common.atomic import write_atomically


class Known:
    """A pack: its actions and when each was used, in seconds since 1970; its files of modules; its bytes as they are
    unpacked; what tells it from others at its place, None where there was none. ``failed`` is when it could not be read,
    or 0."""

    def __init__(self) -> None:
        self.identity: str | None = None
        self.actions: dict[str, int] = {}
        self.modules: set[str] = set()
        self.size = 0
        self.failed = 0


def read_known(file: str) -> Known | None:
    """None: nothing is known, or the file is damaged."""
    known = Known()
    try:
        found = json.loads(Path(file).read_bytes())
        known.identity = found["identity"]
        known.actions = {str(action): int(when) for action, when in found["actions"].items()}
        known.modules = set(map(str, found["modules"]))
        known.size, known.failed = int(found["size"]), int(found["failed"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return known


def write_known(file: str, known: Known) -> None:
    """:raises OSError: it can't be written."""
    content = {**vars(known), "modules": sorted(known.modules)}
    write_atomically(Path(file), json.dumps(content).encode())
