"""The previous archive of a container, from which the next one takes the layers that are the same.

Beside the archive, a file tells where in it each layer is, and what it was made of. Files count by what the
system says of them, their time of change included, which nobody can set; so what is unchanged need not be read
to be known.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from gocontainer.common.atomic import write_atomically
from gocontainer.write.entry import Entry

# The clock of a file system goes in steps; none of those that matter has longer ones, in nanoseconds.
CLOCK = 20_000_000


class Descriptor(NamedTuple):
    """A descriptor of the OCI image spec (descriptor.md): a digest, its media type, its bytes."""

    digest: str
    media_type: str
    size: int

    def json(self) -> dict[str, Any]:
        return {"mediaType": self.media_type, "digest": self.digest, "size": self.size}

    def path(self) -> str:
        return "blobs/" + self.digest.replace(":", "/", 1)


class Kept(NamedTuple):
    """A layer in an archive: its blob, which begins at the offset; the diff ID, which is the digest of its tar;
    and the bytes of its files, unpacked."""

    blob: Descriptor
    offset: int
    diff_id: str
    files: int


class Previous(NamedTuple):
    """The previous archive, open for reading: the digest and the tags of its image, and its layers by what they
    were made of."""

    stream: IO[bytes]
    image: list[str]
    layers: dict[str, Kept]


@contextmanager
def open_previous(archive: Path) -> Iterator[Previous]:
    """Open the previous archive; it has nothing where there is none, or another program wrote it."""
    with ExitStack() as stack:
        found = Previous(io.BytesIO(), [], {})
        try:
            stream = stack.enter_context(archive.open("rb"))
            record = json.loads(record_of(archive).read_text(encoding="ascii"))
            if record["archive"] == state(os.fstat(stream.fileno())):
                layers = {
                    key: Kept(Descriptor(*blob), *rest)
                    for key, (blob, *rest) in record["layers"].items()
                }
                found = Previous(stream, record["image"], layers)
        except (OSError, ValueError, KeyError, TypeError):
            pass  # it is the first one, or the record is of another version
        yield found


def remember_layers(archive: Path, image: list[str], layers: dict[str, Kept]) -> None:
    """Write down what the archive has, which was written just now."""
    found = {"archive": state(archive.stat()), "image": image, "layers": layers}
    write_atomically(record_of(archive), json.dumps(found).encode())


def record_of(archive: Path) -> Path:
    return archive.with_name(archive.name + ".layers.json")


def state(status: os.stat_result) -> list[int]:
    """Changes if the file is changed or replaced."""
    return [status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns]


def made_of(entries: Iterable[Entry], *how: Any) -> str:
    """All that a layer of these entries follows from, as a key; ``how`` is what else does.

    :raises OSError: a file is not there.
    """
    writer = Path(__file__).with_name("archive.py")
    key = hashlib.sha256(json.dumps([sys.version, state(writer.stat()), *how]).encode())
    for entry in entries:
        content: Any = entry.content
        if isinstance(content, bytes):
            content = content.hex()
        elif content is not None:
            status = content.stat()
            content = state(status)
            if status.st_ctime_ns > time.time_ns() - CLOCK:
                content.append(time.time_ns())  # it could be written again at the same time
        part = [entry.path, entry.mode, content, entry.link, entry.owner, entry.capabilities]
        key.update(json.dumps(part).encode())
    return "sha256:" + key.hexdigest()


def copy_bytes(source: IO[bytes], offset: int, size: int, target: IO[bytes]) -> None:
    """Append a piece of the source to the target: in the kernel, where that can do it.

    :raises OSError: the source is cut short.
    """
    target.flush()
    end = target.tell() + size
    left = size
    try:
        while left and (
            count := os.copy_file_range(
                source.fileno(), target.fileno(), left, offset + size - left, end - left
            )
        ):
            left -= count
    except (AttributeError, OSError):
        pass  # not on this system, or not between these files
    source.seek(offset + size - left)
    target.seek(end - left)
    while left:
        chunk = source.read(min(1 << 20, left))
        if not chunk:
            raise OSError(f"{source.name} is cut short. Remove it, and build the image again.")
        left -= target.write(chunk)
