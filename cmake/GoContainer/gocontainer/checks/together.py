"""Does all checks of a container that only read its image in the process of the first one, as Python takes longer to start
than any of them. scripts/check.sh tells for the other tests of the same CTest run what was found here.

A check that fails is left to the process of its own test, which tells all about it; so is one that takes long.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from gocontainer.checks import CHECKS, Test, check_of
from gocontainer.common.printable import safe
from gocontainer.read.index import image_file

# Bytes of a file that are searched quickly.
SMALL = 1 << 20


def check_others(test: Test, check: str, place: Path, since: int) -> None:
    """Do the other checks after one that passed, unless a process did so, or does.

    :param check: the name of that one.
    :param place: gets a file for each, with what it found, in the name of the check or of the declared test; and the
        link ``image``. Those of former runs are beside it.
    :param since: when this process began to look, in nanoseconds since 1970; the files have that time.
    :raises OSError: they can't be written.
    :raises ValueError: a declared test is not JSON.
    """
    if not only_reads(check):
        return
    place.parent.mkdir(exist_ok=True)
    try:
        place.mkdir()
    except FileExistsError:
        return
    for former in place.parent.iterdir():
        if former != place:
            shutil.rmtree(former, ignore_errors=True)
    (place / "image").symlink_to(image_file(test.plan, test.directory))
    for key, name, other in others(test):
        try:
            text = safe(f"{name}: {check_of(name)(other)}\n")
            found = text.encode(sys.stdout.encoding, sys.stdout.errors or "strict")
        except Exception:  # the process of its own test tells of it
            continue
        beside = place / "new"
        beside.write_bytes(found)
        os.utime(beside, ns=(since, since))
        beside.replace(place / key)


def only_reads(check: str) -> bool:
    return CHECKS.get(check) == "config" or check == "file"


def others(test: Test) -> Iterator[tuple[str, str, Test]]:
    """The key, the check and the test of each."""
    for name in filter(only_reads, CHECKS):
        if name != "file":
            yield name, name, like(test, name, {})
    for file in (test.directory / "tests").glob("*.json"):
        declared = json.loads(file.read_bytes())
        if "path" in declared and "sameAs" not in declared:
            entry = test.index.find(declared["path"])
            if entry is None or entry.size <= SMALL:
                yield file.name, "file", like(test, declared["name"], declared)


def like(test: Test, name: str, declared: dict[str, object]) -> Test:
    """Another test of the same image."""
    other = Test(name, test.plan, test.directory, declared, test.engine_command)
    other.index = test.index
    return other
