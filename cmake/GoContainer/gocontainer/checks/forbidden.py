"""Looks for what an image is better without."""

from __future__ import annotations

from gocontainer.checks import CheckError, Test
from gocontainer.common.printable import clipped
from gocontainer.read.squash import DIRECTORY, FILE, LINK, Entry

SHELLS = frozenset(
    [
        "sh",
        "ash",
        "bash",
        "busybox",
        "csh",
        "dash",
        "fish",
        "ksh",
        "mksh",
        "pwsh",
        "tcsh",
        "toybox",
        "zsh",
    ]
)
PACKAGE_MANAGERS = frozenset(
    [
        "apk",
        "apt",
        "apt-get",
        "aptitude",
        "dnf",
        "dpkg",
        "microdnf",
        "opkg",
        "pacman",
        "rpm",
        "tdnf",
        "yum",
        "zypper",
    ]
)


def check_no_shell(test: Test) -> str:
    """Nobody who gets in finds a shell."""
    return absent(test, "NO_SHELL", "a shell", SHELLS)


def check_no_package_manager(test: Test) -> str:
    return absent(test, "NO_PACKAGE_MANAGER", "a package manager", PACKAGE_MANAGERS)


def absent(test: Test, option: str, what: str, names: frozenset[str]) -> str:
    """None of the programs is in the image, under a name of its own or as a link."""
    found = [
        "/" + entry.path
        for entry in test.index.files.values()
        if entry.path.rpartition("/")[2] in names and could_run(entry)
    ]
    if found:
        raise CheckError(
            f"the image has {what}",
            declared=option,
            found=clipped(sorted(found)),
            remedy=f"use BASE scratch or a base without one, or remove {option} in {test.call()}",
        )
    return f"there is not {what}"


def could_run(entry: Entry) -> bool:
    return entry.kind == LINK or (entry.kind != DIRECTORY and bool(entry.mode & 0o111))


def check_no_setuid(test: Test) -> str:
    """No program runs with the rights of somebody else than who starts it."""
    found = [
        f"/{entry.path}, mode {entry.mode:04o}, owner {entry.uid}:{entry.gid}"
        for entry in test.index.files.values()
        if entry.kind not in (DIRECTORY, LINK) and entry.mode & 0o6000
    ]
    if found:
        raise CheckError(
            "the image has set-user-ID or set-group-ID files",
            declared="NO_SETUID",
            found=clipped(sorted(found)),
            remedy=f"take them out of the base or of FILES, or remove NO_SETUID in {test.call()}",
        )
    return f"none of {sum(e.kind == FILE for e in test.index.files.values())} files"
