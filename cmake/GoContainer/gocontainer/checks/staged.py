"""Compares FILES, as the build staged them, with the image: each path, its mode, owner and content."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from gocontainer.checks import CheckError, Test
from gocontainer.checks.accounts import numbers
from gocontainer.checks.files import described
from gocontainer.common.printable import clipped, printable
from gocontainer.read.index import Index
from gocontainer.read.squash import DIRECTORY, FILE, LINK, Entry
from gocontainer.write.entry import Entry as StagedEntry
from gocontainer.write.staged import walk


class Staged(NamedTuple):
    """What one of FILES is to be in the image: the group that it comes from, with its owner as ``uid:gid``."""

    entry: StagedEntry
    group: int
    owner: str

    def kind(self) -> str:
        if self.entry.link is not None:
            return LINK
        return DIRECTORY if self.entry.is_directory() else FILE

    def __str__(self) -> str:
        kind, entry = self.kind(), self.entry
        if kind == LINK:
            return f"a link to {entry.link}, owner {self.owner}"
        size = f" of {Path(str(entry.content)).stat().st_size:,} bytes" if kind == FILE else ""
        return f"a {kind}{size}, mode {entry.mode:04o}, owner {self.owner}"


def check_files(test: Test) -> str:
    """FILES are in the image as they were staged, byte for byte."""
    staged = dict(staged_files(test))
    wrong = {}
    for path, declared in staged.items():
        if differs := difference_of(test.index, path, declared):
            wrong[path] = differs
    if not wrong:
        return f"{len(staged):,} paths are in the image as they were staged"
    path, (difference, found) = next(iter(wrong.items()))
    more = [f"/{other}" for other in wrong if other != path]
    programs = [program["path"] for program in test.plan["programs"]]
    why = {"replaced": "by the program"} if f"/{path}" in programs else {}
    raise CheckError(
        f"/{path} is not in the image as FILES has it",
        origin=origin_of(test, staged[path]),
        declared=str(staged[path]),
        found=described(found) if found else "nothing there",
        difference=difference,
        **why,
        **({"also": clipped(more)} if more else {}),
        remedy="give FILES another DESTINATION, or the program another path"
        if why
        else f"build the target {test.plan['name']} again",
    )


def staged_files(test: Test) -> Iterator[tuple[str, Staged]]:
    """What all groups have, by paths relative to the root; of two in one place the later one comes last."""
    for number, group in enumerate(test.plan["files"]):
        destination = test.index.resolve(group["destination"])
        owner = numbers(test, group["user"], "owner")
        for entry in walk(os.fsencode(test.directory / group["directory"])):
            yield posixpath.join(destination, entry.path), Staged(entry, number, owner)


def difference_of(index: Index, path: str, declared: Staged) -> tuple[str, Entry | None] | None:
    """What differs, and what is in the image; None where it is as declared."""
    found = index.origin(index.files.get(path) or index.files.get(index.place(path)))
    kind, entry = declared.kind(), declared.entry
    if found is None:
        return "it is missing", None
    if found.kind != kind:
        return f"it is a {found.kind}", found
    if kind == LINK and found.target != entry.link:
        return f"it leads to {printable(found.target)}", found
    if kind != LINK and found.mode != entry.mode:
        return f"mode {found.mode:04o}", found
    if kind != DIRECTORY and f"{found.uid}:{found.gid}" != declared.owner:
        return f"owner {found.uid}:{found.gid}", found
    if kind == FILE:
        with index.open(found) as image, Path(str(entry.content)).open("rb") as file:
            place = first_difference(image, file)
        if place is not None:
            return f"content, from byte {place:,} on", found
    return None


def first_difference(one: IO[bytes], two: IO[bytes]) -> int | None:
    """The place of the first byte that is not the same; None where there is none."""
    place = 0
    while True:
        a, b = one.read(1 << 20), two.read(1 << 20)
        if a != b:
            pairs = enumerate(zip(a, b))
            return place + next((i for i, (x, y) in pairs if x != y), min(len(a), len(b)))
        if not a:
            return None
        place += len(a)


def origin_of(test: Test, staged: Staged) -> str:
    """Where it comes from, by the list that stage.sh wrote."""
    path = staged.entry.path
    first, _, rest = path.partition("/")
    found = "RUNTIME_LIBRARIES"
    lines = test.directory / "stage/files" / f"{staged.group}.list"
    listed = os.fsdecode(lines.read_bytes()).split("\n")[:-1]
    for line in listed:
        if line.endswith("/"):
            origin = line + path
        elif len(listed) == 1 and not rest:
            origin = line  # RENAME may have given it another name
        elif posixpath.basename(line) == first:
            origin = posixpath.join(line, rest) if rest else line
        else:
            continue
        if os.path.lexists(origin):
            found = origin
    return found
