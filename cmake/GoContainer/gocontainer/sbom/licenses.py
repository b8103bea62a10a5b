"""Finds the licences of modules in an image that has their files (LICENSES)."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gocontainer.read.squash import FILE

if TYPE_CHECKING:
    from gocontainer.read.index import Index
    from gocontainer.read.squash import Entry

# Where LICENSES puts the files of a module, and those of its files that are licences, not notices.
PLACE = re.compile(r"usr/share/doc/[^/]+/(.+?)@([^/]+)/(.*)")
NAMES = re.compile(r"((un|mit[-_])?licen[cs]e|copying|copyleft)", re.IGNORECASE)
# Bytes of a file; a longer one is no licence.
MOST = 1 << 18


def licenses_of_modules(index: Index) -> dict[str, str]:
    """The expressions of SPDX by ``<path>@<version>`` of the modules; go@<version> is Go. Those that are not surely known
    are left out: a file with other text, or several different ones in a directory, of which one may be enough.

    :raises ImageError: the image can't be read.
    """
    found: dict[str, dict[str, set[str]]] = {}
    for path, entry in index.files.items():
        place = PLACE.fullmatch(path)
        if place and entry.kind == FILE and NAMES.match(posixpath.basename(path)):
            # What images without LICENSES can do without.
            from gocontainer.sbom.license_parts import is_for_files
            from gocontainer.sbom.license_text import identify

            module, version, below = place.groups()
            directories = found.setdefault(f"{module}@{version}", {})
            directory = posixpath.dirname(below)
            text = text_in(index, entry)
            said = directories.setdefault(below if is_for_files(text) else directory, set())
            said.add(identify(text, f"{module}/{directory}"))
    return {
        module: " AND ".join(sorted({name for each in directories for name in each.split(" AND ")}))
        for module, directories in only_known(found)
    }


def only_known(found: dict[str, dict[str, set[str]]]) -> list[tuple[str, list[str]]]:
    """The modules of which each directory has one licence, with these."""
    return [
        (module, [next(iter(said)) for said in directories.values()])
        for module, directories in found.items()
        if all(len(said) == 1 and "" not in said for said in directories.values())
    ]


def text_in(index: Index, entry: Entry) -> str:
    return index.read(entry).decode(errors="replace") if entry.size <= MOST else ""
