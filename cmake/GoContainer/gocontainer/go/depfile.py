"""Writes the depfile of a build: what it is made of, as Ninja reads that."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from gocontainer.common.atomic import write_atomically


def write_depfile(file: Path, paths: Iterable[str], since: int) -> None:
    """Write those of the paths that exist as what ``built`` beside the depfile depends on, and
    ``built.new`` with the time at which they were first looked at: an edit after that must count.

    :param since: nanoseconds since 1970.
    What is not a plain name is given by a link to it, beside the depfile: CMake's and Ninja's rules for
    quoting ``$`` and ``#`` have differed between versions. The modules of this program are left out: scripts/watch.sh
    looks at them once for all containers.
    """
    links = file.with_name(file.name + ".links")
    shutil.rmtree(links, ignore_errors=True)
    built = file.with_name("built")
    top = build_tree(file)
    words = [quoted(named(str(built), top))]
    linked = 0
    for path in sorted(set(paths)):
        if not os.path.exists(path):  # noqa: PTH110 (thousands)
            continue
        name = named(path, top)
        if not re.fullmatch(r"[\w/.,+@%=~ -]+", name, re.ASCII):
            links.mkdir(exist_ok=True)
            linked += 1
            link = links / str(linked)
            link.symlink_to(path)
            name = named(str(link), top)
        words.append(quoted(name))
    words[0] += ":"
    text = (" \\\n ".join(words) + "\n").encode()
    if not file.exists() or file.read_bytes() != text:
        write_atomically(file, text, lasting=True)  # Ninja would believe a part of it
    new = built.with_name("built.new")
    new.touch()
    os.utime(new, ns=(since, since))


def build_tree(file: Path) -> str:
    """The top of the build tree that has the file, with a slash after it; a slash alone where it is in none."""
    top = next((place for place in file.parents if (place / "build.ninja").exists()), Path("/"))
    return f"{top}/" if top.name else "/"


def named(path: str, top: str) -> str:
    """The path as Ninja calls it: relative to the top of the build tree, if it is in that. A build tree may have letters
    in its own path that no depfile can have."""
    return path[len(top) :] if top != "/" and path.startswith(top) else path


def quoted(path: str) -> str:
    """The path as a word of a depfile."""
    return path.replace(" ", "\\ ")
