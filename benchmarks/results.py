"""What a run measured, and the file that keeps it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from measure import Sample, Series


@dataclass
class Growth:
    """What half of something costs to build, and all of it."""

    name: str
    what: str
    unit: str
    amount: int
    half: float
    """Seconds, the median of the turns."""
    seconds: float
    peak: int
    """Bytes of memory, the most of all turns; 0: not measured."""


@dataclass
class Passed:
    """What one command sent to a registry, and got from it."""

    requests: int
    uploaded: int
    """Bytes of the bodies of the requests."""
    stored: int
    """Bytes that an empty registry has then, each blob once; 0: it was not empty."""
    downloaded: int = 0
    """Bytes of the bodies of the answers."""


@dataclass
class Results:
    """All that a run measured."""

    series: list[Series]
    sizes: dict[tuple[str, str], int] = field(default_factory=dict)
    """Bytes, by workload and peer."""
    passed: dict[tuple[str, str, str], Passed] = field(default_factory=dict)
    """By workload, scenario and peer: what went to the registry."""
    bundle: int = 0
    """Bytes of the CA certificates."""
    assembler: int = 0
    """Bytes of the assembler's peak memory; 0: not measured."""
    growths: list[Growth] = field(default_factory=list)
    versions: dict[str, dict] = field(default_factory=dict)
    """By peer: what it is, and its version."""
    skipped: dict[str, str] = field(default_factory=dict)
    """What was not measured, and why."""

    def find(self, workload: str, scenario: str, peer: str) -> Series | None:
        wanted = (workload, scenario, peer)
        found = (s for s in self.series if (s.workload, s.scenario, s.peer) == wanted and s.samples)
        return next(found, None)

    def keep(self, former: Results) -> None:
        """Add what a former run measured. What is compared is always of one run: all of a scenario of a workload is
        replaced, or nothing."""
        measured = {(series.workload, series.scenario) for series in self.series}
        kept = [one for one in former.series if (one.workload, one.scenario) not in measured]
        done = {f"{one.peer} at {one.workload}, {one.scenario}" for one in self.series}
        skipped = {what: why for what, why in former.skipped.items() if what not in done}
        self.series = kept + self.series
        self.sizes = former.sizes | self.sizes
        self.passed = former.passed | self.passed
        self.assembler = self.assembler or former.assembler
        measured = {growth.name for growth in self.growths}
        self.growths += [growth for growth in former.growths if growth.name not in measured]
        self.versions = former.versions | self.versions
        self.skipped = skipped | self.skipped


def load(path: Path) -> Results:
    """What a file has that `save` wrote."""
    numbers = json.loads(path.read_text())
    return Results(
        [
            Series(
                one["workload"],
                one["scenario"],
                one["peer"],
                [Sample(seconds, one["peak"]) for seconds in one["seconds"]],
            )
            for one in numbers["measurements"]
        ],
        {(one["workload"], one["peer"]): one["bytes"] for one in numbers["sizes"]},
        {
            (one["workload"], one["scenario"], one["peer"]): Passed(
                one["requests"], one["uploaded"], one["stored"], one.get("downloaded", 0)
            )
            for one in numbers.get("passed", [])
        },
        assembler=numbers["assembler_peak"],
        growths=[Growth(**one) for one in numbers.get("growths", [])],
        versions=numbers["peers"],
        skipped=numbers["skipped"],
    )


def save(path: Path, results: Results, machine: str, targets: list[dict]) -> None:
    """Write all of it: seconds and bytes."""
    numbers = {
        "machine": machine,
        "peers": results.versions,
        "skipped": results.skipped,
        "targets": targets,
        "measurements": [
            {
                "workload": series.workload,
                "scenario": series.scenario,
                "peer": series.peer,
                "seconds": series.seconds,
                "median": series.median,
                "peak": series.peak,
            }
            for series in results.series
        ],
        "sizes": [
            {"workload": workload, "peer": peer, "bytes": number}
            for (workload, peer), number in results.sizes.items()
        ],
        "passed": [
            {"workload": workload, "scenario": scenario, "peer": peer, **vars(one)}
            for (workload, scenario, peer), one in results.passed.items()
        ],
        "assembler_peak": results.assembler,
        "growths": [vars(one) for one in results.growths],
    }
    path.write_text(json.dumps(numbers, indent=2) + "\n")
