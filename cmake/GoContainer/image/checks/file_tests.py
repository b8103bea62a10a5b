"""The tests of files in a structure test: what is there, what is in it, and licences."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import Any

from index import Index
from source import ImageError
from squash import DIRECTORY, FILE, LINK, SPECIAL, Entry

from checks.commands import expand, lacking, unwelcome
from checks.files import MAX_SEARCHED, nearest

EXECUTABLE = {"owner": 0o100, "group": 0o010, "other": 0o001, "any": 0o111}
LICENSES = "/usr/share/doc"
FORBIDDEN_LICENSES = ("AGPL", "WTFPL")
# A package whose copyright file may name any licence.
TRUSTED_PACKAGE = "libgnutls30"


def entry_at(index: Index, path: str) -> Entry | None:
    """What is at a path, a link itself; a directory that no layer names is there, too."""
    place = index.place(path).strip("/")
    entry = index.origin(index.files.get(place))
    if entry is None and (not place or any(p.startswith(f"{place}/") for p in index.files)):
        return Entry(place, DIRECTORY, 0o755, 0, 0, 0, "", 0, 0, None)
    return entry


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
    if entry.size > MAX_SEARCHED:
        raise ImageError(f"{path} has {entry.size:,} bytes; only {MAX_SEARCHED:,} are searched")
    return index.read(entry).decode(errors="replace")


def missing(index: Index, path: str) -> str:
    near = nearest(index, path)
    return f"{path} is not in the image" + (f"; the nearest is {near[0]}" if near else "")


def existence_errors(index: Index, spec: dict[str, Any], env: Mapping[str, str]) -> list[str]:
    path = expand(spec["path"], env)
    try:
        entry = entry_at(index, path)
    except ImageError as error:
        return [str(error)]
    if not spec.get("shouldExist", True):
        return [] if entry is None else [f"{path} is in the image: {permissions(entry)}"]
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
    letters = {DIRECTORY: "d", LINK: "L", SPECIAL: "D"}.get(entry.kind, "")
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
