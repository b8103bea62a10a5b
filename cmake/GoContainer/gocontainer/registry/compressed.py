"""Layers as they are pushed: those that an archive stores as plain tar are compressed once, and kept by their diff IDs
for the next push."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path
from typing import IO

from gocontainer.common.atomic import write_atomically
from gocontainer.registry.blob import BLOCK, Blob, damaged, opener

# Bytes of compressed layers that are kept.
LIMIT = 2 << 30
DAY = 86400


def compressed(plain: Blob, kept: Path) -> Blob:
    """The layer by gzip: the one that is kept, or a new one. The bytes are those of COMPRESSION gzip.

    :param kept: the directory with those that are kept.
    :raises OSError: it can't be written.
    """
    record = record_of(plain.digest, kept)
    try:
        digest, size = json.loads(record.read_bytes())
        file = kept / digest.partition(":")[2]
        if file.stat().st_size == size:
            os.utime(record)  # it is in use
            return Blob(digest, size, opener(file))
    except (OSError, ValueError, TypeError, AttributeError):
        pass  # it is not there, or damaged
    import tempfile  # which an unchanged image can do without

    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=kept, prefix="new.", delete=False) as beside:
        try:
            digest, size = compress(plain, beside)
            beside.flush()
            file = Path(beside.name).replace(kept / digest.partition(":")[2])
        except BaseException:
            Path(beside.name).unlink(missing_ok=True)
            raise
    write_atomically(record, json.dumps([digest, size]).encode())
    return Blob(digest, size, opener(file))


def record_of(digest: str, kept: Path) -> Path:
    return kept / (digest.partition(":")[2] + ".json")


def is_kept(digest: str, kept: Path) -> bool:
    """Whether the layer with that diff ID was compressed already."""
    return record_of(digest, kept).exists()


def compress(plain: Blob, target: IO[bytes]) -> tuple[str, int]:
    """Write the compressed blob; returns its digest and its bytes.

    :raises RegistryError: the blob is damaged.
    """
    from gocontainer.common.parallel_gzip import Gzip  # which an unchanged image can do without

    compressor = Gzip()
    before, after, size = hashlib.sha256(), hashlib.sha256(), 0
    with plain.open(0, plain.size) as stream:
        while block := stream.read(BLOCK):
            before.update(block)
            data = compressor.compress(block)
            after.update(data)
            size += target.write(data)
    data = compressor.flush()
    after.update(data)
    if "sha256:" + before.hexdigest() != plain.digest:
        raise damaged(plain)
    return "sha256:" + after.hexdigest(), size + target.write(data)


def forget_old(kept: Path) -> None:
    """Remove the layers that were not pushed for the longest time, until the others are not too many."""
    records = sorted(kept.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)
    total, used = 0, set()
    for record in records:
        try:
            digest, size = json.loads(record.read_bytes())
            total += size
            if total <= LIMIT:
                used.add(digest.partition(":")[2])
                continue
        except (ValueError, TypeError, AttributeError):
            pass
        record.unlink(missing_ok=True)
    for file in kept.iterdir():
        # Another push may be writing one; what is older, a push left that was killed.
        writing = file.name.startswith("new.") and file.stat().st_mtime > time.time() - DAY
        if file.suffix != ".json" and not writing and file.name not in used:
            file.unlink(missing_ok=True)
