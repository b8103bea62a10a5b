"""Lists the build context of a Dockerfile: what is below a directory, without what its ignore file
leaves out (Dockerfile reference, ".dockerignore file")."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from gocontainer.common.printable import printable


class Ignore:
    """The patterns of an ignore file; the last one that matches a path, or a directory above it,
    decides.

    :raises ValueError: one is not a pattern.
    """

    def __init__(self, text: str) -> None:
        self.rules: list[tuple[bool, re.Pattern[str]]] = []
        self.exceptions: list[list[str]] = []  # each by the names of its directories
        for line in text.splitlines():
            if line.startswith("#"):
                continue
            line = line.strip()
            keeps = line.startswith("!")
            line = line[1:].strip() if keeps else line
            pattern = posixpath.normpath("/" + line).lstrip("/")
            if pattern:
                self.rules.append((not keeps, compiled(pattern)))
                if keeps:
                    self.exceptions.append(pattern.split("/"))

    def ignores(self, path: str) -> bool:
        """Is the path, relative to the context, left out?"""
        for ignores, pattern in reversed(self.rules):
            if pattern.fullmatch(path):
                return ignores
        return False

    def keeps_below(self, path: str) -> bool:
        """May an exception keep something below the directory, which is ignored?"""
        depth = path.count("/") + 1
        for names in self.exceptions:
            above = "/".join(names[:depth])
            if "**" in above or (len(names) > depth and re.fullmatch(regex(above), path)):
                return True
        return False

    def keeps_in(self, path: str, directory: str) -> bool:
        """May an exception keep another entry of the directory, by name, than is there?

        :param path: that of the directory, relative to the context, which is ignored; :param directory: in full.
        """
        depth = path.count("/") + 1 if path else 0
        for names in self.exceptions:
            above = "/".join(names[:depth])
            if "**" in above:
                return True
            if len(names) > depth and re.fullmatch(regex(above), path):
                name = names[depth]
                there = os.path.lexists(os.path.join(directory, name))  # noqa: PTH118
                if not there or re.search(r"[*?\[\\]", name):
                    return True
        return False


def compiled(pattern: str) -> re.Pattern[str]:
    """:raises ValueError: it is not a pattern, as ``[z-a]``; engines stop at it, too."""
    try:
        return re.compile(regex(pattern) + "(?:/.*)?", re.DOTALL)
    except re.error as error:
        raise ValueError(
            f"the ignore file has {printable(pattern)}, which is not a pattern: {error.msg}"
        ) from None


def regex(pattern: str) -> str:
    """The regular expression of a pattern: that of Go's path/filepath.Match, and ``**`` for any
    number of directories."""
    parts = re.split(r"(\*\*/?|\*|\?|\[\^?(?:\\.|[^]\\])+\]|\\.)", pattern)
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return "".join(words.get(part) or literal(part) for part in parts)


def literal(part: str) -> str:
    if part.startswith("[") and part.endswith("]"):
        return re.sub(r"(?<!^)(\\.|[\[&~|]|(?<=-)-)", escaped, part)
    return re.escape(part[1:] if len(part) == 2 and part[0] == "\\" else part)


def escaped(found: re.Match[str]) -> str:
    """What means something in Python's sets only, as a letter."""
    return found[0] if found[0].startswith("\\") else "\\" + found[0]


def context_paths(directory: Path, ignore: Ignore) -> Iterator[str]:
    """The files and links of the context, and the directories in which others would be: absolute. No build reads
    sockets, pipes and devices."""
    waiting = [""]
    while waiting:
        below = waiting.pop()
        place = os.path.join(directory, below) if below else str(directory)  # noqa: PTH118
        if not ignore.ignores(below or ".") or ignore.keeps_in(below, place):
            yield place
        with os.scandir(place) as entries:
            for entry in entries:
                path = f"{below}/{entry.name}" if below else entry.name
                ignored = ignore.ignores(path)
                if entry.is_dir(follow_symlinks=False):
                    # Below a directory that is ignored an exception may keep something.
                    if not ignored or ignore.keeps_below(path):
                        waiting.append(path)
                elif not ignored and (entry.is_symlink() or entry.is_file()):
                    yield entry.path
