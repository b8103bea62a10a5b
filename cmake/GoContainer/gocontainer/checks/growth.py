"""Holds the image against its baseline: a file, committed beside its declaration, with the sizes that
it had."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

from gocontainer.checks import CheckError, Test
from gocontainer.checks.budget import budget_of, evaluated, no_budget_here
from gocontainer.common.atomic import write_atomically
from gocontainer.common.printable import clipped
from gocontainer.common.skip import Skip
from gocontainer.read.elf import ElfError
from gocontainer.read.functions import module_sizes
from gocontainer.read.history import first_added_layer
from gocontainer.read.squash import FILE

Sizes = dict[str, Any]
VERSION = 1
MEMBERS = {
    "schemaVersion": int,
    "platform": str,
    "size": int,
    "layers": list,
    "files": dict,
    "modules": dict,
}


def check_growth(test: Test) -> str:
    """The bytes of all files in all layers, unpacked, against those of the baseline and MAX_GROWTH."""
    declared = budget_of(test, "MAX_GROWTH", "maxGrowth")
    if declared is None:
        return no_budget_here("MAX_GROWTH", f"{test.index.size():,} bytes unpacked")
    baseline = baseline_of(test)
    old, new = read_baseline(test), sizes(test)
    if old["platform"] != new["platform"]:
        raise Skip(
            f"the baseline {baseline} is of an image for {old['platform']}, "
            f"and this one is for {new['platform']}"
        )
    allowed = declared.get("bytes", int(Fraction(declared.get("percent", "0")) * old["size"] / 100))
    growth = new["size"] - old["size"]
    if growth > allowed:
        raise CheckError(
            "the unpacked image grew by more than MAX_GROWTH",
            declared=f"MAX_GROWTH {declared['declared']}, {allowed:,} bytes on {old['size']:,} bytes",
            found=f"{new['size']:,} bytes, {growth:,} more, {growth - allowed:,} too many",
            **what_grew(old, new),
            baseline=str(baseline),
            remedy=f"put less into the image, or accept its size: {make_baseline(test)}",
        )
    change = f"{abs(growth):,} bytes {'less' if growth < 0 else 'more'} than the baseline"
    return f"{new['size']:,} bytes unpacked, {change} (MAX_GROWTH {declared['declared']})"


def baseline_of(test: Test) -> Path:
    """The file with the committed sizes."""
    text: str = test.plan["maxGrowth"]["baseline"]
    file = Path(evaluated(test, "baseline") if "$<" in text else text)
    if "part" in test.plan:
        stem, dot, end = file.name.partition(".")
        return file.with_name(f"{stem}-{test.plan['part']}{dot}{end}")
    return file


def sizes(test: Test) -> Sizes:
    """What a baseline tells of an image. Of the base it has the layers alone, as its files are many
    and somebody else's."""
    index = test.index
    first = first_added_layer(index)
    files = {e.path: e for e in index.files.values() if e.kind == FILE and e.layer >= first}
    return {
        "schemaVersion": VERSION,
        "platform": f"{index.config.get('os')}/{index.config.get('architecture')}",
        "size": index.size(),
        "layers": [layer.size for layer in index.layers],
        "files": {"/" + path: entry.size for path, entry in files.items()},
        "modules": modules(test),
    }


def modules(test: Test) -> dict[str, int]:
    """Bytes of code in the programs by module; none of what is not a program that Go built."""
    found: Counter[str] = Counter()
    for program in test.plan["programs"]:
        entry = test.index.find(program["path"])
        if entry is None or entry.kind != FILE:
            continue
        with test.index.open(entry) as file, suppress(ElfError):
            found.update(module_sizes(file))
    return dict(found)


def read_baseline(test: Test) -> Sizes:
    """The committed sizes.

    :raises CheckError: there are none, or they are none of ours.
    """
    file = baseline_of(test)
    problem, found = "there is no baseline to compare the image with", "no such file"
    if file.exists():
        problem, found = "the baseline can't be read", "it is not a baseline of GoContainer"
        try:
            document: Sizes = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            document, found = {}, str(error)
        if isinstance(document, dict) and all(
            isinstance(document.get(name), kind) for name, kind in MEMBERS.items()
        ):
            if document["schemaVersion"] == VERSION:
                return document
            found = f"it has the schemaVersion {document['schemaVersion']}, not {VERSION}"
    raise CheckError(
        problem,
        declared=f"MAX_GROWTH {test.plan['maxGrowth']['declared']}",
        baseline=str(file),
        found=found,
        remedy=make_baseline(test),
    )


def make_baseline(test: Test) -> str:
    file = baseline_of(test).name
    return (
        f"build the target {test.plan['name']}-baseline, which writes {file}, and commit that file"
    )


def what_grew(old: Sizes, new: Sizes) -> dict[str, str]:
    """The layers, files and modules that grew, those that grew most first."""
    count = len(new["layers"])
    if count == len(old["layers"]):
        names = [f"layer {number + 1} of {count}" for number in range(count)]
        layers = grown(dict(zip(names, old["layers"])), dict(zip(names, new["layers"])))
    else:
        layers = [f"{count} in place of {len(old['layers'])}"]
    facts = {
        "layers": layers,
        "files": grown(old["files"], new["files"]),
        "modules": grown(old["modules"], new["modules"]),
    }
    return {name: clipped(lines) for name, lines in facts.items() if lines}


def grown(old: dict[str, int], new: dict[str, int]) -> list[str]:
    """``+<bytes> <name>, <bytes>`` for each that is larger than before."""
    more: Iterable[tuple[int, str]] = (
        (size - old.get(name, 0), name) for name, size in new.items()
    )
    return [
        f"+{growth:,} {name}, {new[name]:,} bytes" + ("" if name in old else ", new")
        for growth, name in sorted(more, key=lambda item: (-item[0], item[1]))
        if growth > 0
    ]


def write_baseline(test: Test) -> Path:
    """Write the sizes of the image to its baseline; returns that file. It is left alone where nothing
    changed, so that it keeps its time."""
    file = baseline_of(test)
    text = json.dumps(sizes(test), indent=2, sort_keys=True) + "\n"
    if file.exists() and file.read_text(encoding="utf-8", errors="replace") == text:
        return file
    write_atomically(file, text.encode())
    return file
