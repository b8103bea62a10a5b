"""Reads one layer of an image: its tar, decompressed and verified."""

from __future__ import annotations

import hashlib
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import IO, Callable, NamedTuple

from gocontainer.read.source import ImageError, Source
from gocontainer.read.tar import members
from gocontainer.read.zstd import ZstdError, damage_errors, open_zstd

# What an image may grow to when it is unpacked: more is a bomb, or no image for a test machine.
MAX_GROWTH, MAX_GROWTH_BYTES = 100, 1 << 30


def damage() -> tuple[type[Exception], ...]:
    """What reading a damaged layer raises."""
    return (tarfile.TarError, zlib.error, EOFError, OSError, *damage_errors())


def build_again(problem: str) -> ImageError:
    return ImageError(f"{problem}. Build the image again.")


class Layer(NamedTuple):
    """One layer: ``diff_id`` is the digest of the tar, as the config claims it, ``open`` gives that tar,
    decompressed; ``stored`` are its bytes as the image has it, which may be compressed, and ``digest`` is
    that of these, None in a docker archive, which names none. ``fault`` makes an error of a problem, with
    what to do about it."""

    diff_id: str
    open: Callable[[], AbstractContextManager[IO[bytes]]]
    stored: int = 0
    digest: str | None = None
    fault: Callable[[str], ImageError] = build_again

    def error(self, problem: str) -> ImageError:
        return self.fault(f"layer {self.diff_id} {problem}")

    def unreadable(self, error: Exception) -> ImageError:
        """The layer met one of the errors of damage()."""
        compressed = isinstance(error, zlib.error)
        why = "its compressed bytes are damaged" if compressed else str(error)
        return self.error(f"can't be read: {why.replace('invalid header', 'a damaged header')}")


def layer_size(layer: Layer) -> int:
    """Bytes of the regular files of one layer; a hard link counts once, as on a disk.

    :raises ImageError: the layer is not a tar file, or is cut short.
    """
    try:
        with layer.open() as stream:
            return sum(member.size for member in members(stream) if member.isreg())
    except damage() as error:
        raise layer.unreadable(error) from error


def room_of(layers: Iterable[Layer]) -> int:
    """The bytes that the layers may have when they are unpacked. One that is there twice is no reason for more."""
    stored = {layer.diff_id: layer.stored for layer in layers}
    return sum(stored.values()) * MAX_GROWTH + MAX_GROWTH_BYTES


def bomb() -> str:
    return (
        f"unpacks to more than {MAX_GROWTH_BYTES:,} bytes and {MAX_GROWTH} times the image's size"
    )


class Verified:
    """The tar of a layer, which is hashed as it is read, forwards and from its begin; no more than ``room``
    bytes of it are read.

    :raises ImageError: it has more.
    """

    def __init__(self, layer: Layer, stream: IO[bytes], room: int) -> None:
        self.layer = layer
        self.stream = stream
        self.room = room
        self.position = 0
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size if 0 <= size <= self.room else self.room + 1)
        self.room -= len(data)
        if self.room < 0:
            raise self.layer.error(bomb())
        self.position += len(data)
        self.hash.update(data)
        return data

    def tell(self) -> int:
        return self.position

    def seek(self, place: int) -> int:
        while self.position < place and self.read(min(1 << 20, place - self.position)):
            pass
        return self.position

    def digest(self) -> str:
        """That of the whole tar, which is read to its end."""
        while self.read(1 << 20):
            pass
        return "sha256:" + self.hash.hexdigest()


@contextmanager
def verified(layer: Layer, room: int) -> Iterator[Verified]:
    """The tar of a layer, to be read forwards.

    :raises ImageError: it can't be read, or has more than ``room`` bytes.
    """
    try:
        with layer.open() as stream:
            yield Verified(layer, stream, room)
    except damage() as error:
        raise layer.unreadable(error) from error


@contextmanager
def open_layer(source: Source, name: str) -> Iterator[IO[bytes]]:
    """The tar of a layer. The bytes tell the compression; media types have been wrong before."""
    with source.open(name) as stream:
        magic = stream.read(4)
        stream.seek(0)
        if magic == b"\x28\xb5\x2f\xfd":
            try:
                unpacked = open_zstd(stream)
            except ZstdError as error:
                raise ImageError(f"{source.where}: {name}: {error}.") from error
            with unpacked as tar:
                yield tar
        elif magic[:2] == b"\x1f\x8b":
            import gzip

            with gzip.open(stream) as tar:
                yield tar  # type: ignore[misc]
        else:
            yield stream
