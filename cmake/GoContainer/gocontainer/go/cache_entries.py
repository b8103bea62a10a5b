"""The entries of GOCACHE, as Go writes them (cmd/go/internal/cache): ``<two digits>/<id>-a`` is an action, which names
its output; ``<two digits>/<sha256>-d`` is an output, named by its content.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from typing import NamedTuple

# "v1 <action> <output> <bytes of the output> <time>\n", the numbers as wide as this.
ACTION = re.compile(rb"v1 ([0-9a-f]{64}) ([0-9a-f]{64}) ([ 0-9]{20}) ([ 0-9]{20})\n")
ACTION_LENGTH = 175


class Entry(NamedTuple):
    """An action: the output's name and bytes, and when it was used, in seconds since 1970."""

    output: str
    size: int
    used: int


def file_of(cache: str, name: str) -> str:
    """Where an entry is.

    :param name: the digits, and -a or -d.
    """
    return os.path.join(cache, name[:2], name)


def parse_action(data: bytes, action: str) -> Entry | None:
    """What the file of an action says; None if it is not one of that name."""
    found = ACTION.fullmatch(data)
    if found is None or found[1].decode() != action:
        return None
    try:
        return Entry(found[2].decode(), int(found[3]), 0)
    except ValueError:
        return None


def directories(cache: str) -> list[str]:
    return [os.path.join(cache, f"{number:02x}") for number in range(256)]


def is_newer(cache: str, since: int) -> bool:
    """Whether there may be an entry that was made after that time.

    :param since: nanoseconds since 1970.
    """
    for directory in directories(cache):
        try:
            if os.stat(directory).st_mtime_ns >= since:
                return True
        except OSError:
            pass
    return False


def entries_since(cache: str, since: float) -> dict[str, Entry]:
    """The actions that were made or used since then, and have their output.

    :param since: seconds since 1970.
    """
    found = {}
    for directory in directories(cache):
        try:
            names = [
                each.name[:-2]
                for each in os.scandir(directory)
                if each.name.endswith("-a") and each.stat().st_mtime >= since
            ]
        except OSError:
            continue  # go makes it when it needs it
        for action in names:
            entry = entry_of(cache, action)
            if entry is not None:
                found[action] = entry
    return found


def entry_of(cache: str, action: str) -> Entry | None:
    """The action in this cache, if its output is there, too."""
    file = file_of(cache, action + "-a")
    try:
        with open(file, "rb") as stream:
            entry = parse_action(stream.read(ACTION_LENGTH + 1), action)
            used = int(os.fstat(stream.fileno()).st_mtime)
    except OSError:
        return None
    if entry is None or not has_output(cache, entry):
        return None
    return entry._replace(used=used)


def has_output(cache: str, entry: Entry) -> bool:
    """Whether there is a file for the output, of its length. Of a program go makes a directory, which is not carried."""
    file = file_of(cache, entry.output + "-d")
    try:
        return os.path.isfile(file) and os.path.getsize(file) == entry.size
    except OSError:
        return False


def size_of(entries: Iterable[Entry]) -> int:
    """The bytes of the outputs, each of which counts once."""
    return sum({entry.output: entry.size for entry in entries}.values())
