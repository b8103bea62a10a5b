"""Reads the pack of GO_CACHE, see cache_pack.py.

Who reads one trusts nothing of it. Only the names that are expected are taken. An output must have the SHA-256 that is its
name, an action must name an output that is there, a file of a module must have the checksum of go.sum. What is there
already stays as it is.
"""

from __future__ import annotations

import hashlib
import os
import re
import tarfile
import time
import zlib
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Thread
from typing import IO

from gocontainer.go.cache_entries import ACTION_LENGTH, parse_action
from gocontainer.go.cache_pack import BLOCK, MODULES
from gocontainer.go.cache_store import NewFile
from gocontainer.read.tar import members

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable

    from gocontainer.go.cache_known import Known
    from gocontainer.go.cache_modules import Modules
    from gocontainer.go.cache_store import EntryArchive, EntryFiles

# Bytes of a pack as it is unpacked, and entries of it, at most.
MOST, MOST_ENTRIES = 8 << 30, 500_000
PIECE = 1 << 16
ENTRY = re.compile(r"build/([0-9a-f]{64})-([ad])")


class PackError(Exception):
    """A pack can't be read any further; the text says why."""


class Read:
    """How many entries were new, and what was wrong with the first one that was not taken; empty if all were."""

    def __init__(self) -> None:
        self.count = 0
        self.wrong = ""


