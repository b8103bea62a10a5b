"""Budgets that are generator expressions: what they are in one configuration is known when CMake generated it."""

from __future__ import annotations

import json
import re
from typing import Any

from gocontainer.checks import CheckError, Test
from gocontainer.common.platforms import platform_name

UNITS: dict[str, int] = {"": 1, "B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9}
UNITS.update({"KiB": 2**10, "MiB": 2**20, "GiB": 2**30})
# A size as size.cmake takes it.
SIZE = re.compile(r"([0-9]+)(?:\.([0-9]+))?([kKMGiB]*)")


def budget_of(test: Test, option: str, member: str) -> dict[str, Any] | None:
    """A budget of the plan, or of the test, with its "bytes" or "percent"; None where this configuration has none.

    :raises CheckError: the value that it has in this configuration is not a budget.
    """
    budget: dict[str, Any] = {**test.plan, **test.arguments}[member]
    asserted = member in test.arguments  # in a file that CMake generated
    if "platforms" in budget:
        name = platform_name(test.plan["platform"])
        if name in budget["platforms"]:
            budget, member = budget["platforms"][name], f"{member}:{name}"
    if not budget["declared"]:
        return None  # it is for other platforms alone
    if "bytes" in budget or not (asserted or "$<" in budget["declared"]):
        return budget
    text = budget["declared"] if asserted else evaluated(test, member)
    if not text:
        return None
    percent = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)%", text) if option == "MAX_GROWTH" else None
    if percent:
        return {**budget, "declared": text, "percent": percent[1]}
    size = bytes_of(text)
    if size is None:
        form = "a size such as 15MB" + (", or a percentage" if option == "MAX_GROWTH" else "")
        raise no_budget(test, option, text, form)
    return {**budget, "declared": text, "bytes": size}


def evaluated(test: Test, member: str) -> str:
    """The text of a generator expression of the plan in this configuration."""
    text: str = json.loads((test.directory / "budgets.json").read_bytes())[member]
    return text


def bytes_of(text: str) -> int | None:
    """The bytes of a size such as 1.5MB, rounded down; None where it is none."""
    size = SIZE.fullmatch(text)
    if not size or size[3] not in UNITS:
        return None
    digits, rest = size[1], size[2] or ""
    if len(digits + rest) > 9 or (rest and UNITS[size[3]] == 1):
        return None
    return int(digits + rest) * UNITS[size[3]] // int(10 ** len(rest))


def no_budget(test: Test, option: str, text: str, form: str) -> CheckError:
    return CheckError(
        f"{option} is not a budget in this configuration",
        found=f'"{text}"',
        remedy=f"let the generator expression be {form}, or empty for no budget, in {test.call()}",
    )


def no_budget_here(option: str, found: str) -> str:
    """What a check says that has nothing to compare with."""
    return f"{found} (no {option} in this configuration)"
