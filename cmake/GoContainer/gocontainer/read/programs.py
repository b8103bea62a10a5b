"""Finds the Go programs of an image: files that may be executed, with the build information of Go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

from gocontainer.read.elf import BuildInfo, ElfError, read_build_info
from gocontainer.read.squash import FILE, Entry

if TYPE_CHECKING:
    from gocontainer.read.index import Index


def programs_of(index: Index) -> Iterator[tuple[Entry, BuildInfo]]:
    """The programs that Go built, of those that the image shows; in the order of their paths."""
    for _, entry in sorted(index.files.items()):
        if entry.kind == FILE and entry.mode & 0o111:
            with suppress(ElfError), index.open(entry) as file:
                yield entry, read_build_info(file)
