"""All peers in one scenario, turn by turn, so that what else the machine does meets all of them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from measure import CommandError, Series, measure
from peers import Peer
from scenarios import Scenario

# How many samples there are of what takes less than so many seconds.
SAMPLES = ((0.1, 21), (1, 11), (10, 5), (float("inf"), 3))


@dataclass
class Rules:
    """When a peer has had turns enough."""

    repeat: int
    """How many turns each gets; 0: as SAMPLES says."""
    limit: float
    """Seconds after which a peer gets no further turn."""

    def enough(self, series: Series) -> bool:
        taken = len(series.samples)
        return taken > 0 and (taken >= self.wanted(series) or sum(series.seconds) >= self.limit)

    def wanted(self, series: Series) -> int:
        return self.repeat or next(number for below, number in SAMPLES if series.median < below)


def take_turns(
    scenario: Scenario,
    taken: dict[Peer, Series],
    rules: Rules,
    skip: Callable[[str, CommandError], None],
) -> None:
    """Fill the series of the peers. One that fails is told to `skip`, and gets no further turn."""
    left = [peer for peer in taken if done(warm, scenario, peer, taken[peer], skip)]
    turn = 0
    while left:
        # The order changes, so that none always comes behind the same one.
        for peer in random.Random(turn).sample(left, len(left)):
            if not done(sample, scenario, peer, taken[peer], skip) or rules.enough(taken[peer]):
                left.remove(peer)
        turn += 1


def done(do, scenario: Scenario, peer: Peer, series: Series, skip) -> bool:
    """Whether it did not fail."""
    start = time.perf_counter()
    try:
        do(peer, scenario, series)
    except CommandError as error:
        skip(f"{peer.name} at {peer.workload.name}, {scenario.name}", error)
        return False
    seconds = time.perf_counter() - start
    if seconds > 2:
        print(f"  {scenario.name}: {peer.name} took {seconds:.1f} s", flush=True)
    return True


def warm(peer: Peer, scenario: Scenario, _: Series) -> None:
    """The build that comes before a scenario, unmeasured: it makes the caches warm."""
    if scenario.name not in ("configure", "cold", "fresh"):
        measure(peer.command(), peer.source, peer.env)


def sample(peer: Peer, scenario: Scenario, series: Series) -> None:
    command = peer.configure() if scenario.name == "configure" else peer.command()
    scenario.before(peer)
    series.samples.append(measure(command, peer.source, peer.env))
