"""What changed since a former run. Another machine, or another hour, changes all peers: so ours are held against one that
was measured in both runs."""

from __future__ import annotations

from cells import OURS, cells
from measure import Series
from pairs import Pairs, pairs
from results import Results
from words import duration

HEAD = ["cell", "ours", "was", "is", "against", "was", "is", "now"]


def compared(former: Results, now: Results) -> list[list[str]]:
    """A row for each of ours in each cell that both runs have; HEAD says what is in it."""
    before = cells(former)
    found = []
    for key, cell in cells(now).items():
        old = {series.peer: series for series in before.get(key, [])}
        new = {series.peer: series for series in cell}
        others = [series for peer, series in new.items() if peer in old and peer not in OURS]
        other = min(others, key=lambda series: series.median, default=None)
        found += [
            [", ".join(key), peer, *row(old, new, peer, other)]
            for peer in new
            if peer in old and peer in OURS
        ]
    return found


def row(
    old: dict[str, Series], new: dict[str, Series], peer: str, other: Series | None
) -> list[str]:
    medians = [duration(old[peer].median), duration(new[peer].median)]
    if other is None:
        return [*medians, "", "", "", ""]
    was, now = pairs(old[peer], old[other.peer]), pairs(new[peer], other)
    return [*medians, other.peer, str(was), str(now), verdict(was, now)]


def verdict(was: Pairs, now: Pairs) -> str:
    """Nothing where the ranges meet."""
    if now.high < was.low:
        return "quicker"
    return "**slower**" if now.low > was.high else ""
