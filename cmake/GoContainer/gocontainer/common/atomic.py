"""Writes files that are there completely or not at all, even if the process is killed."""

from __future__ import annotations

import os
from pathlib import Path


def write_atomically(
    file: Path, data: bytes, mode: int | None = None, lasting: bool = False
) -> None:
    """Write the file beside its place first; then it takes the place of the old one.

    :param lasting: the file must be complete after a power cut, too, because its readers would not notice that it is
        not. Readers of other files take a damaged one for absent.
    :raises OSError: it can't be written; the old one is as it was.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    try:
        with beside.open("wb") as stream:
            stream.write(data)
            if lasting:
                stream.flush()
                sync(stream.fileno())
        if mode is not None:
            beside.chmod(mode)  # whatever the umask is
        beside.replace(file)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def write_changed(file: Path, data: bytes) -> None:
    """Write the file, unless that is what it holds.

    :raises OSError: it can't be written; the old one is as it was.
    """
    try:
        if file.read_bytes() == data:
            return
    except OSError:
        pass
    write_atomically(file, data)


def sync(file: int | str | os.PathLike[str]) -> None:
    """Wait until the disk has what is in the file, given by its descriptor, with nothing left to write, or its path.

    :raises OSError: it can't be written there.
    """
    if isinstance(file, int):
        getattr(os, "fdatasync", os.fsync)(file)  # the size is data, too
        return
    descriptor = os.open(file, os.O_RDONLY)
    try:
        sync(descriptor)
    finally:
        os.close(descriptor)
