"""The tests of files in a structure test: what is there, what is in it, and licences."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from gocontainer.checks.commands import expand, lacking, unwelcome
from gocontainer.checks.files import MAX_SEARCHED, nearest
from gocontainer.common.regexp import decode_go
from gocontainer.read.index import Index
from gocontainer.read.source import ImageError
from gocontainer.read.squash import DIRECTORY, FILE, LINK, SPECIAL, Entry

EXECUTABLE = {"owner": 0o100, "group": 0o010, "other": 0o001, "any": 0o111}
LICENSES = "/usr/share/doc"
FORBIDDEN_LICENSES = ("AGPL", "WTFPL")
# A package whose copyright file may name any licence.
TRUSTED_PACKAGE = "libgnutls30"


def entry_at(index: Index, path: str) -> Entry | None:
    """What is at a path, a link itself unless the path ends with a /. A directory that no layer names is
    there, too, and one that engines make for each container. Devices, FIFOs and links that go round in
    circles are not."""
    ends = path.endswith("/")
    try:
        followed = index.resolve(path)
        place = (followed if ends else index.place(path)).strip("/")
    except ImageError:
        return None
    entry = index.origin(index.files.get(place))
    if entry is None and path and (not place or is_made(index, place)):
        return Entry(place, DIRECTORY, 0o755, 0, 0, 0, "", 0, 0, None)
    if entry is None or entry.kind == SPECIAL or (ends and entry.kind != DIRECTORY):
        return None
    return entry


def is_made(index: Index, place: str) -> bool:
    """Whether there is a directory for something that is in it: a file, a volume or the WORKDIR."""
    config = index.config.get("config") or {}
    wanted = [*(config.get("Volumes") or {}), config.get("WorkingDir") or "/"]
    paths = [*index.files, *(index.resolve(path).strip("/") for path in wanted)]
    return any(f"{path}/".startswith(f"{place}/") for path in paths)


def content_errors(index: Index, spec: dict[str, Any]) -> list[str]:
    path = spec["path"]
    try:
        text = read_text(index, path)
    except ImageError as error:
        return [str(error)]
    return [
        *lacking("expectedContents", spec.get("expectedContents", []), text, path),
        *unwelcome("excludedContents", spec.get("excludedContents", []), text, path),
    ]


def read_text(index: Index, path: str) -> str:
    """The content of a file, links followed.

    :raises ImageError: there is none that could be read.
    """
    entry = index.find(path)
    if entry is None:
        raise ImageError(missing(index, path))
    if entry.kind != FILE:
        raise ImageError(f"{path} is a {entry.kind}, no file")
    if path.endswith("/"):
        raise ImageError(f"{path} is a file, which has no / after it")
    if entry.size > MAX_SEARCHED:
        raise ImageError(f"{path} has {entry.size:,} bytes; only {MAX_SEARCHED:,} are searched")
    return decode_go(index.read(entry))


def missing(index: Index, path: str) -> str:
    try:
        found = index.find(path)
        near = nearest(index, path)
    except ImageError as error:
        return str(error)
    if found is not None and found.kind == SPECIAL:
        return f"{path} is a device or FIFO, not a file, directory or link"
    return f"{path} is not in the image" + (f"; the nearest is {near[0]}" if near else "")


def existence_errors(index: Index, spec: dict[str, Any], env: Mapping[str, str]) -> list[str]:
    path = expand(spec["path"], env)
    entry = entry_at(index, path)
    if not spec.get("shouldExist", True):
        return [] if entry is None else [f"{path} is in the image: {permissions(entry)}"]
    if not path:
        return [f"{spec['path']} is empty, as the image has no such variables"]
    if entry is None:
        return [missing(index, path)]
    errors = []
    wanted = spec.get("permissions") or permissions(entry)
    if permissions(entry) != wanted:
        errors.append(f"{path} has the permissions {permissions(entry)}, not {wanted}")
    who = spec.get("isExecutableBy")
    if who and who not in EXECUTABLE:
        errors.append(f"isExecutableBy {who} is none of {', '.join(EXECUTABLE)}")
    elif who and not entry.mode & EXECUTABLE[who]:
        errors.append(f"{path} is not executable by {who}: {permissions(entry)}")
    for member, found in (("uid", entry.uid), ("gid", entry.gid)):
        # -1 says nothing, as with that tool.
        if spec.get(member, -1) not in (-1, found):
            errors.append(f"{path} has the {member} {found}, not {spec[member]}")
    return errors


def permissions(entry: Entry) -> str:
    """Type and mode as Go's FileMode writes them: dL for types, ugt for the high bits."""
    letters = {DIRECTORY: "d", LINK: "L"}.get(entry.kind, "")
    letters += "".join(c for c, bit in zip("ugt", (0o4000, 0o2000, 0o1000)) if entry.mode & bit)
    bits = (c if entry.mode & 0o400 >> i else "-" for i, c in enumerate("rwxrwxrwx"))
    return (letters or "-") + "".join(bits)


def license_errors(index: Index, spec: dict[str, Any]) -> list[str]:
    errors, files = [], list(spec.get("files", []))
    if spec.get("debian"):
        top = index.resolve(LICENSES)
        names = {p[len(top) + 1 :].split("/")[0] for p in index.files if p.startswith(f"{top}/")}
        packages = [n for n in sorted(names) if is_directory(index, posixpath.join(LICENSES, n))]
        if entry_at(index, LICENSES) is None:
            errors.append(missing(index, LICENSES))
        known = [n for n in packages if n != TRUSTED_PACKAGE]
        files = [f"{LICENSES}/{n}/copyright" for n in known] + files
    for file in files:
        try:
            text = read_text(index, file).upper()
        except ImageError as error:
            errors.append(str(error))
            continue
        errors += [
            f"{file} names the licence {word}" for word in FORBIDDEN_LICENSES if word in text
        ]
    return errors


def is_directory(index: Index, path: str) -> bool:
    entry = entry_at(index, path)
    return entry is not None and entry.kind == DIRECTORY
