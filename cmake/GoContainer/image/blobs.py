"""Writes the tar file of an OCI image layout (OCI image spec, image-layout.md), blob by blob: each is compressed and
hashed as it is written, and never kept in memory. Every byte follows from what is given: all has one time."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from typing import IO, Any, NamedTuple

from base import LAYER_TYPE
from compress import ENDINGS, compressor
from layers import Entry


class Descriptor(NamedTuple):
    """A descriptor of the OCI image spec (descriptor.md): a digest, its media type, its bytes."""

    digest: str
    media_type: str
    size: int

    def json(self) -> dict[str, Any]:
        return {"mediaType": self.media_type, "digest": self.digest, "size": self.size}

    def path(self) -> str:
        return "blobs/" + self.digest.replace(":", "/", 1)


class Blobs:
    """The archive as it grows: a blob is written and hashed in one pass.

    A tar header stands before its data but needs the blob's digest in the name; so its place is
    left free and filled in afterwards, and the data is neither kept in memory nor read twice.
    """

    def __init__(self, archive: IO[bytes], epoch: int, plan: dict[str, Any]) -> None:
        self.archive = archive
        self.epoch = epoch
        self.call = f"add_go_container({plan['name']})"
        self.compression = plan.get("compression", "none")
        self.written: set[str] = set()

    def add(self, media_type: str, data: bytes) -> Descriptor:
        with Blob(self, media_type) as blob:
            blob.write(data)
        assert blob.descriptor is not None
        return blob.descriptor

    def add_layer(self, entries: list[Entry]) -> tuple[Descriptor, str]:
        """Add a layer of these entries; returns it, and its diff ID, the digest of the tar."""
        media_type = LAYER_TYPE + ENDINGS[self.compression]
        with (
            Blob(self, media_type, self.compression) as blob,
            tarfile.open(
                fileobj=blob,
                mode="w|",
                format=tarfile.PAX_FORMAT,
                encoding="utf-8",
                errors="surrogateescape",
            ) as tar,
        ):
            for entry in entries:
                add_entry(tar, entry, self.epoch)
        assert blob.descriptor is not None
        return blob.descriptor, blob.diff_id

    def copy(self, media_type: str, stream: IO[bytes]) -> Descriptor:
        with Blob(self, media_type) as blob:
            shutil.copyfileobj(stream, blob, 1 << 20)
        assert blob.descriptor is not None
        return blob.descriptor

    def add_file(self, name: str, document: Any) -> None:
        """A file of the layout that is no blob."""
        data = canonical(document)
        self.archive.write(header(name, len(data), self.epoch) + data + padding(len(data)))

    def finish(self) -> None:
        self.archive.write(bytes(2 * tarfile.BLOCKSIZE))


class Blob(io.RawIOBase):
    """One blob of the archive, open for writing: what is written is compressed and hashed as it goes in."""

    def __init__(self, blobs: Blobs, media_type: str, compression: str = "none") -> None:
        self.blobs = blobs
        self.media_type = media_type
        self.compressor = compressor(compression, blobs.call)
        self.hash = hashlib.sha256()
        # Of the bytes before they are compressed; where they are not, it is the same.
        self.plain = self.hash if compression == "none" else hashlib.sha256()
        self.size = 0
        self.start = blobs.archive.tell()
        self.descriptor: Descriptor | None = None
        blobs.archive.write(bytes(tarfile.BLOCKSIZE))

    @property
    def diff_id(self) -> str:
        return "sha256:" + self.plain.hexdigest()

    def write(self, data: Any) -> int:
        if self.plain is not self.hash:
            self.plain.update(data)
        self._store(self.compressor.compress(data))
        return len(data)

    def _store(self, data: Any) -> None:
        self.hash.update(data)
        self.size += len(data)
        self.blobs.archive.write(data)

    def __exit__(self, *error: Any) -> None:
        if error[0] is not None:
            return
        self._store(self.compressor.flush())
        archive = self.blobs.archive
        digest = "sha256:" + self.hash.hexdigest()
        self.descriptor = Descriptor(digest, self.media_type, self.size)
        archive.write(padding(self.size))
        archive.seek(self.start)
        if digest in self.blobs.written:  # two equal layers are one blob
            archive.truncate()
            return
        self.blobs.written.add(digest)
        archive.write(header(self.descriptor.path(), self.size, self.blobs.epoch))
        archive.seek(0, os.SEEK_END)


def add_entry(tar: tarfile.TarFile, entry: Entry, epoch: int) -> None:
    info = tarfile.TarInfo(entry.path)
    info.mode = entry.mode
    info.mtime = epoch
    info.uid, info.gid = entry.owner
    if entry.link is not None:
        info.type = tarfile.SYMTYPE
        info.linkname = entry.link
        tar.addfile(info)
    elif entry.content is None:
        info.type = tarfile.DIRTYPE
        tar.addfile(info)
    elif isinstance(entry.content, bytes):
        info.size = len(entry.content)
        tar.addfile(info, io.BytesIO(entry.content))
    else:
        with entry.content.open("rb") as stream:
            info.size = os.fstat(stream.fileno()).st_size
            tar.addfile(info, stream)


def header(name: str, size: int, epoch: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mtime = epoch
    return info.tobuf(tarfile.GNU_FORMAT)  # one block, also for a blob of over 8 GiB


def padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


def canonical(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
