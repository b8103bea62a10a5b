"""How two images differ, as one document; ``--json`` prints it. Times of files are not compared."""

from __future__ import annotations

from typing import Any

from gocontainer.read.index import Index
from gocontainer.read.squash import FILE, Entry
from gocontainer.report.facts import Json, facts_of
from gocontainer.report.named import Named

# Of a file, in the order in which they are told.
MEMBERS = ("kind", "target", "mode", "owner")
PIECE = 1 << 20


def difference_of(one: Named, other: Named) -> Json:
    """What the other image has else than the one. Pairs are (the one, the other); None stands for what is not there.

    :raises ImageError: an image can't be read.
    """
    old, new = facts_of(one), facts_of(other)
    before, after = ([layer["diffId"] for layer in facts["layers"]] for facts in (old, new))
    return {
        **{
            member: [old[member], new[member]]
            for member in ("name", "id", "platform", "size", "stored")
        },
        "sameLayers": sum(a == b for a, b in zip(before, after)),
        "layers": [len(before), len(after)],
        "config": config_differences(old["config"], new["config"]),
        "programs": program_differences(old["programs"], new["programs"]),
        "files": file_differences(one.index, other.index, old["files"], new["files"]),
    }


def config_differences(old: Json, new: Json) -> Json:
    """The members of the config that differ. Of variables, labels, ports and volumes each by itself."""
    found: Json = {}
    for member in sorted({*old, *new}):
        before, after = (by_name(member, config.get(member)) for config in (old, new))
        if isinstance(before, dict) and isinstance(after, dict):
            found.update(
                {f"{member}.{name}": pair for name, pair in differing(before, after).items()}
            )
        elif before != after:
            found[member] = [before, after]
    return found


def by_name(member: str, value: Any) -> Any:
    """A value of the config, where there is one of each name as an object. What is empty may be left out."""
    if member == "Env":
        pairs = (variable.partition("=") for variable in value or [])
        return {name: text for name, _, text in pairs}
    if member in ("Labels", "ExposedPorts", "Volumes"):
        return value or {}
    return value or None


def differing(old: Json, new: Json) -> Json:
    return {
        name: [old.get(name), new.get(name)]
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    }


def program_differences(old: list[Json], new: list[Json]) -> list[Json]:
    """The programs that differ, by their paths."""
    before, after = ({program["path"]: program for program in each} for each in (old, new))
    found = []
    for path, (a, b) in differing(before, after).items():
        told: Json = {
            member: [a and a[member], b and b[member]]
            for member in ("size", "go", "package", "module")
        }
        told.update(
            {
                member: differing(a[member] if a else {}, b[member] if b else {})
                for member in ("settings", "modules", "packages")
            }
        )
        found.append({"path": path, **told})
    return found


def file_differences(one: Index, other: Index, old: Json, new: Json) -> Json:
    """The paths that differ: size before and after, and of what is in both what differs."""
    known = same_places(one, other)
    found: Json = {}
    for path in sorted({*old, *new}):
        a, b = old.get(path), new.get(path)
        told: Json = {"size": [a and a["size"], b and b["size"]]}
        if a and b:
            entries = one.files[path[1:]], other.files[path[1:]]
            what = [member for member in MEMBERS if a.get(member) != b.get(member)]
            if a["kind"] == b["kind"] == FILE and place(entries[0]) not in known:
                what += ["content"] if not same_content(one, other, *entries) else []
            if not what:
                continue
            told["content"] = "content" in what
            told.update(
                {member: [a.get(member), b.get(member)] for member in what if member in MEMBERS}
            )
        found[path] = told
    return found


def same_places(one: Index, other: Index) -> set[tuple[int, int]]:
    """The places of the files in layers that both images have at the same number."""
    same = {
        number
        for number, (a, b) in enumerate(zip(one.layers, other.layers))
        if a.diff_id == b.diff_id
    }
    places = ({place(entry) for entry in index.files.values()} for index in (one, other))
    return {each for each in set.intersection(*places) if each[0] in same}


def place(entry: Entry) -> tuple[int, int]:
    return entry.layer, entry.offset


def same_content(one: Index, other: Index, a: Entry, b: Entry) -> bool:
    if a.size != b.size:
        return False
    with one.open(a) as first, other.open(b) as second:
        while piece := first.read(PIECE):
            if piece != second.read(PIECE):
                return False
    return True
