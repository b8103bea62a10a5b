"""Looks for bytes that layers keep and nobody can use, counted as dive (github.com/wagoodman/dive)
counts them.

A path that is in more than one layer, or that a later layer removes, is wasted with all its bytes, the
copy that is seen included. The efficiency is the bytes of all paths in their smallest form, 0 for one
that was removed, as a part of all bytes. dive names a removed directory alone, and then counts nothing
for what was in it, nor for what an opaque one hides; here each of these files counts as one that was removed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from gocontainer.checks import CheckError, Test
from gocontainer.checks.budget import budget_of, no_budget, no_budget_here
from gocontainer.common.printable import clipped
from gocontainer.read.index import Index
from gocontainer.read.squash import DIRECTORY


@dataclass
class Path:
    """A path in all layers: its bytes added up, those of its smallest form, and the layers it is in."""

    name: str
    total: int
    smallest: int
    layers: list[int]
    removed: bool

    def wasted(self) -> bool:
        return len(self.layers) > 1 or self.removed

    def __str__(self) -> str:
        layers = ", ".join(str(layer + 1) for layer in self.layers)
        removed = ", removed later" if self.removed else ""
        return f"{self.name}, {self.total:,} bytes in layer {layers}{removed}"


def paths(index: Index) -> list[Path]:
    """All paths with bytes of their own."""
    found: dict[str, Path] = {}
    for entry in index.entries:
        if entry.kind == DIRECTORY:
            continue
        path = found.setdefault(entry.path, Path("/" + entry.path, 0, entry.size, [], False))
        path.total += entry.size
        path.removed = path.removed or entry.removed
        path.smallest = 0 if path.removed else min(path.smallest, entry.size)
        path.layers.append(entry.layer)
    return [path for path in found.values() if path.total]


def check_efficiency(test: Test) -> str:
    """The score against EFFICIENCY."""
    least = test.arguments["efficiency"]
    if least and not re.fullmatch("100|[0-9]{1,2}([.][0-9]+)?", least):
        raise no_budget(test, "EFFICIENCY", least, "a number from 0 to 100")
    every = paths(test.index)
    total = sum(path.total for path in every)
    score = Fraction(sum(path.smallest for path in every), total) if total else Fraction(1)
    percent = f"{float(score * 100):.4f}".rstrip("0").rstrip(".")
    if not least:
        return no_budget_here("EFFICIENCY", f"{percent} % of {total:,} bytes")
    if score * 100 < Fraction(Decimal(least)):
        raise CheckError(
            "the layers of the image are less efficient than EFFICIENCY",
            declared=f"EFFICIENCY {least}",
            found=f"{percent} % of {total:,} bytes",
            **wasted_facts(every),
            remedy=f"write each path in one layer only, or lower EFFICIENCY in {test.call()}",
        )
    return f"{percent} % of {total:,} bytes (EFFICIENCY {least})"


def check_max_wasted(test: Test) -> str:
    """The wasted bytes against MAX_WASTED."""
    every = paths(test.index)
    size = sum(path.total for path in every if path.wasted())
    limit = budget_of(test, "MAX_WASTED", "maxWasted")
    if limit is None:
        return no_budget_here("MAX_WASTED", f"{size:,} bytes wasted")
    declared, budget = limit["declared"], limit["bytes"]
    if size > budget:
        raise CheckError(
            "the layers of the image waste more than MAX_WASTED",
            declared=f"MAX_WASTED {declared}, {budget:,} bytes",
            found=f"{size:,} bytes, {size - budget:,} too many",
            **wasted_facts(every),
            remedy=f"write each path in one layer only, or raise MAX_WASTED in {test.call()}",
        )
    return f"{size:,} of {budget:,} bytes wasted (MAX_WASTED {declared}), {budget - size:,} left"


def wasted_facts(every: list[Path]) -> dict[str, str]:
    """The wasted paths, worst first."""
    worst = sorted((p for p in every if p.wasted()), key=lambda path: (-path.total, path.name))
    return {"wasted": clipped([str(path) for path in worst])} if worst else {}
