"""Looks into the package database of the image."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gocontainer.checks import CheckError, Test
from gocontainer.common.printable import clipped
from gocontainer.read.index import Index
from gocontainer.read.squash import FILE

APK = "/lib/apk/db/installed"
DPKG = "/var/lib/dpkg/status"
# The databases of large images have some megabytes.
MAX_DATABASE_BYTES = 256 << 20


def check_packages(test: Test) -> str:
    """Each of PACKAGES and of PACKAGES_LOCK is in the image, in its version."""
    packages = test.plan["packages"]
    installed = dict(installed_packages(test.index))
    for option, declared in (
        ("PACKAGES", packages["names"]),
        ("PACKAGES_LOCK", packages.get("lock", [])),
    ):
        for package in declared:
            name, _, version = package.partition("=")
            found = installed.get(name)
            if found is None or version not in ("", found):
                near = [] if found else nearest(name, installed)
                raise CheckError(
                    f"the image does not have the package {name}",
                    declared=f"{option} {package}",
                    found=f"{name}={found}" if found else f"{len(installed)} other packages",
                    **({"nearest": clipped(near)} if near else {}),
                    remedy=f"build the target {test.plan['name']} again, or correct {option}",
                )
    return f"{len(packages['names'])} of {len(installed)} packages"


def nearest(name: str, installed: dict[str, str]) -> list[str]:
    from difflib import get_close_matches  # which few need

    return get_close_matches(name, installed, 3, 0.6)


def installed_packages(index: Index) -> Iterator[tuple[str, str]]:
    """The packages of Alpine and Debian that an image has, with their versions."""
    for record in records(index, APK):
        yield record.get("P", ""), record.get("V", "")
    for record in records(index, DPKG):
        if record.get("Status", "").endswith(" installed"):
            yield record.get("Package", ""), record.get("Version", "")


def records(index: Index, path: str) -> Iterator[dict[str, str]]:
    """The records of a database, which are divided by empty lines; of each, the fields that have one line."""
    entry = index.find(path)
    if entry is None or entry.kind != FILE:
        return
    text = index.read(entry, MAX_DATABASE_BYTES).decode(errors="replace")
    for record in filter(None, text.split("\n\n")):
        yield dict(re.findall(r"(?m)^([A-Za-z-]+): ?(.*)$", record))
