"""Measures GoContainer against its peers; see run.sh, which prepares what this needs."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
from dataclasses import dataclass
from pathlib import Path

import compare
import counts
import scale
from measure import CommandError, Series, call, measure
from options import Selection, arguments
from payloads import PAYLOADS
from peers import Peer
from registered import Registered
from results import Passed, Results, load
from roster import PEERS
from scenarios import SCENARIOS, Scenario
from targets import verdicts
from tools import REPOSITORY, Tools
from turns import Rules, take_turns
from workloads import WORKLOADS, Workload

CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass
class Run:
    tools: Tools
    selection: Selection
    rules: Rules
    output: Path
    results: Results

    def skip(self, what: str, error: Exception) -> None:
        print(f"{what} is left out: {error}", flush=True)
        self.results.skipped[what] = str(error)

    def everything(self) -> None:
        """All that the filters choose, in results."""
        if self.selection.has_other("counts"):
            try:
                counts.write(self.output, self.tools)
            except CommandError as error:
                self.skip("counts", error)
        if self.selection.has_other("memory"):
            try:
                self.results.assembler = scale.assembler(self.tools)
            except CommandError as error:
                self.skip("memory", error)
        for kind in PAYLOADS:
            if self.selection.has_other("scale") or self.selection.has_other(kind.name):
                try:
                    self.results.growths.append(scale.growth(kind(self.tools)))
                except CommandError as error:
                    self.skip(kind.name, error)
        for workload in WORKLOADS:
            self.workload(workload)

    def measured(self, workload: Workload, scenario: Scenario, kind: type[Peer] | Peer) -> bool:
        """Whether there is such a measurement, and the filters choose it."""
        there = (
            scenario.name in workload.scenarios
            and kind.fits(workload)
            and scenario.name in kind.scenarios
            and (scenario.name != "configure" or hasattr(kind, "configure"))
        )
        return there and self.selection.has(workload.name, scenario.name, kind.name)

    def workload(self, workload: Workload) -> None:
        kinds = [k for k in PEERS if any(self.measured(workload, s, k) for s in SCENARIOS)]
        peers = [peer for kind in kinds if (peer := self.prepared(kind, workload))]
        try:
            for scenario in SCENARIOS:
                self.scenario(scenario, [p for p in peers if self.measured(workload, scenario, p)])
        finally:
            for peer in peers:
                with contextlib.suppress(CommandError, OSError):  # where nothing was built
                    self.results.sizes[workload.name, peer.name] = peer.size()

    def prepared(self, kind: type[Peer], workload: Workload) -> Peer | None:
        if kind.name in self.results.skipped:
            return None
        peer = kind(self.tools, workload)
        try:
            self.results.versions[kind.name] = {"what": kind.what, "version": peer.version()}
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
        taken = {peer: Series(peer.workload.name, scenario.name, peer.name) for peer in peers}
        self.results.series += taken.values()  # now, as a run may be interrupted
        take_turns(scenario, taken, self.rules, self.skip)
        for peer, series in taken.items():
            if isinstance(peer, Registered) and peer.counted and series.samples:
                self.count(peer, scenario)

    def count(self, timed: Registered, scenario: Scenario) -> None:
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
        proxy = registry.proxy
        self.results.passed[key] = Passed(proxy.requests, proxy.uploaded, stored, proxy.downloaded)


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


def main() -> None:
    chosen = arguments()
    former = load(chosen.compare) if chosen.compare else None
    load_before = os.getloadavg()[0]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tools = Tools(chosen.state.resolve())
    tools.start_proxy()
    results = Results([], bundle=CA_BUNDLE.stat().st_size)
    selection = Selection([set(word.split("/")) for word in chosen.filters])
    run = Run(tools, selection, Rules(chosen.repeat, chosen.limit), chosen.output, results)
    try:
        run.everything()
    except KeyboardInterrupt:
        print("Interrupted; what was measured so far:", flush=True)
    if selection.is_only("counts"):
        return
    results.series = [series for series in results.series if series.samples]
    if chosen.add:
        results.keep(load(chosen.output / "results.json"))
    # Not before: what this process holds is the least that can be measured of the memory of others.
    import report

    where = machine(tools, load_before, chosen.note)
    print("\n" + report.write(chosen.output, results, verdicts(results), where))
    if former:
        print("\n" + report.rows(compare.HEAD, compare.compared(former, results)))


if __name__ == "__main__":
    main()
