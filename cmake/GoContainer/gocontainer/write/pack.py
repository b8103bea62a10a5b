"""Packs the image of an OCI layout into an archive, with docker's manifest.json, which older engines read."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from gocontainer.common.media_types import INDEX_TYPES, MANIFEST_TYPE
from gocontainer.read.manifest import Json
from gocontainer.read.source import Directory, Source, blob_name
from gocontainer.write.archive import canonical, header, padding


def pack(
    layout: Path, archive: Path, digest: str | None = None, reference: str | None = None
) -> None:
    """Write the archive.

    :param digest: which image of several is packed; without it, all are.
    :param reference: what the image is to be called.
    :raises ImageError: the layout has no image, or a damaged one.
    :raises OSError: the archive can't be written.
    """
    source = Directory(f"oci:{layout}", layout)
    try:
        named = source.json("index.json")["manifests"]
        if digest is not None:
            size = source.size(blob_name({"digest": digest}))
            kind = source.json(blob_name({"digest": digest}), digest).get("mediaType")
            named = [{"mediaType": kind or MANIFEST_TYPE, "digest": digest, "size": size}]
        if reference is not None:
            for each in named:
                each["annotations"] = {"org.opencontainers.image.ref.name": reference}
        with archive.open("wb") as stream:
            write(source, named, reference, stream)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise source.error(f"it is not an OCI image layout ({error!r})") from error


def write(source: Source, named: list[Json], reference: str | None, stream: IO[bytes]) -> None:
    for name in dict.fromkeys(name for each in named for name in blobs_of(source, each)):
        size = source.size(name)
        stream.write(header(name, size, 0))
        with source.open(name) as content:
            shutil.copyfileobj(content, stream, 1 << 20)
        stream.write(padding(size))
    add(stream, "oci-layout", {"imageLayoutVersion": "1.0.0"})
    index = {"schemaVersion": 2, "mediaType": INDEX_TYPES[0], "manifests": named}
    add(stream, "index.json", index)
    if len(named) == 1 and named[0]["mediaType"] not in INDEX_TYPES:
        document = source.document(named[0])
        entry = {
            "Config": blob_name(document["config"]),
            "RepoTags": [reference] if reference else None,
            "Layers": [blob_name(layer) for layer in document["layers"]],
        }
        add(stream, "manifest.json", [entry])
    stream.write(bytes(1024))


def add(stream: IO[bytes], name: str, document: object) -> None:
    data = canonical(document)
    stream.write(header(name, len(data), 0) + data + padding(len(data)))


def blobs_of(source: Source, descriptor: Json) -> Iterator[str]:
    """The files of a manifest, or of an index and its manifests. Those of a layer that has other places may lack."""
    document = source.document(descriptor)
    yield blob_name(descriptor)
    if descriptor["mediaType"] in INDEX_TYPES:
        for child in document["manifests"]:
            yield from blobs_of(source, child)
        return
    for blob in [document["config"], *document["layers"]]:
        if not blob.get("urls"):
            yield source.blob(blob)
