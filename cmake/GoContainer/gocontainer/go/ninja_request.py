"""What the Ninja that started this process was asked for."""

from __future__ import annotations

import os


class Request:
    """The id of Ninja's process, and the targets in its command line."""

    def __init__(self, ninja: int, targets: set[str]) -> None:
        self.ninja = ninja
        self.targets = targets

    def wants(self, container: str) -> bool:
        """Whether the container of that name was asked for, by its own target or that of all."""
        return not self.targets.isdisjoint((container, "image"))


def request_of_ninja() -> Request | None:
    """Read the command line of the Ninja that started this process; None where that can't be done."""
    process = os.getppid()
    for _ in range(4):  # a shell or two are between
        try:
            command = read(f"/proc/{process}/cmdline").split("\0")
            status = read(f"/proc/{process}/stat")
        except (OSError, ValueError):
            break
        if command[0].rpartition("/")[2].startswith(("ninja", "samu")):
            return Request(process, {word.partition(":")[0] for word in command[1:]})
        process = int(status.rpartition(")")[2].split()[1])
    return None


def read(file: str) -> str:
    with open(file, encoding="utf-8") as stream:
        return stream.read()
