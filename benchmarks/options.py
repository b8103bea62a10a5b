"""The command line."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from payloads import PAYLOADS
from roster import PEERS
from scenarios import SCENARIOS
from tools import HERE
from workloads import WORKLOADS

QUICK = ["counts", "memory", "tiny/nothing/line/go-build/ninja/builtin/best-buildkit"]
KINDS = {
    "workloads": {workload.name: workload for workload in WORKLOADS},
    "scenarios": {scenario.name: scenario for scenario in SCENARIOS},
    "peers": {peer.name: peer for peer in PEERS},
}
OTHERS = {
    "memory": "the assembler's peak memory",
    "scale": "how time and memory grow with large files, many files, large bases and many containers",
    **{kind.name: f"of scale only: {kind.what}" for kind in PAYLOADS},
    "counts": "programs, files, requests and instructions, in a file of their own",
}


def arguments() -> argparse.Namespace:
    kinds = "\n".join(
        f"{kind}:\n" + "".join(f"  {name:16} {one.what}\n" for name, one in known.items())
        for kind, known in KINDS.items()
    )
    others = "".join(f"  {name:16} {what}\n" for name, what in OTHERS.items())
    parser = argparse.ArgumentParser(
        prog="sh benchmarks/run.sh",
        description="Without a filter, all is measured, which takes hours.",
        epilog=f"{kinds}\nother filters:\n{others}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--state", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="a smoke test: " + " ".join(QUICK))
    parser.add_argument(
        "--repeat",
        type=int,
        default=0,
        help="turns of each peer; without it, more of what takes less time: 21 of what takes "
        "under 0.1 s, 11 under 1 s, 5 under 10 s, 3 of all else",
    )
    parser.add_argument(
        "--limit", type=float, default=600, help="seconds after which a peer gets no further turn"
    )
    parser.add_argument("--output", type=Path, default=HERE / "results", help="benchmarks/results")
    parser.add_argument(
        "--add", action="store_true", help="keep former results of what is not measured now"
    )
    parser.add_argument(
        "--compare",
        type=Path,
        nargs="?",
        const=HERE / "results/results.json",
        metavar="results.json",
        help="tell what changed since another run, the committed one if none is named",
    )
    parser.add_argument("--note", default="", help="a remark on the machine, for the table")
    parser.add_argument(
        "filters",
        nargs="*",
        metavar="filter",
        help="what to measure: names below, such as small/line/ko/builtin",
    )
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.filters, chosen.repeat = chosen.filters or QUICK, 1
    known = set(OTHERS).union(*KINDS.values())
    if unknown := {name for word in chosen.filters for name in word.split("/")} - known:
        parser.error(f"no such workload, scenario or peer: {', '.join(sorted(unknown))}")
    return chosen


@dataclass
class Selection:
    """What the filters choose. One filter is names with slashes between, those of one kind are alternatives; of
    several filters one is enough."""

    filters: list[set[str]]

    def has(self, workload: str, scenario: str, peer: str) -> bool:
        return not self.filters or any(
            self._fits(names, "workloads", workload)
            and self._fits(names, "scenarios", scenario)
            and self._fits(names, "peers", peer)
            for names in self.filters
            if names.isdisjoint(OTHERS)
        )

    @staticmethod
    def _fits(names: set[str], kind: str, name: str) -> bool:
        return name in names or names.isdisjoint(KINDS[kind])

    def is_only(self, name: str) -> bool:
        return self.filters == [{name}]

    def has_other(self, name: str) -> bool:
        return not self.filters or {name} in self.filters
