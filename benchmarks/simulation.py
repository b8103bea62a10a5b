"""What a working day of many CI machines costs: builds with empty caches, hours, requests to the registry, bytes.

    python3 benchmarks/simulation.py

prints the table of docs/explanation/scale.csv. What one build and one push cost comes from results/results.json. Where and when
they happen is drawn at random, the same each time.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results/results.json"
SERVICES = 10  # in one repository; a commit changes one of them
DAYS = 5  # of which the last one is told: a machine has what the other days left
# Bytes, compressed, of the workload service: its program; and GOCACHE and GOMODCACHE after a build with empty caches (by zstd).
LAYER = 10_700_000
CACHE = 208_600_000
CACHES = ("none", "of the machine", "shared")


@dataclass(frozen=True)
class Size:
    name: str
    images: int
    machines: int
    commits: int
    """In a day."""

    @property
    def repositories(self) -> int:
        return -(-self.images // SERVICES)


SIZES = [
    Size("a laptop", images=10, machines=1, commits=20),
    Size("a team", images=50, machines=5, commits=100),
    Size("a company", images=1_000, machines=100, commits=2_000),
    Size("a large company", images=10_000, machines=1_000, commits=20_000),
]


@dataclass(frozen=True)
class Costs:
    """Of the engine builtin: builds of the workload service, and pushes of the workload small."""

    cold: float
    """Seconds to build with empty caches."""
    line: float
    """Seconds to build after a change of one line."""
    pushed: int
    """Requests for an image of which one layer changed."""
    unchanged: int
    """Requests for an image that the registry has."""

    @staticmethod
    def measured() -> Costs:
        found = json.loads(RESULTS.read_text(encoding="utf-8"))
        seconds = {
            one["scenario"]: one["median"]
            for one in found["measurements"]
            if (one["workload"], one["peer"]) == ("service", "builtin")
        }
        passed = {
            one["scenario"]: one
            for one in found["passed"]
            if (one["workload"], one["peer"]) == ("small", "builtin-push")
        }
        requests = passed["push-line"]["requests"], passed["push"]["requests"]
        return Costs(seconds["cold"], seconds["line"], *requests)


@dataclass
class Day:
    """What all machines together did."""

    seconds: float = 0
    requests: int = 0
    sent: int = 0
    """Bytes to the registry, each of them new: what it has is not sent again."""
    fetched: int = 0
    """Bytes of shared caches."""
    cold: int = 0
    """Builds with empty caches."""


def simulate(size: Size, caches: str, costs: Costs) -> Day:
    """The last day. Some machine that is free builds, tests and pushes each commit."""
    chance = random.Random(f"{size.name}, {caches}")
    warm: set[tuple[int, int]] = set()  # (machine, repository)
    for _ in range(DAYS):
        day = Day()
        for _ in range(size.commits):
            place = chance.randrange(size.machines), chance.randrange(size.repositories)
            found = caches == "shared" or (caches == "of the machine" and place in warm)
            warm.add(place)
            build(day, found, costs)
            day.fetched += CACHE * (caches == "shared")
    return day


def build(day: Day, warm: bool, costs: Costs) -> None:
    """One service is another one than before; without a cache, all are compiled, which share most packages."""
    others = SERVICES - 1
    day.cold += not warm
    day.seconds += costs.line if warm else costs.cold + others * costs.line
    day.requests += costs.pushed + others * costs.unchanged
    day.sent += LAYER


def rows() -> Iterator[list[str]]:
    """The table: a row for each size and kind of cache."""
    costs = Costs.measured()
    yield [
        "",
        "images",
        "machines",
        "commits",
        "caches",
        "cold builds",
        "hours",
        "requests",
        "pushed",
        "caches fetched",
    ]
    for size in SIZES:
        for caches in CACHES:
            day = simulate(size, caches, costs)
            numbers = [size.images, size.machines, size.commits]
            told = [day.cold, round(day.seconds / 3600, 2), day.requests]
            volumes = [f"{number / 1e9:,.1f} GB" for number in (day.sent, day.fetched)]
            yield [
                size.name,
                *(f"{n:,}" for n in numbers),
                caches,
                *(f"{n:,}" for n in told),
                *volumes,
            ]


def table() -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows())
    return text.getvalue()


if __name__ == "__main__":
    print(table(), end="")
