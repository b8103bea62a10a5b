"""Lets a program in namespaces see files of this machine."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence

from gocontainer.read.source import ImageError
from gocontainer.run import namespace
from gocontainer.run.invocation import Mount
from gocontainer.run.unpack import encoded

# A directory of this machine that programs have no use for, and nobody mounts files of.
ELSEWHERE = "/sys"


def open_sources(mounts: Sequence[Mount], place: str) -> list[int]:
    """Descriptors of what is to be mounted, in the mount namespace of the program, with the rights of who runs it.

    :param place: where the image is mounted, which hides what this machine has there.
    :raises ImageError: it can't be reached.
    """
    if mounts:
        namespace.move(place, ELSEWHERE)
    try:
        return [os.open(encoded(mount.source), os.O_PATH) for mount in mounts]
    except OSError as error:
        place = os.fsdecode(error.filename)
        raise ImageError(f"{place} of MOUNTS can't be mounted: {error.strerror}") from error


def mount_sources(mounts: Sequence[Mount], sources: Sequence[int]) -> None:
    """Mount them below the working directory, which is the root of the image. No link of the image is followed, as
    those would lead to the files of this machine.

    :raises ImageError: something else is in the place of a directory or file.
    """
    for mount, source in zip(mounts, sources):
        origin = f"/proc/self/fd/{source}"
        place = make_place(mount.target, directory=os.path.isdir(origin))  # noqa: PTH112
        try:
            namespace.bind(origin, place)
            if mount.read_only:
                namespace.make_mount_read_only(place)
        except OSError as error:
            raise ImageError(
                f"{mount.source} of MOUNTS can't be mounted: {error.strerror}"
            ) from error
        os.close(source)


def make_place(target: str, *, directory: bool) -> str:
    """The path, relative to the working directory, where there are directories, or at its end a file."""
    place = ""
    names = [name for name in target.split("/") if name]
    for depth, name in enumerate(names, 1):
        place = os.path.join(place, name)  # noqa: PTH118
        wants_directory = directory or depth < len(names)
        with contextlib.suppress(FileExistsError):
            if wants_directory:
                os.mkdir(place, 0o755)  # noqa: PTH102
            else:
                os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
        if os.path.islink(place) or os.path.isdir(place) != wants_directory:  # noqa: PTH112, PTH114
            kind = "directory" if wants_directory else "file"
            raise ImageError(
                f"MOUNTS {target}: the image has no {kind} at /{place}, but something else. Mount it elsewhere."
            )
    return place
