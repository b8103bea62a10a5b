"""Writes the tar file of an OCI image layout (OCI image spec, image-layout.md), blob by blob: each is compressed and
hashed as it is written, and never kept in memory. Every byte follows from what is given: all has one time.

A layer that the previous archive has is taken from there: it is neither read nor hashed again.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from typing import IO, TYPE_CHECKING, Any

from gocontainer.read.base import LAYER_TYPE
from gocontainer.write.compress import ENDINGS, compressor, library
from gocontainer.write.entry import Entry
from gocontainer.write.previous import Descriptor, Kept, Previous, copy_bytes, made_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gocontainer.common.plan import Plan


class Blobs:
    """The archive as it grows: a blob is written and hashed in one pass.

    A tar header comes before its data but needs the blob's digest in the name; so its place is
    left free and filled in afterwards, and the data is neither kept in memory nor read twice.
    """

    def __init__(self, archive: IO[bytes], epoch: int, plan: Plan, previous: Previous) -> None:
        self.archive = archive
        self.previous = previous
        self.epoch = epoch
        self.call = f"add_go_container({plan['name']})"
        self.compression = plan.get("compression", "none")
        self.written: dict[str, int] = {}
        """Where the blobs are in the archive, by their digests."""
        self.layers: dict[str, Kept] = {}
        """The layers, by what they were made of."""

    def add(self, media_type: str, data: bytes) -> Descriptor:
        with Blob(self, media_type) as blob:
            blob.write(data)
        assert blob.descriptor is not None
        return blob.descriptor

    def add_layer(self, entries: Iterable[Entry]) -> Kept:
        """Add a layer of these entries, which are iterated twice."""
        key = made_of(entries, self.epoch, self.compression, library(self.compression, self.call))
        if kept := self.take(key):
            return kept
        media_type = LAYER_TYPE + ENDINGS[self.compression]
        with (
            Blob(self, media_type, self.compression) as blob,
            tarfile.TarFile(
                fileobj=blob,
                mode="w",
                copybufsize=1 << 20,
                format=tarfile.PAX_FORMAT,
                encoding="utf-8",
                errors="surrogateescape",
            ) as tar,
        ):
            files = 0
            for entry in entries:
                files += add_entry(tar, entry, self.epoch)
                tar.members.clear()  # type: ignore[attr-defined] # tarfile keeps all of them
        assert blob.descriptor is not None
        return self.remember(key, blob.descriptor, blob.diff_id, files)

    def take(self, key: str) -> Kept | None:
        """Take a layer from the previous archive, if that has it; ``key`` is what it was made of."""
        kept = self.previous.layers.get(key)
        if kept is None:
            return None
        blob = kept.blob
        if blob.digest not in self.written:
            self.archive.write(header(blob.path(), blob.size, self.epoch))
            self.written[blob.digest] = self.archive.tell()
            copy_bytes(self.previous.stream, kept.offset, blob.size, self.archive)
            self.archive.write(padding(blob.size))
        return self.remember(key, blob, kept.diff_id, kept.files)

    def remember(self, key: str, blob: Descriptor, diff_id: str, files: int = 0) -> Kept:
        self.layers[key] = Kept(blob, self.written[blob.digest], diff_id, files)
        return self.layers[key]

    def copy(self, media_type: str, stream: IO[bytes]) -> Descriptor:
        with Blob(self, media_type) as blob:
            shutil.copyfileobj(stream, blob, 1 << 20)
        assert blob.descriptor is not None
        return blob.descriptor

    def add_file(self, name: str, document: Any) -> None:
        """A file of the layout that is not a blob."""
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
        self.size = self.length = 0
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
        self.length += len(data)
        return len(data)

    def tell(self) -> int:
        """Bytes so far, before they are compressed; all that tarfile asks for where it can't seek."""
        return self.length

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
        self.blobs.written[digest] = self.start + tarfile.BLOCKSIZE
        archive.write(header(self.descriptor.path(), self.size, self.blobs.epoch))
        archive.seek(0, os.SEEK_END)


def add_entry(tar: tarfile.TarFile, entry: Entry, epoch: int) -> int:
    """Add an entry; returns the bytes of the file."""
    info = tarfile.TarInfo(entry.path)
    info.mode = entry.mode
    info.mtime = epoch
    info.uid, info.gid = entry.owner
    if entry.capabilities:
        from gocontainer.common.capabilities import XATTR, encoded  # which few need

        value = encoded(entry.capabilities).decode("utf-8", "surrogateescape")
        info.pax_headers = {f"SCHILY.xattr.{XATTR}": value}
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
    return info.size


def header(name: str, size: int, epoch: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.size = size
    info.mtime = epoch
    return info.tobuf(tarfile.GNU_FORMAT)  # one block, also for a blob of over 8 GiB


def padding(size: int) -> bytes:
    return bytes(-size % tarfile.BLOCKSIZE)


def canonical(document: Any) -> bytes:
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
