"""Files that are there whole or not at all, whenever a process is killed."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(file: Path, data: bytes, mode: int | None = None) -> None:
    """Write the file beside its place first; then it takes the place of the old one.

    :raises OSError: it can't be written; the old one is as it was.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    beside.write_bytes(data)
    if mode is not None:
        beside.chmod(mode)  # whatever the umask is
    beside.replace(file)
