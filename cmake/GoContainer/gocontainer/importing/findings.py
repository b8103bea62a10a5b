"""What an import has to say of a Dockerfile, line by line."""

from __future__ import annotations

from dataclasses import dataclass, field

from gocontainer.importing.expand import readable

LOST = "not carried over"
CHANGED = "changed"
UNSAFE = "unsafe"
WASTEFUL = "wasteful"
FATAL = "not replaceable"


@dataclass(frozen=True, order=True)
class Finding:
    line: int
    kind: str
    text: str


@dataclass
class Findings:
    found: set[Finding] = field(default_factory=set)

    def add(self, line: int, kind: str, text: str) -> None:
        self.found.add(Finding(line, kind, readable(text)))

    def sorted(self) -> list[Finding]:
        return sorted(self.found)
