"""Where GO_CACHE keeps packs: a directory, a repository of a registry, or below a URL of http."""

from __future__ import annotations

import os
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# Bytes of a pack that is fetched, at most.
MOST = 4 << 30
BLOCK = 1 << 20


class Found(NamedTuple):
    """A pack that can be read: its file, and what tells it from others at its place."""

    file: str
    identity: str


class Place:
    """The place of a pack; as text it is what messages call it."""

    def identity(self) -> str | None:
        """What tells the pack that is there now from others; None if there is none.

        :raises ImageError, OSError: it can't be asked.
        """
        raise NotImplementedError

    def fetch(self, file: str) -> Found | None:
        """The pack; None if there is none.

        :param file: where it may be written to.
        :raises ImageError, OSError: it can't be read.
        """
        raise NotImplementedError

    def put(self, file: str) -> str | None:
        """Have the file take the place of the pack; returns its identity. Who reads meanwhile gets the old one or the new
        one.

        :raises ImageError, OSError: it can't be written.
        """
        raise NotImplementedError


class Directory(Place):
    """A pack that is a file."""

    def __init__(self, directory: str, name: str) -> None:
        self.directory = directory
        self.file = os.path.join(directory, name + ".tar.gz")

    def __str__(self) -> str:
        return self.file

    def identity(self) -> str | None:
        try:
            facts = os.stat(self.file)
        except FileNotFoundError:
            return None
        return f"{facts.st_size} {facts.st_mtime_ns}"

    def fetch(self, file: str) -> Found | None:
        identity = self.identity()
        if identity is None and not os.path.isdir(self.directory):
            os.stat(os.path.dirname(self.directory) or self.directory)  # it may be made there
        if identity and os.path.getsize(self.file) > MOST:
            raise OSError(0, f"it has more than {MOST:,} bytes")
        return Found(self.file, identity) if identity else None

    def put(self, file: str) -> str | None:
        import shutil

        os.makedirs(self.directory, exist_ok=True)
        beside = f"{self.file}.{os.urandom(8).hex()}.new"  # no other machine has that name
        try:
            shutil.copyfile(file, beside)
            os.replace(beside, self.file)
        finally:
            if os.path.exists(beside):
                os.unlink(beside)
        return self.identity()


def place_of(text: str, name: str, environ: Mapping[str, str]) -> Place:
    """The place of the pack of that name.

    :param text: the value of GO_CACHE.
    :raises ImageError: it is none.
    """
    if text.startswith("/"):
        return Directory(text, name)
    if text.startswith(("https://", "http://")):
        from gocontainer.go.cache_http import Web

        return Web(text, name, environ)
    from gocontainer.go.cache_registry import Registry

    return Registry(text, name, environ)
