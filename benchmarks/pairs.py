"""Ratios of what two peers took in the same turn: what else the machine did then met both of them."""

from __future__ import annotations

import statistics
from dataclasses import dataclass

from measure import Series


@dataclass(frozen=True)
class Pairs:
    """The time of one peer as a share of another one's, in each turn that both had. There is at least one."""

    ratios: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.ratios)

    @property
    def low(self) -> float:
        return min(self.ratios)

    @property
    def high(self) -> float:
        return max(self.ratios)

    @property
    def spread(self) -> str:
        if len(self.ratios) == 1:
            return "(1 pair)"
        return f"({self.low:.3g} to {self.high:.3g}, {len(self.ratios)} pairs)"

    def __str__(self) -> str:
        return f"{self.median:.3g} {self.spread}"


def pairs(one: Series, other: Series) -> Pairs:
    """Of two series of one scenario. A peer that needs fewer turns has the first ones."""
    return Pairs([mine / theirs for mine, theirs in zip(one.seconds, other.seconds)])
