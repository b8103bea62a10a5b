"""The trace of a build tree: a line for each step of a build, in Chrome's trace format, which Perfetto opens.

The format is a list whose end may lack. So each process appends its lines by one write, and none reads the file.
"""

from __future__ import annotations

import json
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FILE = "GoContainer/trace.json"
MOST = 4 << 20  # bytes, after which the file begins anew


def step(name: str, container: str, start: int, end: int, **facts: Any) -> dict[str, Any]:
    """A step of the build of a container.

    :param start: nanoseconds since 1970, as is the end.
    """
    return {
        "name": name,
        "cat": container,
        "ph": "X",
        "ts": start // 1000,
        "dur": max(end - start, 0) // 1000,
        "pid": os.getpid(),
        "tid": os.getpid(),
        "args": {"container": container, **facts},
    }


def append(directory: str, steps: list[dict[str, Any]]) -> None:
    """Append steps to the trace of the build tree that has the directory of a container. Whether that works
    matters to no build."""
    top = tree_of(directory)
    if top is None:
        return
    file = os.path.join(top, FILE)
    lines = "".join(json.dumps(each) + ",\n" for each in steps).encode()
    try:
        begin(file)
        with open(file, "ab", buffering=0) as stream:
            stream.write(lines)
    except OSError:
        pass


def begin(file: str) -> None:
    """Have the file, with the beginning of the list; a large one begins anew. Of several processes one makes it."""
    try:
        if os.stat(file).st_size < MOST:
            return
        os.remove(file)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(file), exist_ok=True)
    new = f"{file}.{os.getpid()}.new"
    with open(new, "wb") as stream:
        stream.write(b"[\n")
    try:
        os.link(new, file)
    except FileExistsError:
        pass
    finally:
        os.remove(new)


def tree_of(directory: str) -> str | None:
    """The build tree that has the directory of a container; None for a place where one is built for a test."""
    if not os.path.exists(os.path.join(directory, "build.sh")):
        return None
    top = directory
    while not os.path.exists(os.path.join(top, "CMakeCache.txt")):
        above = os.path.dirname(top)
        if above == top:
            return None
        top = above
    return top


def read(top: str) -> list[dict[str, Any]]:
    """The steps in the trace of a build tree, in their order; a line that is cut short is left out."""
    try:
        with open(os.path.join(top, FILE), encoding="utf-8") as stream:
            lines = stream.read().splitlines()[1:]
    except OSError:
        return []
    found = []
    for line in lines:
        try:
            found.append(json.loads(line.rstrip(",")))
        except ValueError:
            continue
    return found
