"""Measures GoContainer against its peers; see run.sh, which prepares what this needs."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

import memory
from measure import CommandError, Sample, Series, call, measure
from peers import PEERS, Peer
from publishers import PUBLISHERS, Pushing
from scenarios import SCENARIOS, Scenario, build, sample
from targets import Passed, Results, verdicts
from tools import HERE, REPOSITORY, Tools
from workloads import WORKLOADS, Workload

QUICK = ["memory", "tiny/nothing/line/go-build/ninja/builtin/best-buildkit"]
CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
ALL_PEERS = [*PEERS, *PUBLISHERS]
KINDS = {
    "workloads": {workload.name: workload for workload in WORKLOADS},
    "scenarios": {scenario.name: scenario for scenario in SCENARIOS},
    "peers": {peer.name: peer for peer in ALL_PEERS},
}


def arguments() -> argparse.Namespace:
    kinds = "\n".join(
        f"{kind}:\n" + "".join(f"  {name:16} {one.what}\n" for name, one in known.items())
        for kind, known in KINDS.items()
    )
    parser = argparse.ArgumentParser(
        prog="sh benchmarks/run.sh",
        description="Without a filter, all is measured, which takes hours.",
        epilog=kinds + "\nother filters:\n  memory           the assembler's peak memory",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--state", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="a smoke test: " + " ".join(QUICK))
    parser.add_argument("--repeat", type=int, default=5, help="turns of each peer; 5")
    parser.add_argument(
        "--limit", type=float, default=600, help="seconds after which a peer gets no further turn"
    )
    parser.add_argument("--output", type=Path, default=HERE / "results", help="benchmarks/results")
    parser.add_argument(
        "--add", action="store_true", help="keep former results of what is not measured now"
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
    known = {"memory"}.union(*KINDS.values())
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
            if names != {"memory"}
        )

    @staticmethod
    def _fits(names: set[str], kind: str, name: str) -> bool:
        return name in names or names.isdisjoint(KINDS[kind])

    def has_memory(self) -> bool:
        return not self.filters or {"memory"} in self.filters


@dataclass
class Run:
    tools: Tools
    selection: Selection
    repeat: int
    limit: float
    results: Results
    versions: dict[str, dict] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)

    def skip(self, what: str, error: Exception) -> None:
        print(f"{what} is left out: {error}", flush=True)
        self.skipped[what] = str(error)

    def everything(self) -> None:
        """All that the filters choose, in results."""
        if self.selection.has_memory():
            try:
                self.results.assembler = memory.assembler(self.tools).peak
            except CommandError as error:
                self.skip("memory", error)
        for workload in WORKLOADS:
            self.workload(workload)

    def measured(self, workload: Workload, scenario: Scenario, kind: type[Peer] | Peer) -> bool:
        """Whether there is such a measurement, and the filters choose it."""
        there = (
            scenario.name in workload.scenarios
            and (not workload.peers or kind.name in workload.peers)
            and scenario.name in kind.scenarios
            and (scenario.name != "configure" or hasattr(kind, "configure"))
        )
        return there and self.selection.has(workload.name, scenario.name, kind.name)

    def workload(self, workload: Workload) -> None:
        kinds = [k for k in ALL_PEERS if any(self.measured(workload, s, k) for s in SCENARIOS)]
        peers = [peer for kind in kinds if (peer := self.prepared(kind, workload))]
        try:
            for scenario in SCENARIOS:
                self.scenario(scenario, [p for p in peers if self.measured(workload, scenario, p)])
        finally:
            for peer in peers:
                with contextlib.suppress(CommandError, OSError):  # where nothing was built
                    self.results.sizes[workload.name, peer.name] = peer.size()

    def prepared(self, kind: type[Peer], workload: Workload) -> Peer | None:
        if kind.name in self.skipped:
            return None
        peer = kind(self.tools, workload)
        try:
            self.versions[kind.name] = {"what": kind.what, "version": peer.version()}
        except CommandError as error:
            self.skip(kind.name, error)
            return None
        print(f"{workload.name}: preparing {kind.name}", flush=True)
        try:
            peer.prepare()
        except CommandError as error:
            self.skip(f"{kind.name} at {workload.name}", error)
            return None
        return peer

    def scenario(self, scenario: Scenario, peers: list[Peer]) -> None:
        """All peers, turn by turn, so that what else the machine does meets all of them."""
        turns = {peer: Series(peer.workload.name, scenario.name, peer.name) for peer in peers}
        self.results.series += turns.values()
        for peer in list(turns):
            self.turn(turns, peer, scenario, build)
        for turn in range(self.repeat):
            # The order changes, so that none always comes behind the same one.
            order = list(turns)
            first = turn % max(len(order), 1)
            for peer in order[first:] + order[:first]:
                if sum(turns[peer].seconds) < self.limit:
                    self.turn(turns, peer, scenario, sample)
        for peer in turns:
            if isinstance(peer, Pushing) and peer.counted:
                self.count(peer, scenario)

    def count(self, timed: Pushing, scenario: Scenario) -> None:
        """Once more, through the proxy that counts: it would take its time of what is timed."""
        registry = self.tools.registry()
        peer = type(timed)(self.tools, timed.workload, registry.proxy.address)
        try:
            peer.version()
            peer.prepare()
            measure(peer.command(), peer.source, peer.env)
            scenario.before(peer)
            registry.proxy.reset()
            measure(peer.command(), peer.source, peer.env)
        except CommandError as error:
            self.skip(f"counting {peer.name} at {peer.workload.name}, {scenario.name}", error)
            return
        stored = registry.stored() if scenario.name == "push-cold" else 0
        key = (peer.workload.name, scenario.name, peer.name)
        self.results.passed[key] = Passed(registry.proxy.requests, registry.proxy.uploaded, stored)

    def turn(self, turns: dict[Peer, Series], peer: Peer, scenario: Scenario, do) -> None:
        start = time.perf_counter()
        try:
            do(peer, scenario, turns[peer])
        except CommandError as error:
            del turns[peer]
            self.skip(f"{peer.name} at {peer.workload.name}, {scenario.name}", error)
        seconds = time.perf_counter() - start
        if seconds > 2:
            print(f"  {scenario.name}: {peer.name} took {seconds:.1f} s", flush=True)


def machine(tools: Tools, load: float, note: str) -> str:
    names = (
        line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    )
    name = next(names, ":").split(":")[1].strip() or platform.machine()
    try:
        commit = call(["git", "describe", "--always", "--dirty"], tools.env(), REPOSITORY)
    except CommandError:
        commit = "of no commit"
    return (
        f"GoContainer {commit} on {os.cpu_count()} CPUs ({name}), Linux {platform.release()}. "
        f"Load average of the last minute: {load:.1f} before the run, {os.getloadavg()[0]:.1f} "
        f"after it. {note}"
    ).strip()


def keep(path: Path, run: Run) -> None:
    """Add to the results what a former run measured. What is compared is always of one run: all of a scenario of
    a workload is replaced, or nothing."""
    former = json.loads(path.read_text())
    results = run.results
    measured = {(series.workload, series.scenario) for series in results.series}
    kept = []
    for one in former["measurements"]:
        if (one["workload"], one["scenario"]) not in measured:
            samples = [Sample(seconds, one["peak"]) for seconds in one["seconds"]]
            kept.append(Series(one["workload"], one["scenario"], one["peer"], samples))
    results.series = kept + results.series
    sizes = {(one["workload"], one["peer"]): one["bytes"] for one in former["sizes"]}
    results.sizes = sizes | results.sizes
    passed = {
        (one["workload"], one["scenario"], one["peer"]): one for one in former.get("passed", [])
    }
    kept_passed = {
        key: Passed(one["requests"], one["uploaded"], one["stored"]) for key, one in passed.items()
    }
    results.passed = kept_passed | results.passed
    results.assembler = results.assembler or former["assembler_peak"]
    run.versions = former["peers"] | run.versions
    done = {f"{one.peer} at {one.workload}, {one.scenario}" for one in run.results.series}
    run.skipped = {k: v for k, v in former["skipped"].items() if k not in done} | run.skipped


def main() -> None:
    chosen = arguments()
    load = os.getloadavg()[0]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tools = Tools(chosen.state.resolve())
    tools.start_proxy()
    results = Results([], {}, CA_BUNDLE.stat().st_size)
    selection = Selection([set(word.split("/")) for word in chosen.filters])
    run = Run(tools, selection, chosen.repeat, chosen.limit, results)
    try:
        run.everything()
    except KeyboardInterrupt:
        print("Interrupted; what was measured so far:", flush=True)
    results.series = [series for series in results.series if series.samples]
    if chosen.add:
        keep(chosen.output / "results.json", run)
    # Not before: what this process holds is the least that can be measured of the memory of others.
    import report

    facts = {
        "machine": machine(tools, load, chosen.note),
        "peers": run.versions,
        "skipped": run.skipped,
    }
    print("\n" + report.write(chosen.output, results, verdicts(results), facts))


if __name__ == "__main__":
    main()
