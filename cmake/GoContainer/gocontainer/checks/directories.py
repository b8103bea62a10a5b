"""Compares DIRECTORIES and SYMLINKS with the image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gocontainer.checks import CheckError, Test
from gocontainer.checks.accounts import numbers
from gocontainer.checks.files import described
from gocontainer.common.printable import printable
from gocontainer.read.squash import DIRECTORY, LINK

if TYPE_CHECKING:
    from gocontainer.read.squash import Entry


def check_directories(test: Test) -> str:
    """DIRECTORIES are in the image, with their modes and owners."""
    directories = test.plan["directories"]
    for each in directories:
        found = entry_at(test, each["path"])
        owner = numbers(test, each["user"], "owner")
        wanted = (DIRECTORY, int(each["mode"], 8), owner)
        if found is None or (found.kind, found.mode, f"{found.uid}:{found.gid}") != wanted:
            what = f"a directory, mode {wanted[1]:04o}, owner {owner}"
            raise differs(test, "DIRECTORIES", each["path"], what, found)
    return f"{len(directories):,} directories have their modes and owners"


def check_symlinks(test: Test) -> str:
    """SYMLINKS are in the image, and lead where they are to lead."""
    links = test.plan["symlinks"]
    for each in links:
        found = entry_at(test, each["path"])
        if found is None or (found.kind, found.target) != (LINK, each["target"]):
            what = f"a link to {printable(each['target'])}"
            raise differs(test, "SYMLINKS", each["path"], what, found)
    return f"{len(links):,} links lead where they are to lead"


def entry_at(test: Test, path: str) -> Entry | None:
    return test.index.origin(test.index.files.get(test.index.place(path)))


def differs(test: Test, option: str, path: str, declared: str, found: Entry | None) -> CheckError:
    return CheckError(
        f"{printable(path)} is not in the image as {option} has it",
        declared=declared,
        found=described(found) if found else "nothing there",
        remedy=f"build the target {test.plan['name']} again, or change {option} in {test.call()}",
    )
