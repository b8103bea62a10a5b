"""How registries wanted to know who asks the last time, kept in a file: without it each process is refused once before it
asks for a token. There is nothing secret in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gocontainer.common.atomic import write_atomically
from gocontainer.registry.challenge import Challenge

# What of a challenge is the same for all repositories.
KEPT = ("realm", "service")


class Remembered:
    """Challenges by the registry's URL."""

    def __init__(self, file: Path | None) -> None:
        self.file = file
        self.found: dict[str, Any] = {}
        try:
            found = json.loads(file.read_bytes()) if file else {}
            self.found = found if isinstance(found, dict) else {}
        except (OSError, ValueError, RecursionError):
            pass  # the registries say it again
        self.changed = False

    def get(self, url: str) -> Challenge | None:
        entry = self.found.get(url)
        if not isinstance(entry, dict) or entry.get("scheme") not in ("basic", "bearer"):
            return None
        return Challenge(entry["scheme"], {name: str(entry.get(name, "")) for name in KEPT})

    def put(self, url: str, challenge: Challenge) -> None:
        kept = {name: challenge.parameters.get(name, "") for name in KEPT}
        entry = {"scheme": challenge.scheme, **kept}
        if entry != self.found.get(url):
            self.found[url] = entry
            self.changed = True

    def forget(self, url: str) -> None:
        self.changed = self.found.pop(url, None) is not None or self.changed

    def write(self) -> None:
        """:raises OSError: the file can't be written."""
        if self.file and self.changed:
            write_atomically(self.file, json.dumps(self.found, indent=1, sort_keys=True).encode())
            self.changed = False
