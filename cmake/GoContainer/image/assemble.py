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

import os
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import IO, Any

from base import LAYER_TYPE, MANIFEST_TYPE, OCI_TYPES, Base, StoredLayer
from blobs import Blobs, Descriptor, canonical
from config import image_config, inherit, with_base_digest
from fetch import open_base
from layers import NewLayer, new_layers
from libc import check, libc_of_layers
from source import digest_of
from tree import tree_of

CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
ZSTD_TYPE = LAYER_TYPE + "+zstd"
DOCKER_TYPES = {
    MANIFEST_TYPE: "application/vnd.docker.distribution.manifest.v2+json",
    CONFIG_TYPE: "application/vnd.docker.container.image.v1+json",
    **{oci: docker for docker, oci in OCI_TYPES.items()},
}


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
