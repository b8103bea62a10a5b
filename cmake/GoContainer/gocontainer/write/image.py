"""Writes one image into an archive: the layers of its base, byte for byte as they are stored, its own, its config and
its manifest.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from gocontainer.common.media_types import MANIFEST_TYPE
from gocontainer.read.base import LAYER_TYPE, OCI_TYPES, Base, StoredLayer
from gocontainer.read.source import digest_of
from gocontainer.read.tree import Tree, tree_of
from gocontainer.write.archive import Blobs, canonical
from gocontainer.write.config import image_config, inherit, with_base_digest
from gocontainer.write.layers import NewLayer
from gocontainer.write.previous import Descriptor

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
ZSTD_TYPE = LAYER_TYPE + "+zstd"
DOCKER_TYPES = {
    MANIFEST_TYPE: "application/vnd.docker.distribution.manifest.v2+json",
    CONFIG_TYPE: "application/vnd.docker.container.image.v1+json",
    **{oci: other for other, oci in OCI_TYPES.items()},
}


class Image(NamedTuple):
    """An image in an archive: its manifest, what docker's ``manifest.json`` says of it but for the tags, its platform,
    and the bytes of the files in its layers, unpacked."""

    manifest: Descriptor
    entry: dict[str, Any]
    platform: dict[str, str]
    size: int


def add_image(
    blobs: Blobs,
    plan: Plan,
    base: Base,
    new_on: Callable[[Tree], Iterator[NewLayer]],
    cache: Path,
) -> Image:
    """Add an image.

    :param new_on: gives the new layers on what the base has.
    """
    plan = {**plan, "config": with_base_digest(plan["config"], base.digest)}
    # The OCI config has no health check: podman and skopeo drop it from an image of OCI's media
    # types. With docker's, which they and containerd read in an OCI layout too, it stays.
    typed = DOCKER_TYPES if "Healthcheck" in inherit(base.config, plan["config"]) else {}
    stored, readable = copy_base(blobs, base, bool(typed))
    # Its layers are known to be whole now.
    tree = tree_of([layer.content for layer in base.layers], cache / "trees")
    size = tree.size
    added = [(blobs.add_layer(layer.entries), layer.maker) for layer in new_on(tree)]
    new = [layer.blob for layer, _ in added]
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(blobs.epoch))
    history = [(layer.diff_id, maker) for layer, maker in added]
    config = blobs.add(CONFIG_TYPE, canonical(image_config(plan, base.config, history, created)))
    manifest = add_manifest(blobs, config, [*stored, *new], typed)
    entry = {"Config": config.path(), "Layers": [layer.path() for layer in [*readable, *new]]}
    size += sum(layer.files for layer, _ in added)
    return Image(manifest, entry, plan["platform"], size)


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


def copy_layer(blobs: Blobs, layer: StoredLayer) -> Descriptor:
    """Copy a layer of the base, byte for byte.

    :raises ImageError: it is damaged.
    """
    key = f"{layer.media_type} {layer.digest or layer.content.diff_id}"
    if kept := blobs.take(key):
        return kept.blob
    with layer.open() as stored:
        descriptor = blobs.copy(layer.media_type, stored)
    if layer.digest is None:
        # A docker archive names the digest of the tar only.
        whole = tar_digest(layer) == layer.content.diff_id
    else:
        whole = descriptor.digest == layer.digest
    if not whole:
        raise layer.damaged()
    return blobs.remember(key, descriptor, layer.content.diff_id).blob


def unpack_layer(blobs: Blobs, layer: StoredLayer) -> Descriptor:
    """Add the tar of a layer of the base.

    :raises ImageError: it is damaged.
    """
    key = f"tar of {layer.digest} {layer.content.diff_id}"
    if kept := blobs.take(key):
        return kept.blob
    with layer.open() as stored:
        if layer.digest not in (None, digest_of(stored)):
            raise layer.damaged()
    with layer.content.open() as tar:
        descriptor = blobs.copy(LAYER_TYPE, tar)
    if descriptor.digest != layer.content.diff_id:
        raise layer.damaged()
    return blobs.remember(key, descriptor, descriptor.digest).blob


def tar_digest(layer: StoredLayer) -> str:
    with layer.content.open() as tar:
        return digest_of(tar)
