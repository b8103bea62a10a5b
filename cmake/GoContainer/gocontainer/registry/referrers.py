"""Documents about an image in its repository: manifests that name the image as their subject (OCI distribution
specification, pushing manifests with subject). A registry without the referrers API has them listed by a tag, which
clients keep: the referrers tag schema of the specification.
"""

from __future__ import annotations

import io
import json
from typing import NamedTuple

from gocontainer.common.media_types import MANIFEST_TYPE
from gocontainer.read.source import sha256
from gocontainer.registry.blob import Blob
from gocontainer.registry.error import RegistryError
from gocontainer.registry.image import Manifest
from gocontainer.registry.listing import (
    INDEX_TYPE,
    digests_in,
    listed_by_registry,
    listed_by_tag,
    listing,
    tag_of,
)
from gocontainer.registry.tags import ContentMissingError, points_to, put_manifest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gocontainer.registry.client import Repository
    from gocontainer.registry.listing import Json
    from gocontainer.registry.push import Pusher

EMPTY_TYPE, EMPTY = "application/vnd.oci.empty.v1+json", b"{}"
TITLE = "org.opencontainers.image.title"
# Times that the list of a tag is written before others who write it are too many.
ATTEMPTS = 5


class Document(NamedTuple):
    """A document: the name of its file, its media type, its bytes, and what is to be said of it in lists."""

    name: str
    media_type: str
    data: bytes
    annotations: dict[str, str]


class Referrers(NamedTuple):
    """Manifests of documents, and the descriptor of their subject."""

    subject: Json
    manifests: list[Manifest]


def descriptor_of(media_type: str, data: bytes) -> Json:
    return {"mediaType": media_type, "digest": sha256(data), "size": len(data)}


def referrers_of(subject: Json, documents: list[Document]) -> Referrers:
    """The manifests of documents about what the descriptor names: the same bytes each time."""
    return Referrers(subject, [manifest_of(subject, document) for document in documents])


def manifest_of(subject: Json, document: Document) -> Manifest:
    layer = descriptor_of(document.media_type, document.data)
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "artifactType": document.media_type,
        "config": {**descriptor_of(EMPTY_TYPE, EMPTY), "data": "e30="},
        "layers": [{**layer, "annotations": {TITLE: document.name}}],
        "subject": subject,
        "annotations": {TITLE: document.name, **document.annotations},
    }
    return Manifest(MANIFEST_TYPE, encoded(manifest), (blob_of(EMPTY), blob_of(document.data)), ())


def encoded(document: Json) -> bytes:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()


def blob_of(data: bytes) -> Blob:
    return Blob(sha256(data), len(data), lambda at, count: io.BytesIO(data[at : at + count]))


def put_referrers(pusher: Pusher, repository: Repository, referrers: Referrers) -> None:
    """Have the repository have the manifests, and list them as referrers of their subject, beside those of others.

    :raises RegistryError: the registry does not take them.
    """
    subject: str = referrers.subject["digest"]
    listed = listing(repository, subject)
    known = digests_in(listed)
    by_registry = repository.registry.lists_referrers
    unlisted = []
    for manifest in referrers.manifests:
        # A tag still lists what is deleted.
        gone = not by_registry and not points_to(repository, manifest.digest, manifest.digest)
        if manifest.digest not in known or gone:
            pusher.put_content(repository, manifest, anew=False)
            answer = pusher.put(repository, manifest)
            if answer.headers.get("OCI-Subject") != subject:
                unlisted.append(manifest)
    if unlisted and by_registry:  # it may list them without having said so
        known = digests_in(listed_by_registry(repository, subject))
        unlisted = [manifest for manifest in unlisted if manifest.digest not in known]
    if unlisted:
        repository.registry.lists_referrers = False
        add_to_tag(repository, subject, unlisted)


def add_to_tag(repository: Repository, digest: str, manifests: list[Manifest]) -> None:
    """Have the list of the tag name the manifests, too. Others may write it at the same time, and no registry joins
    what they write: so it is read again, until it names them.

    :raises RegistryError: it does not come to that.
    """
    tag = tag_of(digest)
    for _ in range(ATTEMPTS):
        index = listed_by_tag(repository, digest) or new_index()
        known = digests_in(index)
        missing = [each for each in manifests if each.digest not in known]
        if not missing:
            return
        index["manifests"] += map(listed, missing)
        try:
            put_list(repository, index, tag)
        except ContentMissingError:  # others' that were deleted, and are listed still
            index["manifests"] = [
                each for each in index["manifests"] if is_stored(repository, each)
            ]
            put_list(repository, index, tag)
    raise RegistryError(
        f"{repository}:{tag}", "others change this list of referrers all the time", "Push again"
    )


def put_list(repository: Repository, index: Json, tag: str) -> None:
    put_manifest(repository, Manifest(INDEX_TYPE, encoded(index), (), ()), tag)


def is_stored(repository: Repository, listed: Json) -> bool:
    return points_to(repository, listed["digest"], listed["digest"])


def new_index() -> Json:
    return {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": []}


def listed(manifest: Manifest) -> Json:
    """The descriptor of a manifest in a list of referrers, with its type and all its annotations."""
    document = json.loads(manifest.data)
    return {
        **descriptor_of(MANIFEST_TYPE, manifest.data),
        "artifactType": document["artifactType"],
        "annotations": document["annotations"],
    }
