"""What a process hands over to the process of another container, whose program it compiled with its own.

The file ``compiled`` in the directory of the plan has it, in lines: the process id of the Ninja that started both; how
far the work got; when the inputs were first looked at, in nanoseconds since 1970; what to say of the image; the inputs.
The last line is ``end``: a file without it was cut short, by a power cut for example.
"""

from __future__ import annotations

import os

from gocontainer.go.times import time_of

REFUSED = "refused"  # the program did not compile with others
COMPILED = "compiled"  # the program is where it belongs
END = "end"
MADE = "made"  # and so is all that follows from it, with its depfile
TAKEN = "taken"  # its own process has made it, or has what was made for it

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from collections.abc import Iterable


class Handover:
    def __init__(
        self, ninja: int, state: str, since: int = 0, says: str = "", inputs: Iterable[str] = ()
    ) -> None:
        self.ninja = ninja
        self.state = state
        self.since = since
        self.says = says
        self.inputs = list(inputs)

    def leave(self, directory: str) -> None:
        lines = [self.ninja, self.state, self.since, self.says, *self.inputs, END]
        beside = file_of(directory) + ".new"
        with open(beside, "w", encoding="utf-8") as stream:
            stream.write("".join(f"{line}\n" for line in lines))
        os.replace(beside, file_of(directory))  # half a list of inputs would be believed

    def holds(self, directory: str) -> bool:
        """Whether none of the inputs changed, nor the plan."""
        times: dict[str, int] = {}
        paths = [os.path.join(directory, "plan.json"), *self.inputs]
        return all(time_of(path, times) <= self.since for path in paths)


def file_of(directory: str) -> str:
    return os.path.join(directory, "compiled")


def read_handover(directory: str) -> Handover | None:
    """What is left for the container of that directory; None where there is none."""
    try:
        with open(file_of(directory), encoding="utf-8") as stream:
            ninja, state, since, says, *inputs, end = stream.read().split("\n")[:-1]
        return Handover(int(ninja), state, int(since), says, inputs) if end == END else None
    except (OSError, ValueError):
        return None


def remove_handover(directory: str) -> None:
    if os.path.exists(file_of(directory)):
        os.remove(file_of(directory))
