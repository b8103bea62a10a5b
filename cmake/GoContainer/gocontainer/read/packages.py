"""Reads the package databases of Alpine and Debian in an image."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gocontainer.read.index import Index
from gocontainer.read.squash import FILE, Entry

APK = "/lib/apk/db/installed"
DPKG = "/var/lib/dpkg/status"
# One file a package, as distroless images have it.
DPKG_PARTS = "/var/lib/dpkg/status.d"
OS_RELEASE = ("/etc/os-release", "/usr/lib/os-release")
# The databases of large images have some megabytes.
MAX_DATABASE_BYTES = 256 << 20


class Package(NamedTuple):
    """A package that is installed; ``kind`` is apk or deb, ``license`` as the database has it, or empty."""

    kind: str
    name: str
    version: str
    architecture: str
    license: str


def installed_packages(index: Index) -> Iterator[Package]:
    """The packages that the databases of an image name."""
    for record in records(index, index.find(APK)):
        yield package("apk", record, "P", "V", "A")
    for record in records(index, index.find(DPKG)):
        if record.get("Status", "").endswith(" installed"):
            yield package("deb", record, "Package", "Version", "Architecture")
    directory = index.resolve(DPKG_PARTS) + "/"
    for path, entry in sorted(index.files.items()):
        if path.startswith(directory) and not path.endswith(".md5sums"):
            for record in records(index, index.origin(entry)):
                if "Package" in record:
                    yield package("deb", record, "Package", "Version", "Architecture")


def package(kind: str, record: dict[str, str], *fields: str) -> Package:
    name, version, architecture = (record.get(field, "") for field in fields)
    return Package(kind, name, version, architecture, record.get("L", ""))


def records(index: Index, entry: Entry | None) -> Iterator[dict[str, str]]:
    """The records of a database, which are divided by empty lines; of each, the fields that have one line."""
    if entry is None or entry.kind != FILE:
        return
    text = index.read(entry, MAX_DATABASE_BYTES).decode(errors="replace")
    for record in filter(None, text.split("\n\n")):
        yield dict(re.findall(r"(?m)^([A-Za-z-]+): ?(.*)$", record))


def os_release(index: Index) -> dict[str, str]:
    """What the image says of its distribution (os-release, systemd), by name; nothing where it has no such file."""
    for path in OS_RELEASE:
        entry = index.find(path)
        if entry is not None and entry.kind == FILE:
            text = index.read(entry, 1 << 16).decode(errors="replace")
            found = re.findall(r"(?m)^([A-Z_]+)=(?:\"(.*)\"|'(.*)'|(.*))$", text)
            return {name: "".join(values) for name, *values in found}
    return {}
