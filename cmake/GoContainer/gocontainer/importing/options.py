"""An option of a call, with the options that belong to it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Option:
    keyword: str
    words: list[str]
    own: list[tuple[str, list[str]]] = field(default_factory=list)  # such as DESTINATION of FILES
    line: int = 0
