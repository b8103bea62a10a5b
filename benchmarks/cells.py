"""Cells: what was measured of all peers in one scenario of one workload. Who is the quickest, and where we are not."""

from __future__ import annotations

from measure import Series
from pairs import pairs
from results import Results
from roster import PEERS

LIMITS = {peer.name for peer in PEERS if peer.limit}
OURS = {peer.name for peer in PEERS if peer.ours}
STORES = {peer.name: peer.store for peer in PEERS}


def cells(results: Results) -> dict[tuple[str, str], list[Series]]:
    """By workload and scenario."""
    found: dict[tuple[str, str], list[Series]] = {}
    for series in results.series:
        if series.samples:
            found.setdefault((series.workload, series.scenario), []).append(series)
    return found


def quickest(cell: list[Series]) -> Series | None:
    """The one with the lowest median, of those that do all that is asked."""
    peers = [series for series in cell if series.peer not in LIMITS]
    return min(peers, key=lambda series: series.median, default=None)


def rivals(cell: list[Series], ours: Series) -> list[Series]:
    """Those that do the same as one of ours: into the same store, or into none of an engine."""
    store = STORES[ours.peer]
    theirs = [series for series in cell if series.peer not in LIMITS | OURS]
    return [series for series in theirs if not store or STORES.get(series.peer) == store]


def behind(results: Results) -> list[str]:
    """A sentence for each of ours in each cell where a rival is quicker."""
    sentences = []
    for (workload, scenario), cell in cells(results).items():
        for ours in (series for series in cell if series.peer in OURS):
            best = quickest(rivals(cell, ours))
            if best and (ratio := pairs(ours, best)).median > 1:
                sentences.append(
                    f"{workload}, {scenario}: `{ours.peer}` takes {ratio} of the time of `{best.peer}`, "
                    "the quickest that does the same."
                )
    return sentences
