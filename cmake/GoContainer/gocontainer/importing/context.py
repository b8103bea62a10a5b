"""The build context, as far as an import asks: which files are there, the modules, the Makefile."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

MAIN = re.compile(r"^package main\b", re.MULTILINE)
# What a copy of the whole context brings that no build needs.
SKIPPED = re.compile(r"(\..*|build.*|node_modules|Dockerfile.*|.*\.md|LICENSE|CMakeLists\.txt)\Z")


class Context:
    def __init__(self, directory: Path):
        self.directory = directory

    def path(self, relative: str) -> Path:
        return self.directory / relative.lstrip("/")

    def is_directory(self, relative: str) -> bool:
        return self.path(relative).is_dir()

    def exists(self, relative: str) -> bool:
        return self.path(relative).exists()

    def read(self, relative: str) -> str:
        """The text of a file, empty if there is none."""
        try:
            return self.path(relative).read_text(errors="replace")
        except OSError:
            return ""

    def matches(self, pattern: str) -> list[str]:
        if not any(letter in pattern for letter in "*?["):
            return [pattern]
        found = self.directory.glob(pattern.lstrip("/"))
        return sorted(str(each.relative_to(self.directory)) for each in found)

    def entries(self) -> list[str]:
        """What a build needs of the topmost directory."""
        if not self.directory.is_dir():
            return []
        names = sorted(each.name + "/" * each.is_dir() for each in self.directory.iterdir())
        return [name for name in names if not SKIPPED.match(name.rstrip("/"))]

    def has_git(self) -> bool:
        full = self.directory.resolve()
        return any((each / ".git").exists() for each in (full, *full.parents))

    def module(self, directory: str) -> tuple[str, str]:
        """The directory of the module that has this one, and its path; both empty if there is none."""
        while True:
            found = re.search(
                r"^module\s+(\S+)", self.read(posixpath.join(directory, "go.mod")), re.MULTILINE
            )
            if found:
                return directory, found[1].strip('"')
            if directory in ("", ".", "/"):
                return "", ""
            directory = posixpath.dirname(directory)

    def main_packages(self, directory: str) -> list[str]:
        """The directories below this one with a package main, relative to the context."""
        found = set()
        for file in sorted(self.path(directory).rglob("*.go")):
            if not file.name.endswith("_test.go") and MAIN.search(file.read_text(errors="replace")):
                found.add(str(file.parent.relative_to(self.directory)))
        return sorted(found)
