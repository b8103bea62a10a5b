"""The index of an image and of the statements about it, as BuildKit lays it out: beside the manifest of each platform
one for the platform unknown/unknown, whose layers are statements of in-toto."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from gocontainer.cli.attachments import (
    PREDICATE_TYPE,
    documents_of,
    pushed_images,
    statement_of,
)
from gocontainer.common.media_types import INDEX_TYPES, MANIFEST_TYPE
from gocontainer.common.platforms import platform_of
from gocontainer.registry.image import Manifest
from gocontainer.registry.referrers import blob_of, descriptor_of, encoded

if TYPE_CHECKING:
    from pathlib import Path

    from gocontainer.common.plan import Plan

Json = dict[str, Any]
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
STATEMENT_TYPE = "application/vnd.in-toto+json"
UNKNOWN = {"architecture": "unknown", "os": "unknown"}


def attested(plan: Plan, directory: Path, image: Manifest) -> Manifest:
    """What is pushed of an image, or of an index of images: the index with the statements, where ATTEST wants it.

    :raises ImageError: a document can't be read.
    """
    if plan.get("attest") not in ("index", "both"):
        return image
    images = image.children or (image,)
    statements = [statements_about(each, plan, directory, image) for each in images]
    attestations = [manifest_of(each) for each in statements]
    index: Json = {"schemaVersion": 2, "mediaType": INDEX_TYPES[0], "manifests": []}
    if image.children:
        # A list of docker's may have none.
        index = {**json.loads(image.data), "mediaType": INDEX_TYPES[0]}
    else:
        platform = platform_of(image.platforms[0])
        index["manifests"].append({**described(image), "platform": platform})
    for each, attestation in zip(images, attestations):
        annotations = {
            "vnd.docker.reference.digest": each.digest,
            "vnd.docker.reference.type": "attestation-manifest",
        }
        more = {"annotations": annotations, "platform": UNKNOWN}
        index["manifests"].append({**described(attestation), **more})
    children = (*images, *attestations)
    return Manifest(INDEX_TYPES[0], encoded(index), (), children, image.platforms, image.built)


def statements_about(
    image: Manifest, plan: Plan, directory: Path, whole: Manifest
) -> list[tuple[str, bytes]]:
    """The statements about one image, by their predicate types.

    :param whole: the image, or the index that it is in.
    """
    images = pushed_images(whole, whole)
    pushed = next(each for each in images if each.subject["digest"] == image.digest)
    return [
        (kind.predicate, statement_of(kind, data, plan["tags"][0], image.digest))
        for kind, data in documents_of(plan, directory, pushed, images)
    ]


def manifest_of(statements: list[tuple[str, bytes]]) -> Manifest:
    blobs = [blob_of(data) for _, data in statements]
    layers = [
        {**descriptor_of(STATEMENT_TYPE, data), "annotations": {PREDICATE_TYPE: predicate}}
        for predicate, data in statements
    ]
    rootfs = {"type": "layers", "diff_ids": [blob.digest for blob in blobs]}
    config = encoded({**UNKNOWN, "config": {}, "rootfs": rootfs})
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": descriptor_of(CONFIG_TYPE, config),
        "layers": layers,
    }
    return Manifest(MANIFEST_TYPE, encoded(manifest), (blob_of(config), *blobs), ())


def described(manifest: Manifest) -> Json:
    return descriptor_of(manifest.media_type, manifest.data)
