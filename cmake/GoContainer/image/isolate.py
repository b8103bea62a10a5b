"""Runs a program with a directory as its root, in namespaces of its own: by bubblewrap (``bwrap``), or
by ``unshare`` of util-linux 2.38. Which of them works depends on the machine, so it is tried."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Callable, Optional

import namespace
from checks import Skip

# The mounts of this machine are taken along when a way is tried, and one may go away just then.
TRIES = 3


@dataclass(frozen=True)
class Isolation:
    """``command`` goes before the words of the program; ``prepare`` is a ``preexec_fn``."""

    command: list[str]
    prepare: Callable[[], None] | None = None


# root, user, group, working directory -> how to run there; None where the program for it is missing
Way = Callable[[Path, str, str, str], Optional[Isolation]]


def isolation(root: Path, user: str, group: str, directory: str) -> Isolation:
    """How to run a program below ``root`` as the user and group of these numbers.

    :raises Skip: nothing on this machine can isolate a program.
    """
    reasons = []
    for way in ways():
        reason = probe(way)
        if reason is None:
            found = way(root, user, group, directory)
            assert found is not None
            return found
        if reason:
            reasons.append(reason)
    if reasons:
        raise Skip(
            f"no namespaces can be had here ({reasons[-1]}); allow user namespaces on this machine, "
            "or configure with another engine"
        )
    raise Skip(
        "an image of builtin or buildah runs by bwrap (bubblewrap) or unshare (util-linux 2.38), neither of which is "
        "on PATH; install one, or configure with another engine"
    )


def ways() -> Iterator[Way]:
    """Best first; where the machine hides a part of its /proc, none can be mounted."""
    for way in (by_bwrap, by_unshare):
        for proc in (True, False):
            yield partial(way, proc=proc)


def probe(way: Way) -> str | None:
    """Why the way does not work here, or None; nothing to say where its program is missing."""
    found = way(Path("/"), "1", "1", "/")
    if found is None:
        return ""
    true = shutil.which("true") or "/bin/true"
    for _ in range(TRIES):
        done = subprocess.run(
            [*found.command, true],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            preexec_fn=found.prepare,
            check=False,
        )
        if done.returncode == 0:
            return None
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else f"{Path(found.command[0]).name} ends with {done.returncode}"


def by_bwrap(root: Path, user: str, group: str, directory: str, proc: bool) -> Isolation | None:
    bwrap = shutil.which("bwrap")
    if not bwrap:
        return None
    flags = ["--unshare-user", "--uid", user, "--gid", group, "--unshare-pid", "--as-pid-1"]
    mounts = ["--bind", str(root), "/", "--dev", "/dev", *(["--proc", "/proc"] if proc else [])]
    return Isolation([bwrap, *flags, *mounts, "--chdir", directory, "--die-with-parent", "--"])


def by_unshare(root: Path, user: str, group: str, directory: str, proc: bool) -> Isolation | None:
    unshare = shutil.which("unshare")
    if not unshare:
        return None
    flags = [f"--map-user={user}", f"--map-group={group}", "--pid", "--fork", "--kill-child"]
    flags += ["--mount-proc"] if proc else []
    command = [unshare, "--user", *flags, f"--root={root}", f"--wd={directory}", "--"]
    return Isolation(command, partial(prepare_devices, root))


def prepare_devices(root: Path) -> None:
    """Gives the root the devices that every program may expect, as unshare itself does not; runs
    between fork and exec."""
    try:
        namespace.enter()
        namespace.bind_devices(root)
    except OSError as error:
        os.write(2, f"{error}\n".encode())
        os._exit(125)
