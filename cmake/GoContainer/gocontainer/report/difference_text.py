"""What ``gocontainer diff`` prints: how two images differ, in a screenful."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from gocontainer.common.printable import printable
from gocontainer.report.difference import MEMBERS
from gocontainer.report.facts import Json

# Lines of a kind; --all prints every one.
MOST = 6
WIDTH = 110


def text_of(difference: Json, everything: bool = False) -> str:
    """The lines of a difference: ``+`` is only in the second image, ``-`` only in the first, ``~`` in both."""
    most = None if everything else MOST
    lines = [*head_of(difference)]
    lines += section("config", config_lines(difference["config"]), most)
    for program in difference["programs"]:
        lines += section(printable(program["path"]), program_lines(program, most), None)
    lines += section("files", file_lines(difference["files"]), most)
    if not (difference["config"] or difference["files"]):
        lines.append("Config and files are the same.")
    return "".join(f"{line}\n" for line in lines)


def head_of(difference: Json) -> Iterator[str]:
    a, b = difference["name"]
    yield f"--- {printable(a)}"
    yield f"+++ {printable(b)}"
    if difference["platform"][0] != difference["platform"][1]:
        yield printable("platform  {} -> {}".format(*difference["platform"]))
    for member, what in (("size", "size    "), ("stored", "stored  ")):
        yield f"{what}  {changed(*difference[member])}"
    before, after = difference["layers"]
    of = f"{after}" if before == after else f"{before} and {after}"
    yield f"layers    {difference['sameLayers']} of {of} are the same"


def changed(old: int, new: int) -> str:
    """Bytes before and after, the growth, and what part of it is."""
    if old == new:
        return f"{new:,} bytes"
    percent = f", {(new - old) / old * 100:+.1f} %" if old else ""
    return f"{old:,} -> {new:,} bytes ({new - old:+,}{percent})"


def section(title: str, lines: list[str], most: int | None) -> Iterator[str]:
    """A title and its lines, and how many more there are."""
    if lines:
        yield title
        yield from (
            f"  {printable(line, None if most is None else WIDTH)}" for line in lines[:most]
        )
        if rest := len(lines) - len(lines[:most]):
            yield f"  and {rest:,} more"


def config_lines(config: Json) -> list[str]:
    return [
        line for name, (old, new) in config.items() for line in pair(name, shown(old), shown(new))
    ]


def shown(value: Any) -> str | None:
    return value if isinstance(value, str) or value is None else json.dumps(value)


def pair(name: str, old: str | None, new: str | None) -> list[str]:
    """A thing with its text before and after."""
    if old is None:
        return [f"+ {name} {new}".rstrip()]
    if new is None:
        return [f"- {name} {old}".rstrip()]
    return [f"~ {name} {old} -> {new}"]


def program_lines(program: Json, most: int | None) -> list[str]:
    old, new = program["size"]
    if new is None or old is None:
        return [f"{'-' if new is None else '+'} {old or new:,} bytes"]
    lines = [f"~ {changed(old, new)}"]
    for member in ("go", "package", "module"):
        if program[member][0] != program[member][1]:
            lines += pair(member, *program[member])
    settings = [each for name, texts in program["settings"].items() for each in pair(name, *texts)]
    for title, rows in (
        ("", settings),
        ("modules, bytes of code", module_lines(program["modules"])),
        ("packages, bytes of code", package_lines(program["packages"])),
    ):
        lines += [title] if title and rows else []
        lines += [("  " if title else "") + row for row in rows[:most]]
        if rest := len(rows) - len(rows[:most]):
            lines.append(f"  and {rest:,} more")
    return lines


def module_lines(modules: Json) -> list[str]:
    """The modules, first those that are another version, then by growth."""
    rows = []
    for path, (old, new) in modules.items():
        before, after = (each["code"] if each else 0 for each in (old, new))
        versions = [version_of(each) for each in (old, new)]
        other = versions[0] != versions[1]
        (line,) = pair(path, *versions) if other else [f"~ {path} {versions[0]}".rstrip()]
        rows.append((not other, -abs(after - before), f"{after - before:>+10,} {line}"))
    return [line for _, _, line in sorted(rows)]


def version_of(module: Json | None) -> str | None:
    if module is None:
        return None
    replaced = module.get("replacedBy")
    version: str = module["version"]
    return f"{version} => {replaced}" if replaced else version


def package_lines(packages: Json) -> list[str]:
    rows = []
    for path, (old, new) in packages.items():
        growth = (new or 0) - (old or 0)
        mark = "+" if old is None else "-" if new is None else "~"
        rows.append((-abs(growth), f"{growth:>+10,} {mark} {path}"))
    return [line for _, line in sorted(rows)]


def file_lines(files: Json) -> list[str]:
    """The paths, those first whose size changed most."""
    rows = []
    for path, told in files.items():
        old, new = told["size"]
        growth = (new or 0) - (old or 0)
        mark = "+" if old is None else "-" if new is None else "~"
        rows.append((-abs(growth), path, f"{growth:>+10,} {mark} {path}{what_of(told)}"))
    return [line for _, _, line in sorted(rows)]


def what_of(told: Json) -> str:
    """What differs of a file that is in both images."""
    texts = [f"{name} {told[name][0]} -> {told[name][1]}" for name in MEMBERS if name in told]
    if told.get("content"):
        texts.insert(0, "content")
    return f" ({', '.join(texts)})" if texts else ""
