"""What the last push of a container has come to, in ``pushed.last`` beside its plan.

While the plan, the archive and the documents about the image are the files that they were then, a push would send what
that one sent, and need not open them. What the registries have now, only they say.
"""

from __future__ import annotations

import os
import time
from binascii import crc32

from gocontainer.registry.expected import Expected
from gocontainer.registry.reference import Reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "pushed.last"
# Changes with what the lines mean, and with what is pushed of the same archive.
VERSION = "3"
# Nanoseconds after which another change of a file has another time: kernels count them in steps of up to 10 ms.
SETTLED = 20_000_000


class LastPush:
    """The image of the archive, the references that stood for it, and what was beside it."""

    def __init__(
        self, archive: str, digest: str, references: list[Reference], expected: list[Expected]
    ) -> None:
        self.archive = archive
        self.digest = digest
        self.references = references
        self.expected = expected


def last_push(plan: str) -> LastPush | None:
    """The last push by the plan; None where it tells nothing of the next one."""
    try:
        data, pushed = content(beside(plan, NAME)), content(beside(plan, "pushed.json"))
        head, _, rest = data.partition(b"\n")
        text, _, more = rest.partition(b"\n\n")
        beside_it, _, recorded = more.partition(b"\n\n")
        if head != head_of(rest) or pushed != recorded:
            return None
        files, name, digest, *lines = text.decode().split("\n")
        for each in files.split("\t"):
            file, _, state = each.partition(" ")
            if state_of(beside(plan, file)) != state:
                return None
        parts = [line.split(" ") for line in lines]
        references = [Reference(host, name, tag, None) for host, name, tag in parts]
        expected = [Expected.of_line(line) for line in beside_it.decode().splitlines()]
        return LastPush(beside(plan, f"{name}.tar"), digest, references, expected)
    except (OSError, ValueError):
        return None


def settled_state(file: str) -> str | None:
    """What :func:`state_of` says; None where the file may change and still have that state.

    It is taken before the file is read. So what comes in later has another one.
    """
    try:
        state = state_of(file)
        if time.time_ns() - os.stat(file).st_ctime_ns < SETTLED:
            return None
    except OSError:
        return None
    return state


def remember(
    plan: str,
    states: dict[str, str | None],
    name: str,
    digest: str,
    references: Sequence[Reference],
    expected: Sequence[Expected],
    pushed: bytes,
) -> None:
    """Write down a push that is done.

    :param states: those of the plan, the archive and all that is attached, by name, from before they were read.
    :param name: the container's.
    :param expected: the documents and signatures that the push left in registries.
    :param pushed: what pushed.json holds.
    :raises OSError: it can't be written.
    """
    if None in states.values():
        return
    from pathlib import Path  # which who pushes nothing can do without

    from gocontainer.common.atomic import write_changed

    lines = [f"{each.host} {each.repository} {each.tag}" for each in references]
    files = "\t".join(f"{file} {state}" for file, state in states.items())
    text = "\n".join([files, name, digest, *lines])
    beside_it = "\n".join(map(str, expected))
    rest = b"\n\n".join([text.encode(), beside_it.encode(), pushed])
    write_changed(Path(beside(plan, NAME)), head_of(rest) + b"\n" + rest)


def state_of(file: str) -> str:
    """What is another one after each change of the file, even one that keeps its size and its time.

    :raises OSError: there is none.
    """
    state = os.stat(file)
    return f"{state.st_mtime_ns} {state.st_ctime_ns} {state.st_size} {state.st_ino}"


def head_of(rest: bytes) -> bytes:
    """The first line, which only a whole file has."""
    return f"GoContainer {VERSION} {crc32(rest):08x}".encode()


def beside(plan: str, name: str) -> str:
    return os.path.join(os.path.dirname(plan), name)


def content(file: str) -> bytes:
    with open(file, "rb") as stream:
        return stream.read()
