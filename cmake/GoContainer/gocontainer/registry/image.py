"""The image of an archive, as it is pushed: its manifests, rewritten where layers are compressed, and their blobs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from gocontainer.common.media_types import INDEX_TYPES
from gocontainer.read.base import LAYER_TYPE
from gocontainer.read.manifest import Json, check_config
from gocontainer.read.source import Archive, sha256
from gocontainer.registry.blob import Blob, Pieces
from gocontainer.registry.compressed import compressed, is_kept

# What compressed layers are, by what they were.
GZIP = {
    LAYER_TYPE: LAYER_TYPE + "+gzip",
    "application/vnd.docker.image.rootfs.diff.tar": "application/vnd.docker.image.rootfs.diff.tar.gzip",
}


class Manifest(NamedTuple):
    """A manifest, or an index of some: its children come before it, and its blobs before them. ``built`` is the digest
    that it has in the archive."""

    media_type: str
    data: bytes
    blobs: tuple[Blob, ...]
    children: tuple[Manifest, ...]
    platforms: tuple[str, ...] = ()
    built: str = ""

    @property
    def digest(self) -> str:
        return sha256(self.data)


class Pushable:
    """Reads an archive, in which each blob lies as it is or as plain tar."""

    def __init__(self, archive: Archive, kept: Path, sources: dict[str, list[str]]) -> None:
        self.archive = archive
        self.pieces = Pieces(archive.file)
        self.kept = kept
        self.sources = sources

    def image(self) -> Manifest:
        """:raises ImageError: it holds no image, or a damaged one."""
        try:
            named = self.archive.json("index.json")["manifests"]
            if (images := len({one["digest"] for one in named})) != 1:  # it may have several names
                raise self.archive.error(f"it holds {images} images, one is pushed")
            self.compress(named[0])
            return self.manifest(named[0])
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise self.archive.error(f"it is not an OCI image layout ({error!r})") from error

    def compress(self, descriptor: Json) -> None:
        """Compress the layers that are plain tar, and not kept from an earlier push, side by side."""
        plain = {layer["digest"]: layer for layer in self.plain_layers(descriptor)}
        new = [
            self.blob(layer) for layer in plain.values() if not is_kept(layer["digest"], self.kept)
        ]
        if len(new) < 2:
            return
        from concurrent.futures import ThreadPoolExecutor  # which an unchanged image can do without

        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for _ in pool.map(lambda blob: compressed(blob, self.kept), new):
                pass

    def plain_layers(self, descriptor: Json) -> Iterator[Json]:
        document = self.archive.document(descriptor)
        for child in document.get("manifests") or []:
            yield from self.plain_layers(child)
        for layer in document.get("layers") or []:
            if layer["mediaType"] in GZIP and not layer.get("urls"):
                yield layer

    def manifest(self, descriptor: Json) -> Manifest:
        document = self.archive.document(descriptor)
        with self.archive.open(self.archive.blob(descriptor)) as stream:
            data = stream.read()
        kind = descriptor["mediaType"]
        if kind in INDEX_TYPES:
            children = tuple(self.manifest(child) for child in document["manifests"])
            described = [self.of_child(*pair) for pair in zip(document["manifests"], children)]
            data = rewritten(document, "manifests", described, data)
            platforms = tuple(name for child in children for name in child.platforms)
            return Manifest(kind, data, (), children, platforms, descriptor["digest"])
        config = self.archive.document(document["config"])
        check_config(config)
        layers = [self.layer(layer) for layer in document["layers"]]
        data = rewritten(document, "layers", [described for described, _ in layers], data)
        blobs = [self.blob(document["config"]), *(blob for _, blob in layers if blob)]
        platforms = (platform_of(config),)
        return Manifest(kind, data, tuple(blobs), (), platforms, descriptor["digest"])

    def of_child(self, descriptor: Json, child: Manifest) -> Json:
        return {**descriptor, "digest": child.digest, "size": len(child.data)}

    def layer(self, descriptor: Json) -> tuple[Json, Blob | None]:
        """A layer as it is pushed; one that registries must not have is left where it is."""
        if descriptor.get("urls"):
            return descriptor, None
        blob = self.blob(descriptor)
        kind = GZIP.get(descriptor["mediaType"])
        if kind is None:
            return descriptor, blob
        blob = compressed(blob, self.kept)
        described = {**descriptor, "mediaType": kind, "digest": blob.digest, "size": blob.size}
        return described, blob

    def blob(self, descriptor: Json) -> Blob:
        name = self.archive.blob(descriptor)
        member = self.archive.members[name]
        sources = tuple(self.sources.get(descriptor["digest"], ()))

        def opened(offset: int, length: int) -> Any:
            return self.pieces.open(member.offset_data + offset, length)

        return Blob(descriptor["digest"], member.size, opened, sources)


def rewritten(document: Json, member: str, described: list[Json], data: bytes) -> bytes:
    """The document with other descriptors; the same bytes, where they are the same."""
    if document[member] == described:
        return data
    changed = {**document, member: described}
    return json.dumps(changed, sort_keys=True, separators=(",", ":")).encode()


def platform_of(config: Json) -> str:
    parts = [config.get("os"), config.get("architecture"), config.get("variant")]
    return "/".join(filter(None, parts))
