"""The pack of GO_CACHE: a tar, compressed by gzip, with entries of Go's build cache and files of its module cache. This
writes one; cache_unpack.py reads it.
"""

from __future__ import annotations

import os
import tarfile
from typing import IO

from gocontainer.common.parallel_gzip import Gzip
from gocontainer.go.cache_entries import ACTION_LENGTH, entry_of, file_of

BLOCK = 1 << 20
# What the names of files of the module cache begin with.
MODULES = "modules/"


def write_pack(file: str, cache: str, actions: dict[str, int], modules: dict[str, str]) -> int:
    """Write a pack; returns its bytes as it is unpacked.

    :param actions: when each was used, in seconds since 1970. Those are left out whose files are gone.
    :param modules: the paths of files by their names.
    :raises OSError: it can't be written.
    """
    found = {action: entry_of(cache, action) for action in sorted(actions)}
    outputs = {entry.output: entry.size for entry in found.values() if entry}
    with open(file, "wb") as stream:
        pack = Pack(stream)
        for name, path in sorted(modules.items()):
            pack.add(MODULES + name, path, os.path.getsize(path), 0)
        for output, size in outputs.items():
            pack.add(f"build/{output}-d", file_of(cache, output + "-d"), size, 0)
        for action, entry in found.items():
            if entry:
                pack.add(
                    f"build/{action}-a", file_of(cache, action + "-a"), ACTION_LENGTH, actions[action]
                )  # fmt: skip
        pack.end()
    for action in [action for action, entry in found.items() if not entry]:
        del actions[action]
    return pack.count


class Pack:
    """A pack that is written."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream = stream
        self.gzip = Gzip(level=1)
        self.count = 0

    def add(self, name: str, file: str, size: int, used: int) -> None:
        """Add a file with exactly so many bytes.

        :raises OSError: it has less.
        """
        header = tarfile.TarInfo(name)
        header.size, header.mtime = size, used
        try:
            self.write(header.tobuf(tarfile.USTAR_FORMAT))
        except ValueError:
            return  # a name, or a size, that no such header has room for
        with open(file, "rb") as stream:
            left = size
            while left:
                block = stream.read(min(BLOCK, left))
                if not block:
                    raise OSError(f"{name} got shorter")
                self.write(block)
                left -= len(block)
        self.write(bytes(-size % tarfile.BLOCKSIZE))

    def write(self, data: bytes) -> None:
        self.count += len(data)
        self.stream.write(self.gzip.compress(data))

    def end(self) -> None:
        self.write(bytes(2 * tarfile.BLOCKSIZE))
        self.stream.write(self.gzip.flush())
