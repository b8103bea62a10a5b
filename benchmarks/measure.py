"""Runs commands and measures them."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


class CommandError(Exception):
    """A command that failed; its text is the end of what the command said."""


@dataclass
class Sample:
    seconds: float
    peak: int
    """The largest resident set of the command or a process below it, in bytes; daemons are not below it."""


@dataclass
class Series:
    """What was measured of one peer in one scenario of one workload."""

    workload: str
    scenario: str
    peer: str
    samples: list[Sample] = field(default_factory=list)

    @property
    def seconds(self) -> list[float]:
        return [sample.seconds for sample in self.samples]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def peak(self) -> int:
        return max(sample.peak for sample in self.samples)


def measure(command: Sequence[str | Path], cwd: Path, env: Mapping[str, str]) -> Sample:
    """Run a command to its end. CommandError if it fails."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except KeyboardInterrupt:
            process.terminate()
            process.wait()
            raise
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            lines = output.read().decode(errors="replace").strip().splitlines()
            raise CommandError(f"{Path(command[0]).name} failed: " + " / ".join(lines[-4:]))
    return Sample(seconds, usage.ru_maxrss * 1024)


def call(command: Sequence[str | Path], env: Mapping[str, str], cwd: Path = Path("/")) -> str:
    """What a command prints, unmeasured. CommandError if it fails, or is not there."""
    try:
        done = subprocess.run(
            command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
    except OSError as error:
        raise CommandError(f"{command[0]}: {error.strerror}") from error
    if done.returncode != 0:
        words = (done.stderr or done.stdout).strip().splitlines()[-4:]
        raise CommandError(f"{Path(command[0]).name} failed: " + " / ".join(words))
    return done.stdout.strip()
