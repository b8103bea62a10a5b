"""What the report tells of one image."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from typing import Any

from gocontainer.report.chart import chart_of
from gocontainer.report.facts import Json, largest_modules
from gocontainer.report.gather import LEFT, Budget, Report
from gocontainer.report.html import facts, folded, lines, number, section, table, text
from gocontainer.report.verdict import FAIL, PASS, Verdict

# Rows of what grew; a page is not a log.
MOST = 30


def article(report: Report, place: int) -> str:
    """The part of the page for one image, the one at that place."""
    told = report.facts
    return (
        f'<article id="image-{place}" aria-labelledby="title-{place}">\n'
        f'<h2 id="title-{place}">{text(told["name"])} <small>{text(told["platform"])}</small></h2>\n'
        + facts(head_of(told))
        + section("Budgets", *map(budget, report.budgets))
        + section("Checks", checks(report.verdicts))
        + section("Where the bytes are", f'<div data-trees="{place}"><p>The treemap needs JavaScript.</p></div>')
        + section("Growth", growth(report.baseline), chart_of(report.builds))
        + section("Layers", layers(told))
        + section("Go programs", *map(program, told["programs"]))
        + section("Config", config(told["config"]))
        + "</article>\n"
    )  # fmt: skip


def head_of(told: Json) -> Iterator[tuple[str, str]]:
    yield "Size", f"{number(told['size'])} bytes, {number(told['stored'])} bytes stored"
    words = [*(told["config"].get("Entrypoint") or []), *(told["config"].get("Cmd") or [])]
    yield "Command", text(shlex.join(words)) or "(none)"
    yield "User", text(told["config"].get("User") or "root, as none is named")
    yield "Files", number(sum(file["kind"] == "file" for file in told["files"].values()))
    if told["references"]:
        yield "References", text(", ".join(told["references"]))
    if told["digest"]:
        yield "Digest", text(told["digest"])
    yield "Id", text(told["id"])
    if told["created"]:
        yield "Created", text(told["created"])


def budget(each: Budget) -> str:
    """A budget, as a meter and in words."""
    left = each.limit - each.found
    percent = f"{each.found / each.limit * 100:.1f} %" if each.limit else ""
    rest = (
        f"{number(left)} left"
        if left >= 0
        else f'<span class="fail">{number(-left)} too many</span>'
    )
    said = f"{number(each.found)} of {number(each.limit)} bytes, {percent}"
    return (
        f'<div class="budget"><strong>{each.option} {text(each.declared)}</strong>: {said}, {rest}'
        f'<meter min="0" max="{each.limit}" high="{each.limit - 1}" optimum="0" value="{each.found}" '
        f'aria-label="{each.option}">{percent}</meter></div>\n'
    )  # fmt: skip


def checks(verdicts: list[Verdict]) -> str:
    """The results, those first that are no success."""
    if not verdicts:
        return ""
    counts = ", ".join(
        f"{count} {word}"
        for result, word in ((FAIL, "failed"), ("skip", "skipped"), (PASS, "passed"), (LEFT, "left to ctest"))
        if (count := sum(verdict.result == result for verdict in verdicts))
    )  # fmt: skip
    order = {FAIL: 0, "skip": 1, LEFT: 2, PASS: 3}
    rows = [
        (text(each.check), f'<span class="{each.result}">{each.result}</span>', lines(each.text))
        for each in sorted(verdicts, key=lambda verdict: order[verdict.result])
    ]
    failed = any(verdict.result == FAIL for verdict in verdicts)
    return folded(counts, table("Checks", ("Check", "Result", "What it found"), rows), failed)


def layers(told: Json) -> str:
    rows = [
        (str(n + 1), number(layer["size"]), number(layer["stored"]), f"<code>{text(layer['createdBy'])}</code>")
        for n, layer in enumerate(told["layers"])
    ]  # fmt: skip
    return table(
        "Layers, the first one at the bottom", ("Layer", "Bytes", "Stored", "Made by"), rows, (1, 2)
    )


def program(each: Json) -> str:
    """A program, and its modules."""
    pairs = [
        ("Size", f"{number(each['size'])} bytes"),
        ("Package", text(each["package"])),
        ("Go", text(each["go"])),
        ("Build", text(" ".join(f"{key}={value}" for key, value in each["settings"].items()))),
    ]
    rows = [(f"<code>{text(name)}</code>", number(size)) for name, size in largest_modules(each)]
    return (
        f"<h4>{text(each['path'])}</h4>"
        + facts(pairs)
        + folded(f"{len(rows)} modules", table("Modules", ("Module", "Bytes of code"), rows, (1,)))
    )


def growth(baseline: tuple[Json, Json] | None) -> str:
    """The sizes that differ from those of the baseline, those first that differ most."""
    if baseline is None:
        return ""
    before, now = baseline
    total = now["size"] - before["size"]
    said = (
        f"<p>{number(total, '+')} bytes against the baseline of {number(before['size'])} bytes.</p>"
    )
    found = [
        (kind, name, old, new)
        for kind, member in (("file", "files"), ("module", "modules"))
        for name in {**before[member], **now[member]}
        if (old := before[member].get(name)) != (new := now[member].get(name))
    ]
    found.sort(key=lambda row: (-abs((row[3] or 0) - (row[2] or 0)), row[1]))
    rows = [
        (f"<code>{text(name)}</code>", kind, number(old or 0), number(new or 0), number((new or 0) - (old or 0), "+"))
        for kind, name, old, new in found[:MOST]
    ]  # fmt: skip
    head = ("What", "Kind", "Baseline", "Now", "Growth")
    return said + (table("Against the baseline", head, rows, (2, 3, 4)) if rows else "")


def config(members: Json) -> str:
    rows = [(text(name), value_of(value)) for name, value in sorted(members.items()) if value]
    return table("Config", ("Member", "Value"), rows) if rows else ""


def value_of(value: Any) -> str:
    """A value of the config, with its parts in lines of their own."""
    if isinstance(value, dict):
        told = [f"{key}={part}" if (part := shown(value[key])) else key for key in sorted(value)]
    else:
        told = [shown(each) for each in (value if isinstance(value, list) else [value])]
    return lines("\n".join(line.replace("\n", "\\n") for line in told))


def shown(value: Any) -> str:
    return (
        value if isinstance(value, str) else json.dumps(value, ensure_ascii=False) if value else ""
    )
