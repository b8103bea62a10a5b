"""Gathers what a report tells of one image: its facts, and what the plan and earlier builds add to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from gocontainer.checks import CheckError, Test, growth
from gocontainer.checks.budget import budget_of
from gocontainer.checks.size import compressed_sizes
from gocontainer.read.history import first_added_layer
from gocontainer.report.facts import Json, facts_of
from gocontainer.report.history import history_file, recorded
from gocontainer.report.named import Named
from gocontainer.report.trees import trees_of
from gocontainer.report.verdict import Verdict, Wanted, declared, verdicts

# They run programs, build again, or search every byte; ctest does them.
SLOW = ("run", "start", "stop", "structure-test", "reproducible", "provenance", "no-secrets")
LEFT = "ctest"


class Budget(NamedTuple):
    """A limit of the image in bytes, and what there is of it."""

    option: str
    declared: str
    limit: int
    found: int


@dataclass(frozen=True)
class Report:
    """What a report tells of one image. ``baseline`` has the sizes before and now, where there is a baseline; ``builds``
    are the last ones, this one last."""

    facts: Json
    trees: Json
    budgets: list[Budget] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    baseline: tuple[Json, Json] | None = None
    builds: list[Json] = field(default_factory=list)


def gather(image: Named, engine_command: str | None, now: str) -> Report:
    """What there is to tell of an image.

    :param now: the time, as ISO 8601 has it.
    :raises ImageError: it can't be read.
    """
    facts = facts_of(image)
    trees = trees_of(image.index, facts)
    if not image.planned:
        return Report(facts, trees)
    facts["name"] = image.plan["name"]
    test = Test(image.plan["name"], image.plan, image.directory, {}, engine_command)
    test.index = image.index
    wanted = declared(image)
    found = verdicts(image, [each for each in wanted if each.check not in SLOW], engine_command)
    left = [Verdict(name_of(each), LEFT, "") for each in wanted if each.check in SLOW]
    file = history_file(image.directory, image.plan.get("part"))
    return Report(
        facts,
        trees,
        list(budgets_of(test)),
        [*found, *left],
        baseline_of(test),
        recorded(file, facts, now),
    )


def name_of(wanted: Wanted) -> str:
    return str(wanted.arguments.get("name", wanted.check))


def budgets_of(test: Test) -> Iterator[Budget]:
    """The budgets in bytes of the call, in this configuration."""
    plan: Any = test.plan
    for option, member in (
        ("MAX_SIZE", "maxSize"),
        ("MAX_COMPRESSED_SIZE", "maxCompressedSize"),
        ("MAX_LAYER_SIZE", "maxLayerSize"),
    ):
        budget = budget_of(test, option, member) if member in plan else None
        if budget is None:
            continue
        if option == "MAX_SIZE":
            found = test.index.size()
        elif option == "MAX_COMPRESSED_SIZE":
            found = sum(compressed_sizes(test.index))
        else:
            first = first_added_layer(test.index)
            found = max((layer.size for layer in test.index.layers[first:]), default=0)
        yield Budget(option, budget["declared"], budget["bytes"], found)


def baseline_of(test: Test) -> tuple[Json, Json] | None:
    """The sizes of the committed baseline and those of now; None where there is none of this platform."""
    if "maxGrowth" not in test.plan:
        return None
    try:
        before = growth.read_baseline(test)
    except CheckError:
        return None  # the check growth says why
    now = growth.sizes(test)
    return (before, now) if before["platform"] == now["platform"] else None
