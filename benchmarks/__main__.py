"""Measures GoContainer against its peers; see run.sh, which prepares what this needs."""

from __future__ import annotations

import contextlib
import os
import platform
import signal
import time
from dataclasses import dataclass
from pathlib import Path

import memory
from measure import CommandError, Series, call, measure
from options import Selection, arguments
from peers import Peer
from registered import Registered
from results import Passed, Results, load
from roster import PEERS
from scenarios import SCENARIOS, Scenario, build, sample
from targets import verdicts
from tools import REPOSITORY, Tools
from workloads import WORKLOADS, Workload

CA_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


@dataclass
class Run:
    tools: Tools
    selection: Selection
    repeat: int
    limit: float
    results: Results

    def skip(self, what: str, error: Exception) -> None:
        print(f"{what} is left out: {error}", flush=True)
        self.results.skipped[what] = str(error)

    def everything(self) -> None:
        """All that the filters choose, in results."""
        if self.selection.has_other("memory"):
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
            if isinstance(peer, Registered) and peer.counted:
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


def main() -> None:
    chosen = arguments()
    load_before = os.getloadavg()[0]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    tools = Tools(chosen.state.resolve())
    tools.start_proxy()
    results = Results([], bundle=CA_BUNDLE.stat().st_size)
    selection = Selection([set(word.split("/")) for word in chosen.filters])
    run = Run(tools, selection, chosen.repeat, chosen.limit, results)
    try:
        run.everything()
    except KeyboardInterrupt:
        print("Interrupted; what was measured so far:", flush=True)
    results.series = [series for series in results.series if series.samples]
    if chosen.add:
        results.keep(load(chosen.output / "results.json"))
    # Not before: what this process holds is the least that can be measured of the memory of others.
    import report

    where = machine(tools, load_before, chosen.note)
    print("\n" + report.write(chosen.output, results, verdicts(results), where))


if __name__ == "__main__":
    main()
