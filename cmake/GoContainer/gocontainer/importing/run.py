"""One command of a RUN, in its stage."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gocontainer.importing.expand import readable
from gocontainer.importing.parse import Instruction
from gocontainer.importing.shell import Command
from gocontainer.importing.stages import State
from gocontainer.importing.tree import absolute

if TYPE_CHECKING:
    from gocontainer.importing.evaluate import Import


@dataclass
class Run:
    state: State
    command: Command
    instruction: Instruction
    job: Import

    @property
    def line(self) -> int:
        words = [word for word in self.command.words if "\x01" not in word and "\x02" not in word]
        return self.instruction.line_of(" ".join(words[:2])) if words else self.instruction.line

    def say(self, kind: str, text: str) -> None:
        self.job.findings.add(self.line, kind, text)

    def path(self, word: str) -> str:
        return absolute(word, self.state.directory)


def printable(words: list[str]) -> str:
    text = readable(" ".join(words))
    return text if len(text) < 70 else text[:67] + "…"
