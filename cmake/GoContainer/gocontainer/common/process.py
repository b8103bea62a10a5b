"""Processes, told from later ones with the same number."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Process:
    """A process that can be told from a later one with its number, by when it started."""

    pid: int
    started: str

    @staticmethod
    def of(pid: int) -> Process:
        return Process(pid, Process.look_up(pid)[1])

    @staticmethod
    def look_up(pid: int) -> tuple[str, str]:
        """Its state and when it started (proc(5)); its name, before them, may hold spaces."""
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        fields = text.rpartition(")")[2].split()
        return fields[0], fields[19]

    def alive(self) -> bool:
        try:
            state, started = self.look_up(self.pid)
        except OSError:
            return False
        return started == self.started and state not in "ZX"  # not a zombie, nor dead
