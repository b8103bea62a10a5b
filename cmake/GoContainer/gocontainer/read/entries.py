"""Reads the entries of the tar of a layer."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any, Callable

from gocontainer.common.printable import printable
from gocontainer.read.layer import Layer, bomb, damage
from gocontainer.read.squash import DIRECTORY, FILE, HARD_LINK, LINK, SPECIAL, Entry
from gocontainer.read.tar import members
from gocontainer.read.tree import MAX_PATH, normal

OpenTar = Callable[[], AbstractContextManager[IO[bytes]]]
MAX_TIME = 1 << 33  # the latest time of a tar header in seconds, the year 2242
XATTR = "SCHILY.xattr."  # what comes before the name of an extended attribute in a PAX header
KINDS = {
    **dict.fromkeys(tarfile.REGULAR_TYPES, FILE),
    tarfile.DIRTYPE: DIRECTORY,
    tarfile.SYMTYPE: LINK,
    tarfile.LNKTYPE: HARD_LINK,
}


def read_entries(layer: Layer, open_tar: OpenTar, number: int, most: int) -> Iterator[Entry]:
    """The entries of a layer, whiteouts included.

    :param open_tar: gives its tar.
    :param most: the bytes that its files may claim with their holes, beyond those of the tar.
    :raises ImageError: it is not a whole tar, or has an entry that no image may have.
    """
    try:
        with open_tar() as stream:
            for member in members(stream):
                if ".." in member.name.split("/"):
                    raise layer.error(
                        f"names a path outside of the image: {printable(member.name)}"
                    )
                if max(len(member.name), len(member.linkname)) > MAX_PATH:
                    raise layer.error(f"has a path of more than {MAX_PATH:,} letters")
                entry = entry_of(member, number)
                if entry.sparse is not None:
                    most -= entry.size
                    if most < 0:
                        raise layer.error(bomb())
                if entry.path == "" and entry.kind != DIRECTORY:
                    raise layer.error(f"has a {entry.kind} in the place of the root directory")
                yield entry
    except damage() as error:
        raise layer.unreadable(error) from error


def opener(file: Path) -> OpenTar:
    """Gives the tar of a layer that is unpacked."""
    return lambda: file.open("rb")


def entry_of(member: tarfile.TarInfo, layer: int) -> Entry:
    kind = KINDS.get(member.type, SPECIAL)
    target = member.linkname if kind in (LINK, HARD_LINK) else ""
    special = kind == SPECIAL
    return Entry(
        normal(member.name),
        kind,
        member.mode & 0o7777,
        member.uid,
        member.gid,
        member.size if kind == FILE else 0,
        normal(target) if kind == HARD_LINK else target,
        layer,
        member.offset_data,
        pieces_of(member),
        device=[member.type.decode("latin-1"), member.devmajor, member.devminor]
        if special
        else None,
        mtime=seconds(member.mtime),
        xattrs=xattrs_of(member),
    )


def seconds(time: float) -> int:
    """A time of an entry, within what file systems have."""
    return int(min(max(time, -MAX_TIME), MAX_TIME)) if time == time else 0


def xattrs_of(member: tarfile.TarInfo) -> dict[str, str] | None:
    """The extended attributes, as docker and podman store them."""
    found = {
        name[len(XATTR) :]: value
        for name, value in member.pax_headers.items()
        if name.startswith(XATTR)
    }
    return found or None


def pieces_of(member: tarfile.TarInfo) -> list[list[int]] | None:
    """The parts of a sparse file that are no holes, as (offset, bytes)."""
    sparse: Any = member.sparse
    return [list(piece) for piece in sparse] if member.issparse() else None
