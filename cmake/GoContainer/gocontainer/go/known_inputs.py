"""Tells when `go list` would say what it said at an earlier build, so that it need not be asked.

It is, where only Go files changed, and in these only what follows the imports. It reads no more of a file, but for
go:embed: a file with such a line counts as a whole. What is in doubt is asked: a file of another kind, another name in
a directory, another environment, flag or Go, another go.mod, a comment before the first declaration.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import time

from gocontainer.go.stamps import stamps

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from gocontainer.common.plan import Plan

# The clock of a file system goes in steps; none of those that matter has longer ones, in nanoseconds.
CLOCK = 20_000_000
# The modules on which the list depends.
MODULES = ("flag_files.py", "inputs.py", "known_inputs.py", "list_packages.py")

# No part of it matches in more ways than one. Only ASCII names are known.
GAP = rb"(?:[ \t\r\n;]|//[^\n]*(?:\n|\Z)|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)"
NAME = rb"[A-Za-z_]\w*\b"
SPEC = rb"(?:(?:" + NAME + rb"|\.)" + GAP + rb'*)?(?:"[^"\\\n]*"|`[^`]*`)'
IMPORT = (
    rb"import\b" + GAP + rb"*(?:" + SPEC + rb"|\((?:" + GAP + rb"*" + SPEC + rb")*" + GAP + rb"*\))"
)
# A file of Go as far as go list reads it, up to the first declaration.
HEAD = (
    rb"(?:\xef\xbb\xbf)?%(gap)s*package\b%(gap)s+%(name)s(?:%(gap)s*%(import)s)*%(gap)s*"
    rb"(?=(?:func|type|var|const)\b|\Z)"
) % {b"gap": GAP, b"name": NAME, b"import": IMPORT}


class KnownInputs:
    """The inputs of a program as a file remembers them, for one question to go.

    :param variables: the environment of the go command.
    """

    def __init__(self, file: str, plan: Plan, variables: dict[str, str]) -> None:
        self.file = file
        self.can_be = can_be_known(plan, variables)
        self.began = time.time_ns()
        here = os.path.dirname(__file__)
        modules = [state(os.stat(os.path.join(here, name))) for name in MODULES]
        parts = [plan["source"], plan["programs"], plan["go"], variables, modules]
        self.question = digest(json.dumps(parts, sort_keys=True).encode())

    def read(self) -> list[str] | None:
        """What go said, if it would say the same now; else None."""
        if not self.can_be:
            return None
        try:
            with open(self.file, encoding="utf-8") as stream:
                record = json.load(stream)
            if record["question"] != self.question:
                return None
            paths: dict[str, tuple[list[int], str]] = record["paths"]
            if all(is_same(path, *known) for path, known in paths.items()):
                return list(paths)
        except (OSError, ValueError, KeyError, TypeError):
            pass  # a path is gone, or it is the first build
        return None

    def write(self, inputs: list[str]) -> None:
        """Remember what go said just now, unless one of the paths may have changed since it was asked.

        :raises OSError: it can't be written.
        """
        if not self.can_be:
            return
        marks = {path: mark(path) for path in inputs}
        states = {path: state(os.stat(path)) for path in inputs}  # later: the marks belong to them
        paths = {path: (states[path], marks[path]) for path in inputs}
        beside = f"{self.file}.{os.getpid()}.new"
        if all(max(known[2:]) < self.began - CLOCK for known in states.values()):
            with open(beside, "w", encoding="utf-8") as stream:
                json.dump({"question": self.question, "paths": paths}, stream)
            os.replace(beside, self.file)


def can_be_known(plan: Plan, variables: dict[str, str]) -> bool:
    """Whether the list follows from what is on the disk, and nothing else is asked of it."""
    flags = [*plan["go"]["flags"], variables.get("GOFLAGS", "")]
    overlaid = any("overlay" in flag for flag in flags)
    return variables.get("GO111MODULE") == "on" and not overlaid and not stamps(plan)


def is_same(path: str, known: list[int], marked: str) -> bool:
    """Whether go list would see no difference in the path.

    :raises OSError: it is not there.
    """
    return state(os.stat(path)) == known or (marked != "" and mark(path) == marked)


def state(status: os.stat_result) -> list[int]:
    """Changes if the file is changed or replaced."""
    return [status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns]


def mark(path: str) -> str:
    """A digest of what go list reads of the path: the names in a directory, or the head of a Go file. Nothing where any
    change may count.

    :raises OSError: it is not there.
    """
    if stat.S_ISDIR(os.stat(path).st_mode):
        with os.scandir(path) as found:
            names = sorted([item.name, item.is_symlink(), item.is_dir()] for item in found)
        return "names " + digest(json.dumps(names).encode())
    if not path.endswith(".go"):
        return ""
    with open(path, "rb") as stream:
        text = stream.read()
    head = head_of(text)
    return "head " + digest(head) if head else ""


def head_of(text: bytes) -> bytes:
    """What go list reads of a Go file; nothing where that can't be told."""
    found = re.match(HEAD, text)
    return found[0] if found and b"//go:embed" not in text else b""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
