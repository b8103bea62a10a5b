"""Writes what a program changed in the files of an image as a layer of another one (OCI image spec, layer.md)."""

from __future__ import annotations

import os
import posixpath
import stat
import tarfile
from collections.abc import Iterator, Mapping
from typing import IO

from gocontainer.read.source import ImageError
from gocontainer.read.squash import DIRECTORY, Entry
from gocontainer.read.tree import WHITEOUT

# What every program has of its own, whatever the image has there.
OF_THE_PROGRAM = {"dev", "proc", "sys", "etc/hosts", "etc/hostname", "etc/resolv.conf"}


def write_changes(root: str, files: Mapping[str, Entry], since: int, output: IO[bytes]) -> None:
    """Write the layer. Times before ``since`` stay, as packages bring their own, and later ones become 0.

    :param root: the directory with the files, as they are now.
    :param files: those of the image, by path, which were written there.
    :param since: when that was done, in nanoseconds: what changed has a later time of change.
    :raises ImageError: a name would delete files in an image.
    """
    found = dict(walk(os.fsencode(root), b""))
    changed = {
        path: status for path, status in found.items() if differs(path, status, files, since)
    }
    gone = [path for path in files if is_gone(path, files, found)]
    needed = {above for path in (*changed, *gone) for above in parents(path)}
    with tarfile.TarFile(
        fileobj=output,
        mode="w",
        format=tarfile.PAX_FORMAT,
        encoding="utf-8",
        errors="surrogateescape",
    ) as tar:
        first: dict[int, str] = {}
        whiteouts = {whiteout(path): None for path in gone}
        every = {**whiteouts, **{path: found[path] for path in {*changed, *needed}}}
        for path in sorted(every, key=lambda p: p.split("/")):
            status = every[path]
            if status is None:
                tar.addfile(tarfile.TarInfo(path))
            else:
                add(tar, root, path, status, since, first)


def walk(root: bytes, below: bytes) -> Iterator[tuple[str, os.stat_result]]:
    """All below the root, but what is of the program itself."""
    with os.scandir(posixpath.join(root, below)) as items:
        for item in items:
            path = posixpath.join(below, item.name)
            name = path.decode("utf-8", "surrogateescape")
            if name in OF_THE_PROGRAM:
                continue
            if item.name.startswith(WHITEOUT.encode()):
                raise ImageError(f"a package has the file /{name}, which deletes files in an image")
            yield name, item.stat(follow_symlinks=False)
            if item.is_dir(follow_symlinks=False):
                yield from walk(root, path)


def differs(path: str, status: os.stat_result, files: Mapping[str, Entry], since: int) -> bool:
    """Whether the layer needs it. The time of change of a directory tells of files that come and go, too."""
    if status.st_ctime_ns <= since:
        return False
    entry = files.get(path)
    if entry is None or entry.kind != DIRECTORY or not stat.S_ISDIR(status.st_mode):
        return True
    return (entry.mode & 0o7777, entry.uid, entry.gid) != (
        stat.S_IMODE(status.st_mode),
        status.st_uid,
        status.st_gid,
    )


def is_gone(path: str, files: Mapping[str, Entry], found: Mapping[str, os.stat_result]) -> bool:
    """Whether the layer must remove it: it is not there any more, and the directory that had it is."""
    if not path or path in found or path.split("/")[0] in OF_THE_PROGRAM or path in OF_THE_PROGRAM:
        return False
    if files[path].device is not None and files[path].device[0] != "6":  # type: ignore[index]
        return False  # devices are not unpacked
    above = posixpath.dirname(path)
    return not above or (above in found and stat.S_ISDIR(found[above].st_mode))


def parents(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path


def whiteout(path: str) -> str:
    directory, name = posixpath.split(path)
    return posixpath.join(directory, WHITEOUT + name)


def add(
    tar: tarfile.TarFile,
    root: str,
    path: str,
    status: os.stat_result,
    since: int,
    first: dict[int, str],
) -> None:
    """Add a file; ``first`` are the paths of files that may have more names, by inode."""
    place = os.path.join(os.fsencode(root), path.encode("utf-8", "surrogateescape"))  # noqa: PTH118
    info = tarfile.TarInfo(path)
    info.mode = stat.S_IMODE(status.st_mode)
    info.uid, info.gid = status.st_uid, status.st_gid
    info.mtime = 0 if status.st_mtime_ns > since else int(status.st_mtime)
    if stat.S_ISLNK(status.st_mode):
        info.type = tarfile.SYMTYPE
        info.linkname = os.readlink(place).decode("utf-8", "surrogateescape")  # noqa: PTH115
    elif stat.S_ISDIR(status.st_mode):
        info.type = tarfile.DIRTYPE
    elif stat.S_ISFIFO(status.st_mode):
        info.type = tarfile.FIFOTYPE
    elif not stat.S_ISREG(status.st_mode):
        return  # a socket, which no layer can have
    elif first.setdefault(status.st_ino, path) != path:
        info.type = tarfile.LNKTYPE
        info.linkname = first[status.st_ino]
    if not info.islnk():
        info.pax_headers = {
            f"SCHILY.xattr.{name}": os.getxattr(place, name, follow_symlinks=False).decode(
                "utf-8", "surrogateescape"
            )
            for name in sorted(os.listxattr(place, follow_symlinks=False))
        }
    if info.isreg():
        info.size = status.st_size
        with open(place, "rb") as content:  # noqa: PTH123 (a name of any bytes)
            tar.addfile(info, content)
    else:
        tar.addfile(info)
