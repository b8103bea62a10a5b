"""The user's cache of what came from registries, by digests. All build trees share it.

A build tree gets hard links where it can, so a blob is on the disk once, and a build tree keeps what the cache forgets.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from gocontainer.read.source import ImageError, digest_of

SIZE = "GO_CONTAINER_CACHE_SIZE"
DEFAULT_SIZE = "5GB"
UNITS = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}  # fmt: skip
# Seconds after which a download that nobody goes on with is removed.
ABANDONED = 7 * 86400


class Cache:
    """The blobs in the directory; ``limit`` is how many bytes are kept."""

    def __init__(self, directory: Path, limit: int) -> None:
        self.directory = directory
        self.limit = limit

    def blob(self, digest: str) -> Path:
        return self.directory / digest.partition(":")[2]

    def part(self, digest: str) -> Path:
        """Where a blob grows while it is downloaded."""
        return self.directory / (digest.partition(":")[2] + ".part")

    def take(self, digest: str, size: int, target: Path, verify: bool) -> bool:
        """Give the target the blob; returns whether there is one.

        :param verify: whether to read it first. It is dropped if it is damaged.
        :raises OSError: the target can't be written.
        """
        blob = self.blob(digest)
        try:
            damaged = blob.stat().st_size != size
            if verify and not damaged:
                with blob.open("rb") as stream:
                    damaged = digest_of(stream) != digest
            if damaged:
                blob.unlink()
                return False
            os.utime(blob)  # it is in use
        except OSError:
            return False
        return give(blob, target)

    def keep(self, digest: str, part: Path, target: Path) -> None:
        """Keep a blob that is whole now, and give it to the target.

        :raises OSError: the target can't be written.
        """
        part.chmod(0o444)  # a build tree that writes into it would damage it for all
        give(part, target)  # before another process may forget it
        part.replace(self.blob(digest))

    def add(self, digest: str, file: Path) -> None:
        """Keep a small blob that a build tree has.

        :raises OSError: it can't be written.
        """
        file.chmod(0o444)
        give(file, self.blob(digest))

    def blobs(self) -> Iterator[tuple[Path, os.stat_result]]:
        with suppress(OSError):
            for entry in os.scandir(self.directory):
                if re.fullmatch("[0-9a-f]{64}([.]part)?", entry.name):
                    with suppress(FileNotFoundError):
                        yield Path(entry.path), entry.stat()

    def forget_old(self) -> None:
        """Remove the blobs that were not used for the longest time, until the others are not too many."""
        total = 0
        for blob, status in sorted(self.blobs(), key=lambda pair: -pair[1].st_mtime_ns):
            if blob.suffix:
                if status.st_mtime < time.time() - ABANDONED:
                    blob.unlink(missing_ok=True)
                continue
            total += status.st_size
            if total > self.limit:
                blob.unlink(missing_ok=True)

    def clear(self) -> tuple[int, int]:
        """Remove all; returns how many blobs, and how many bytes."""
        found = list(self.blobs())
        for blob, _ in found:
            blob.unlink(missing_ok=True)
        return len(found), sum(status.st_size for _, status in found)


def give(blob: Path, target: Path) -> bool:
    """Link the target to the blob, or copy it; returns whether the blob is there."""
    try:
        os.link(blob, target)
    except FileExistsError:
        pass
    except FileNotFoundError:
        if not target.parent.is_dir():
            raise
        return False
    except OSError:  # on another disk, or one without links
        shutil.copyfile(blob, target)
    return True


def user_cache(environ: Mapping[str, str], otherwise: Path) -> Cache:
    """The cache of the user.

    :param otherwise: the directory for one who has no place for it.
    :raises ImageError: GO_CONTAINER_CACHE_SIZE is not a size.
    """
    limit = bytes_of(environ.get(SIZE) or DEFAULT_SIZE)
    directory = user_directory(environ)
    if directory is None:
        directory = otherwise
        directory.mkdir(parents=True, exist_ok=True)
    return Cache(directory, limit)


def user_directory(environ: Mapping[str, str]) -> Path | None:
    """``go-container/blobs`` in XDG_CACHE_HOME, or in ``~/.cache``; None if it can't be written."""
    top, home = environ.get("XDG_CACHE_HOME", ""), environ.get("HOME", "")
    if not top.startswith("/"):  # others are to be ignored (XDG Base Directory Specification)
        if not (home and Path(home).is_dir()):
            return None
        top = f"{home}/.cache"
    directory = Path(top, "go-container", "blobs")
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return directory if os.access(directory, os.W_OK | os.X_OK) else None


def bytes_of(text: str) -> int:
    """:raises ImageError: it is not a size."""
    match = re.fullmatch("([0-9]{1,15})([KMG]I?B)?", text.strip().upper())
    if match is None:
        raise ImageError(
            f"{SIZE} is {text[:40]!r}, which is not a size. Write a number of bytes, or one such as 500MB or 5GB."
        )
    return int(match[1]) * UNITS[match[2] or ""]
