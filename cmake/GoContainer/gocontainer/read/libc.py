"""Whether what is compiled on this machine runs in the image: a program that needs a C library needs its
loader, too, and glibc's is not that of musl; and it needs a glibc that is not older."""

from __future__ import annotations

import io
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING, Callable, NamedTuple

from gocontainer.common.atomic import write_atomically
from gocontainer.read import tar
from gocontainer.read.elf import ElfError, read_at, read_elf
from gocontainer.read.layer import Layer, Verified, room_of, verified
from gocontainer.read.source import ImageError
from gocontainer.read.tree import key_of

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


# The bytes of a C library that are looked at; with debug information one has a third of it.
MAX_LIBC = 64 << 20
GLIBC, MUSL, NONE = "glibc", "musl", "no C library"
Version = tuple[int, int]


class Libc(NamedTuple):
    """A C library, and for glibc its version; (0, 0) where that is not known."""

    kind: str
    version: Version = (0, 0)


def libc_of_name(base: str) -> Libc | None:
    """What the name of a base tells of its C library; None where it tells nothing."""
    if base == "scratch":
        return Libc(NONE)
    # The path of the repository, and its tag: alpine:3.20, nginx:1.27-alpine, library/alpine.
    name = base.partition("@")[0]
    return Libc(MUSL) if re.search(r"(^|[/:.-])alpine($|[/:.0-9-])", name) else None


def libc_of_layers(layers: Iterable[Layer], cache: Path) -> Libc:
    """The C library in the layers of a base, remembered in the directory ``cache``.

    :raises ImageError: a layer can't be read.
    """
    layers = list(layers)
    file = cache / f"{key_of(layers)}.libc.json"
    if (known := read_libc(file)) is not None:
        return known
    found, whole, room = Libc(NONE), True, room_of(layers)
    for layer in layers:
        with verified(layer, room) as stream:
            for libc in libc_files(stream):
                found = libc
            whole = whole and stream.digest() == layer.diff_id
    if whole:  # else it is told when it is copied
        write_atomically(file, json.dumps([found.kind, found.version]).encode())
    return found


def read_libc(file: Path) -> Libc | None:
    """What was written; None where there is none that is whole."""
    try:
        kind, (major, minor) = json.loads(file.read_text(encoding="ascii"))
        return Libc(kind, (major + 0, minor + 0)) if kind in (GLIBC, MUSL, NONE) else None
    except (OSError, ValueError, TypeError, RecursionError):
        return None


def libc_files(stream: Verified) -> Iterator[Libc]:
    for member in tar.members(stream):  # type: ignore[arg-type]
        name = PurePosixPath(member.name).name
        if not member.isfile():
            continue
        if name.startswith("ld-musl-"):
            yield Libc(MUSL)
        elif re.fullmatch(r"libc(\.so\.6|-2\.[0-9]+\.so)", name):
            content = io.BytesIO(stream.read(min(member.size, MAX_LIBC)))
            yield Libc(GLIBC, glibc_version(content))


def glibc_version(file: IO[bytes]) -> Version:
    """The newest version of glibc that a program asks for, or that glibc has; (0, 0) for none."""
    try:
        place = read_elf(file).sections.get(".dynstr")
        data = read_at(file, *place) if place else b""
    except (ElfError, OSError, OverflowError, ValueError):
        return (0, 0)
    names = re.findall(rb"\0GLIBC_(\d{1,9})\.(\d{1,9})", data)
    return max(((int(major), int(minor)) for major, minor in names), default=(0, 0))


def libc_of_program(file: Path) -> tuple[str, Libc] | None:
    """The loader of a program, and the C library that it needs; None for what needs none."""
    with file.open("rb") as stream:
        try:
            loader = read_elf(stream).interpreter
        except ElfError:
            return None
        name = PurePosixPath(loader or "").name
        if name.startswith("ld-musl"):
            return loader or "", Libc(MUSL)
        if re.match(r"ld(-linux|64)?[.-]", name):
            return loader or "", Libc(GLIBC, glibc_version(stream))
    return None


def check_libc(
    plan: Plan, binaries: list[Path], directory: Path, of_base: Callable[[], Libc | None]
) -> None:
    """Stop where a program needs a C library that the image does not have.

    :param binaries: the programs of the plan, as they were built.
    :param directory: that of the plan, where the FILES are staged.
    :param of_base: tells the C library of the base, where it is known; asked only if it matters.
    :raises ImageError: there is such a program, and FILES do not bring its loader along.
    """
    if "runtimeLibraries" in plan and libc_of_name(plan["base"]) is not None:
        return  # with the loader
    files = dict(programs(plan, binaries, directory))
    for place, file in files.items():
        needed = libc_of_program(file)
        base = of_base() if needed else None
        if needed is None or base is None or needed[0] in files:
            continue
        loader, libc = needed
        if libc.kind != base.kind:
            raise ImageError(
                f"add_go_container({plan['name']}): {place} is a program for {libc.kind}, by its loader "
                f"{loader}, but BASE {plan['base']} has {base.kind}: it would not start.\n"
                f"{remedy(plan, place)}, or write RUNTIME_LIBRARIES ON: then the image gets the loader "
                f"and the shared libraries that it needs; or give a BASE with {libc.kind}."
            )
        if base.version != (0, 0) and libc.version > base.version:
            raise ImageError(
                f"add_go_container({plan['name']}): {place} needs glibc {text(libc.version)}, but BASE "
                f"{plan['base']} has glibc {text(base.version)}: it would not start.\n"
                f"Give a newer BASE, or build on a system with a glibc that is not newer."
            )


def programs(plan: Plan, binaries: list[Path], directory: Path) -> Iterator[tuple[str, Path]]:
    """What may be programs: their paths in the image, and where they are here. What nobody may execute is none."""
    for program, binary in zip(plan["programs"], binaries):
        yield program["path"], binary
    for group in plan.get("files", []):
        staged = str(directory / group["directory"])
        for top, directories, names in os.walk(staged):
            directories.sort()
            for name in sorted(names):
                file = f"{top}/{name}"
                mode = os.lstat(file).st_mode
                if stat.S_ISREG(mode) and mode & 0o111:
                    below = os.path.relpath(file, staged)
                    yield str(PurePosixPath(group["destination"], below)), Path(file)


def remedy(plan: Plan, place: str) -> str:
    if any(place == program["path"] for program in plan["programs"]):
        if "-buildmode=pie" in " ".join([*plan["go"]["flags"], *plan["go"]["env"]]):
            return "Leave -buildmode=pie out of the flags of go: such a program needs a loader"
        return "Write CGO OFF"
    return "Link it statically, by target_link_options(<target> PRIVATE -static)"


def text(version: Version) -> str:
    return f"{version[0]}.{version[1]}"
