"""Writes an OCI image of a Go binary: no daemon, the same bytes every time.

The archive is an OCI image layout in a tar file (OCI image spec, image-layout.md) that also
carries docker's ``manifest.json``, whose paths point into ``blobs/sha256/``; so ``docker load``,
``podman load`` and ``skopeo`` all read it. Every byte follows from the plan, its base, the binary,
the files, the CA bundle and SOURCE_DATE_EPOCH: entries are sorted and of one time.

The layers of the base are copied as they are stored. New layers are stored as plain tar, unless the plan
says otherwise. Whoever pushes them compresses them; compressed here, they cost time at every build, and
their digests depend on the version of the library.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, Any, NamedTuple

from base import LAYER_TYPE, MANIFEST_TYPE, OCI_TYPES, Base, StoredLayer
from compress import ENDINGS, compressor
from config import image_config, inherit, with_base_digest
from fetch import open_base
from layers import Entry, NewLayer, new_layers
from libc import check, libc_of_layers
from tree import tree_of

CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
ZSTD_TYPE = LAYER_TYPE + "+zstd"
DOCKER_TYPES = {
    MANIFEST_TYPE: "application/vnd.docker.distribution.manifest.v2+json",
    CONFIG_TYPE: "application/vnd.docker.container.image.v1+json",
    **{oci: docker for docker, oci in OCI_TYPES.items()},
}


class Descriptor(NamedTuple):
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


def copy_layer(blobs: Blobs, layer: StoredLayer) -> Descriptor:
    """Copy a layer of the base, byte for byte.

    :raises ImageError: it is damaged.
    """
    with layer.open() as stored:
        descriptor = blobs.copy(layer.media_type, stored)
    if layer.digest is None:
        # A docker archive names the digest of the tar only.
        whole = tar_digest(layer) == layer.content.diff_id
    else:
        whole = descriptor.digest == layer.digest
    if not whole:
        raise layer.damaged()
    return descriptor


def unpack_layer(blobs: Blobs, layer: StoredLayer) -> Descriptor:
    """Add the tar of a layer of the base.

    :raises ImageError: it is damaged.
    """
    with layer.open() as stored:
        if layer.digest not in (None, digest_of(stored)):
            raise layer.damaged()
    with layer.content.open() as tar:
        descriptor = blobs.copy(LAYER_TYPE, tar)
    if descriptor.digest != layer.content.diff_id:
        raise layer.damaged()
    return descriptor


def tar_digest(layer: StoredLayer) -> str:
    with layer.content.open() as tar:
        return digest_of(tar)


def digest_of(stream: IO[bytes]) -> str:
    found = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        found.update(chunk)
    return "sha256:" + found.hexdigest()


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


def write_archive(
    archive: IO[bytes], plan: dict[str, Any], base: Base, layers: Iterator[NewLayer], epoch: int
) -> Descriptor:
    """Write the whole archive; returns the descriptor of the image's manifest."""
    blobs = Blobs(archive, epoch, plan)
    plan = {**plan, "config": with_base_digest(plan["config"], base.digest)}
    # The OCI config has no health check: podman and skopeo drop it from an image of OCI's media
    # types. With docker's, which they and containerd read in an OCI layout too, it stays.
    typed = DOCKER_TYPES if "Healthcheck" in inherit(base.config, plan["config"]) else {}
    stored, readable = copy_base(blobs, base, bool(typed))
    added = [(*blobs.add_layer(layer.entries), layer.maker) for layer in layers]
    new = [descriptor for descriptor, _, _ in added]
    created = datetime.fromtimestamp(epoch, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    history = [(diff_id, maker) for _, diff_id, maker in added]
    config = blobs.add(CONFIG_TYPE, canonical(image_config(plan, base.config, history, created)))
    descriptor = add_manifest(blobs, config, [*stored, *new], typed)
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
        "Layers": [layer.path() for layer in [*readable, *new]],
    }
    blobs.add_file("manifest.json", [docker])
    blobs.finish()
    return descriptor


def copy_base(
    blobs: Blobs, base: Base, docker_types: bool
) -> tuple[list[Descriptor], list[Descriptor]]:
    """Copy the layers of the base; returns those for the manifest, those for manifest.json.

    Docker before 23 does not read zstd, and has no media type for it: where docker is to read a
    layer of zstd, its tar is added.
    """
    stored, readable = [], []
    for layer in base.layers:
        zstd = layer.media_type == ZSTD_TYPE
        if zstd:
            readable.append(unpack_layer(blobs, layer))
        stored.append(readable[-1] if zstd and docker_types else copy_layer(blobs, layer))
        if not zstd:
            readable.append(stored[-1])
    return stored, readable


def layers_on(
    base: Base, plan: dict[str, Any], binary: Path, ca_bundle: Path, directory: Path, cache: Path
) -> Iterator[NewLayer]:
    """The new layers. The base is looked through when the first of them is asked for, when its
    layers are copied and known to be whole."""
    tree = tree_of([layer.content for layer in base.layers], cache / "trees")
    yield from new_layers(plan, binary, ca_bundle, directory, tree)


def add_manifest(
    blobs: Blobs, config: Descriptor, layers: list[Descriptor], typed: dict[str, str]
) -> Descriptor:
    """Add the manifest (manifest.md); ``typed`` gives other media types in place of OCI's."""

    def described(blob: Descriptor) -> dict[str, Any]:
        return blob._replace(media_type=typed.get(blob.media_type, blob.media_type)).json()

    media_type = typed.get(MANIFEST_TYPE, MANIFEST_TYPE)
    manifest = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": described(config),
        "layers": [described(layer) for layer in layers],
    }
    return blobs.add(media_type, canonical(manifest))


def assemble(
    plan: dict[str, Any], binary: Path, ca_bundle: Path, output: Path, cache: Path
) -> bool:
    """Write the image of the plan to ``output``; returns whether that changed the file.

    The archive is written beside ``output`` and renamed, so a failure leaves the last good one.
    The files of the plan are staged in the directory of ``output``.

    :param cache: a directory for what is fetched and found out about bases.
    :raises ImageError: the base can't be had, or the plan does not fit on it.
    :raises OSError: a file can't be read or written.
    :raises ValueError: SOURCE_DATE_EPOCH is no number.
    """
    epoch = source_date_epoch()
    beside = output.with_name(f"{output.name}.{os.getpid()}.new")
    try:
        with open_base(plan, cache) as base, beside.open("w+b") as archive:
            contents = [layer.content for layer in base.layers]
            check(plan, binary, output.parent, lambda: libc_of_layers(contents, cache / "trees"))
            layers = layers_on(base, plan, binary, ca_bundle, output.parent, cache)
            write_archive(archive, plan, base, layers, epoch)
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
