"""Where the files of a stage come from."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from gocontainer.importing.go_build import GoBuild


@dataclass(frozen=True)
class Origin:
    """``kind``: context, program, image, made, text or unknown."""

    kind: str
    path: str = ""  # in the context, the image or the stage that made it; of a program its package
    of: str = (
        ""  # the image's reference, or the stage that made it, or the text, or why it is unknown
    )
    build: GoBuild | None = field(default=None, compare=False)
    line: int = 0

    def below(self, rest: str) -> Origin:
        if not rest or self.kind in ("program", "text"):
            return self
        return Origin(
            self.kind,
            posixpath.normpath(posixpath.join(self.path, rest)),
            self.of,
            self.build,
            self.line,
        )


@dataclass
class Entry:
    path: str  # absolute
    origin: Origin
    mode: str = ""
    owner: str = ""
    line: int = 0
    content_only: bool = False  # a directory whose content was copied
    moved: bool = False


@dataclass
class Tree:
    entries: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)

    def find(self, path: str) -> Entry | None:
        """The entry that is nearest above the path, the last one of several."""
        best = None
        for entry in self.entries:
            if is_below(path, entry.path) and (best is None or len(entry.path) >= len(best.path)):
                best = entry
        return best

    def resolve(self, path: str) -> Origin | None:
        entry = self.find(path)
        return entry.origin.below(path[len(entry.path) :].lstrip("/")) if entry else None

    def inside(self, directory: str) -> list[Entry]:
        return [
            each
            for each in self.entries
            if each.path != directory and is_below(each.path, directory)
        ]


def is_below(path: str, directory: str) -> bool:
    return path == directory or path.startswith(directory.rstrip("/") + "/")


def absolute(path: str, directory: str) -> str:
    """A path of an image, without a slash at its end."""
    joined = posixpath.normpath(posixpath.join(directory or "/", path))
    return "/" + joined.lstrip("/")
