"""Writes an OCI image of a Go binary: no daemon, no registry, the same bytes every time.

The archive is an OCI image layout in a tar file (OCI image spec, image-layout.md) that also
carries docker's ``manifest.json``, whose paths point into ``blobs/sha256/``; so ``docker load``,
``podman load`` and ``skopeo`` all read it. Every byte follows from the plan, the binary, the CA
bundle and SOURCE_DATE_EPOCH: entries are sorted, owned by 0:0 and of one time.

Layers are stored as plain tar. Whoever pushes them compresses them; compressed here, they would
cost time at every build, and their digests would depend on the version of zlib.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, Any

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"

# What BuildKit gives an image that starts from scratch.
SCRATCH_CONFIG = {
    "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
    "WorkingDir": "/",
}
PASSWD = b"root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n"
GROUP = b"root:x:0:\nnonroot:x:65532:\n"
CA_BUNDLE = "etc/ssl/certs/ca-certificates.crt"


@dataclass(frozen=True)
class Entry:
    """One path of a layer: a directory where ``content`` is None, else a file of bytes or a file
    on disk that is copied without ever being whole in memory."""

    path: str
    mode: int
    content: bytes | Path | None = None


@dataclass(frozen=True)
class Descriptor:
    """A descriptor of the OCI image spec (descriptor.md): a digest, its media type, its bytes."""

    digest: str
    media_type: str
    size: int

    def json(self) -> dict[str, Any]:
        return {"mediaType": self.media_type, "digest": self.digest, "size": self.size}

    def path(self) -> str:
        return "blobs/" + self.digest.replace(":", "/", 1)


def source_date_epoch() -> int:
    """Seconds since 1970 that everything in the image carries: SOURCE_DATE_EPOCH, or 0.

    :raises ValueError: the variable is no such number.
    """
    text = os.environ.get("SOURCE_DATE_EPOCH", "") or "0"
    if not text.isdecimal():
        raise ValueError(
            f"SOURCE_DATE_EPOCH is {text!r}, not a number of seconds. "
            "Give it one, such as the output of `git log -1 --format=%ct`, or unset it."
        )
    return int(text)


def scratch_layers(plan: dict[str, Any], binary: Path, ca_bundle: Path) -> list[list[Entry]]:
    """The layers on scratch: what every program needs, then the binary, which changes most."""
    common = [
        Entry("etc/group", 0o644, GROUP),
        Entry("etc/passwd", 0o644, PASSWD),
        Entry(CA_BUNDLE, 0o644, ca_bundle),
        Entry("tmp", 0o1777),
    ]
    return [common, [Entry(plan["binary"].lstrip("/"), 0o755, binary)]]


def with_parents(entries: list[Entry]) -> list[Entry]:
    """The entries sorted by path, each behind the directories above it."""
    found = {entry.path: entry for entry in entries}
    for entry in entries:
        for parent in Path(entry.path).parents[:-1] if "/" in entry.path else ():
            found.setdefault(parent.as_posix(), Entry(parent.as_posix(), 0o755))
    return [found[path] for path in sorted(found, key=lambda p: p.split("/"))]


class Blobs:
    """The archive as it grows: a blob is written and hashed in one pass.

    A tar header stands before its data but needs the blob's digest in the name; so its place is
    left free and filled in afterwards, and the data is neither kept in memory nor read twice.
    """

    def __init__(self, archive: IO[bytes], epoch: int) -> None:
        self.archive = archive
        self.epoch = epoch
        self.written: set[str] = set()

    def add(self, media_type: str, data: bytes) -> Descriptor:
        with Blob(self, media_type) as blob:
            blob.write(data)
        assert blob.descriptor is not None
        return blob.descriptor

    def add_layer(self, entries: list[Entry]) -> Descriptor:
        with (
            Blob(self, LAYER_TYPE) as blob,
            tarfile.open(fileobj=blob, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            for entry in with_parents(entries):
                add_entry(tar, entry, self.epoch)
        assert blob.descriptor is not None
        return blob.descriptor

    def add_file(self, name: str, document: Any) -> None:
        """A file of the layout that is no blob."""
        data = canonical(document)
        self.archive.write(header(name, len(data), self.epoch) + data + padding(len(data)))

    def finish(self) -> None:
        self.archive.write(bytes(2 * tarfile.BLOCKSIZE))


class Blob(io.RawIOBase):
    """One blob of the archive, open for writing."""

    def __init__(self, blobs: Blobs, media_type: str) -> None:
        self.blobs = blobs
        self.media_type = media_type
        self.hash = hashlib.sha256()
        self.size = 0
        self.start = blobs.archive.tell()
        self.descriptor: Descriptor | None = None
        blobs.archive.write(bytes(tarfile.BLOCKSIZE))

    def write(self, data: Any) -> int:
        self.hash.update(data)
        self.size += len(data)
        return self.blobs.archive.write(data)

    def __exit__(self, *error: Any) -> None:
        if error[0] is not None:
            return
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
    if entry.content is None:
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


def image_config(plan: dict[str, Any], layers: list[Descriptor], epoch: int) -> dict[str, Any]:
    """The OCI image configuration (config.md). Plain tar layers: their digests are the diff IDs."""
    created = datetime.fromtimestamp(epoch, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    comments = ("CA certificates, users, /tmp", "COPY " + plan["binary"])
    return {
        "created": created,
        "os": plan["platform"]["os"],
        "architecture": plan["platform"]["architecture"],
        "config": {**SCRATCH_CONFIG, **plan["config"]},
        "rootfs": {"type": "layers", "diff_ids": [layer.digest for layer in layers]},
        "history": [{"created": created, "created_by": comment} for comment in comments],
    }


def write_archive(
    archive: IO[bytes], plan: dict[str, Any], layers: list[list[Entry]], epoch: int
) -> Descriptor:
    """Write the whole archive; returns the descriptor of the image's manifest."""
    blobs = Blobs(archive, epoch)
    layer_blobs = [blobs.add_layer(entries) for entries in layers]
    config = blobs.add(CONFIG_TYPE, canonical(image_config(plan, layer_blobs, epoch)))
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": config.json(),
        "layers": [layer.json() for layer in layer_blobs],
    }
    descriptor = blobs.add(MANIFEST_TYPE, canonical(manifest))
    named = {
        **descriptor.json(),
        "platform": plan["platform"],
        "annotations": {"org.opencontainers.image.ref.name": plan["tags"][0]},
    }
    blobs.add_file("oci-layout", {"imageLayoutVersion": "1.0.0"})
    blobs.add_file(
        "index.json", {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": [named]}
    )
    docker = {
        "Config": config.path(),
        "RepoTags": plan["tags"],
        "Layers": [layer.path() for layer in layer_blobs],
    }
    blobs.add_file("manifest.json", [docker])
    blobs.finish()
    return descriptor


def assemble(plan: dict[str, Any], binary: Path, ca_bundle: Path, output: Path) -> bool:
    """Write the image of the plan to ``output``; returns whether that changed the file.

    The archive is written beside ``output`` and renamed, so a failure leaves the last good one.

    :raises OSError: a file can't be read or written.
    :raises ValueError: SOURCE_DATE_EPOCH is no number.
    """
    epoch = source_date_epoch()
    beside = output.with_name(f"{output.name}.{os.getpid()}.new")
    try:
        with beside.open("w+b") as archive:
            write_archive(archive, plan, scratch_layers(plan, binary, ca_bundle), epoch)
        if output.exists() and same_bytes(beside, output):
            return False
        beside.replace(output)
        return True
    finally:
        beside.unlink(missing_ok=True)


def same_bytes(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as a, other.open("rb") as b:
        while chunk := a.read(1 << 20):
            if chunk != b.read(1 << 20):
                return False
    return True