class Limited:
    """A gzip stream that is read forwards only, up to so many bytes."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        self.stream = stream
        self.most = most
        self.inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self.buffer = memoryview(b"")
        self.count = 0

    def read(self, size: int) -> bytes:
        """So many bytes, or fewer at the end.

        :raises PackError: it is too long.
        :raises EOFError, zlib.error: it is damaged.
        """
        parts, left = [], size
        while left and (self.buffer or self.fill()):
            parts.append(self.buffer[:left])
            self.buffer = self.buffer[left:]
            left -= len(parts[-1])
        self.count += size - left
        if self.count > self.most:
            raise PackError(f"it has more than {self.most:,} bytes")
        return b"".join(parts)

    def fill(self) -> bool:
        """Have some bytes in the buffer; whether there are any. Those of so short a piece are a thousand times as many at
        most."""
        while not self.buffer:
            if self.inflate.eof:
                return False
            data = self.stream.read(PIECE)
            if not data:
                raise EOFError("it is cut short")
            self.buffer = memoryview(self.inflate.decompress(data))
        return True

    def seek(self, place: int) -> int:
        while self.count < place and self.read(min(BLOCK, place - self.count)):
            pass
        return self.count

    def tell(self) -> int:
        return self.count


def read_pack(
    stream: IO[bytes],
    store: EntryFiles | EntryArchive,
    modules: Modules,
    known: Known,
    since: float,
    extract: Callable[[], None] = lambda: None,
    most: int = MOST,
) -> Read:
    """Unpack what is not there yet.

    :param store: gets the entries.
    :param known: gets what the pack has.
    :param since: seconds since 1970; actions that were used before are left out.
    :param extract: called in a thread when the modules are there, which come first.
    :param most: bytes of it as it is unpacked.
    :raises PackError: it is damaged; what came before is unpacked.
    :raises OSError: a file can't be written.
    """
    reader = Reader(store, modules, known, since, extract)
    limited = Limited(stream, most)
    try:
        with reader.pool:
            read_members(limited, reader)
    except (tarfile.ReadError, EOFError, zlib.error) as error:
        raise PackError(str(error)) from error
    finally:
        known.size = max(known.size, limited.count)
    reader.end()
    return reader.read


def read_members(limited: Limited, reader: Reader) -> None:
    """:raises PackError: it has what no pack has."""
    for number, member in enumerate(members(limited)):  # type: ignore[arg-type]
        if number == MOST_ENTRIES:
            raise PackError(f"it has more than {MOST_ENTRIES:,} entries")
        if not member.isreg() or member.issparse():
            raise PackError(f"{member.name[:100]} is no file")
        reader.take(limited, member)


class Reader:
    """Takes the entries of a pack, one after the other."""

    def __init__(
        self,
        store: EntryFiles | EntryArchive,
        modules: Modules,
        known: Known,
        since: float,
        extract: Callable[[], None],
    ) -> None:
        self.store = store
        self.modules = modules
        self.known = known
        self.since = since
        self.read = Read()
        # The checksums of modules are computed while the rest is unpacked.
        self.pool = ThreadPoolExecutor(2)
        self.checked: list[tuple[str, Future[bool]]] = []
        self.extracting = Thread(target=self.extract, args=(extract,))

    def extract(self, extract: Callable[[], None]) -> None:
        wait([each for _, each in self.checked])
        extract()

    def end(self) -> None:
        """Note what the checksums said.

        :raises OSError: a file could not be put in its place.
        """
        if self.extracting.ident is not None:
            self.extracting.join()
        for name, fine in self.checked:
            if fine.result():
                self.known.modules.add(name)
                self.read.count += 1
            else:
                self.note(name)

    def note(self, name: str) -> None:
        """Note something wrong."""
        self.read.wrong = self.read.wrong or f"{name[:100]} is not what its name says"

    def take(self, stream: Limited, member: tarfile.TarInfo) -> None:
        """:raises PackError: nothing of that name belongs here."""
        found = ENTRY.fullmatch(member.name)
        if found and self.checked and self.extracting.ident is None:
            self.extracting.start()
        name = member.name[len(MODULES) :] if member.name.startswith(MODULES) else ""
        if found and found[2] == "d":
            fine = self.take_output(stream, member, found[1])
        elif found:
            fine = self.take_action(stream, member, found[1])
        elif name in self.modules.files:
            self.take_module(stream, member, name)
            return
        elif name:
            return  # of another commit
        else:
            raise PackError(f"nothing of the name {member.name[:100]} belongs there")
        if not fine:
            self.note(member.name)

    def take_output(self, stream: Limited, member: tarfile.TarInfo, digest: str) -> bool:
        if self.store.has(digest):
            return True
        with self.store.new(digest + "-d", member.size) as new:
            if copy(stream, member, new.stream) != digest:
                return False
            new.keep()
        return True

    def take_action(self, stream: Limited, member: tarfile.TarInfo, action: str) -> bool:
        """Take an action whose output is there. Its time is when it was used, and long enough ago that go sets it if it
        uses it again."""
        entry = parse_action(stream.read(min(member.size, ACTION_LENGTH + 1)), action)
        if entry is None or not self.store.has_output(entry):
            return False
        used = min(int(member.mtime), int(time.time()))
        if used <= self.since:
            return True
        self.known.actions[action] = used
        if self.store.has_action(action):
            return True
        with self.store.new(action + "-a", ACTION_LENGTH, used) as new:
            new.stream.write(
                b"v1 %b %b %20d %20d\n"
                % (action.encode(), entry.output.encode(), entry.size, used * 10**9)
            )
            new.keep()
        self.read.count += 1
        return True

    def take_module(self, stream: Limited, member: tarfile.TarInfo, name: str) -> None:
        file = self.modules.files[name].path
        if os.path.exists(file):
            self.known.modules.add(name)
            return
        with NewFile(file) as new:
            copy(stream, member, new.stream)
            new.is_left = True
        self.checked.append((name, self.pool.submit(self.add_module, name, new.file)))

    def add_module(self, name: str, file: str) -> bool:
        try:
            return self.modules.add(name, file)
        finally:
            if os.path.exists(file):
                os.unlink(file)


def copy(stream: Limited, member: tarfile.TarInfo, out: IO[bytes]) -> str:
    """Write the content of an entry; returns its SHA-256.

    :raises PackError: it is cut short.
    """
    digest, left = hashlib.sha256(), member.size
    while left:
        block = stream.read(min(BLOCK, left))
        if not block:
            raise PackError("it is cut short")
        digest.update(block)
        out.write(block)
        left -= len(block)
    return digest.hexdigest()
