"""What the Ninja that started this process was asked for."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from gocontainer.common.plan import Plan

# Options of Ninja whose value may be the next word.
WITH_VALUE = frozenset(("-C", "-d", "-f", "-j", "-k", "-l", "-t", "-w"))


class Request:
    """The id of Ninja's process, and the targets in its command line."""

    def __init__(self, ninja: int, targets: set[str]) -> None:
        self.ninja = ninja
        self.targets = targets

    def wants(self, plan: Plan) -> bool:
        """Whether the container was asked for, by its own target, that of all containers, or the default one."""
        default = not self.targets or "all" in self.targets
        return not self.targets.isdisjoint((plan["name"], "image")) or (default and "all" in plan)


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
            return Request(process, targets_of(command[1:]))
        process = int(status.rpartition(")")[2].split()[1])
    return None


def targets_of(words: list[str]) -> set[str]:
    """The targets among the words behind ``ninja``, without their configuration."""
    found = set()
    left = iter(filter(None, words))
    for word in left:
        if word in WITH_VALUE:
            next(left, None)
        elif not word.startswith("-"):
            found.add(word.partition(":")[0])
    return found


def read(file: str) -> str:
    with open(file, encoding="utf-8") as stream:
        return stream.read()
