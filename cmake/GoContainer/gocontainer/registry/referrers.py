"""Documents about an image in its repository: manifests that name the image as their subject (OCI distribution
specification, pushing manifests with subject). A registry without the referrers API has them listed by a tag, which
clients keep: the referrers tag schema of the specification.
"""

from __future__ import annotations

import io
import json
from typing import Any, NamedTuple

from gocontainer.common.media_types import INDEX_TYPES, MANIFEST_TYPE
from gocontainer.read.source import sha256
from gocontainer.registry.blob import Blob
from gocontainer.registry.error import RegistryError
from gocontainer.registry.image import Manifest
from gocontainer.registry.retry import is_passing
from gocontainer.registry.tags import put_manifest
from gocontainer.registry.transport import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gocontainer.registry.client import Repository
    from gocontainer.registry.push import Pusher

Json = dict[str, Any]
INDEX_TYPE = INDEX_TYPES[0]
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
    """Have the repository list the manifests as referrers of their subject, beside those of others.

    :raises RegistryError: the registry does not take them.
    """
    subject: str = referrers.subject["digest"]
    listed = listed_by_registry(repository, subject)
    there = listed_by_tag(repository, subject) if listed is None else listed
    unlisted = []
    for manifest in referrers.manifests:
        if manifest.digest not in digests_in(there):
            pusher.put_content(repository, manifest, anew=False)
            answer = pusher.put(repository, manifest)
            if answer.headers.get("OCI-Subject") != subject:
                unlisted.append(manifest)
    if unlisted and listed is not None:  # it may list them without having said so
        known = digests_in(listed_by_registry(repository, subject))
        unlisted = [manifest for manifest in unlisted if manifest.digest not in known]
    if unlisted:
        add_to_tag(repository, subject, unlisted)


def digests_in(index: Json | None) -> set[str]:
    return {each["digest"] for each in index["manifests"]} if index else set()


def listed_by_registry(repository: Repository, digest: str) -> Json | None:
    """The index of referrers by the API; None where the registry lacks it.

    :raises RegistryError: the registry does not answer.
    """
    what = f"listing what refers to {repository.name}@{digest}"
    path = repository.path(f"referrers/{digest}")
    answer = repository.request(what, Request("GET", path, {"Accept": INDEX_TYPE}))
    if is_passing(answer.status):
        raise repository.registry.refused(what, answer)
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    if answer.status != 200 or kind != INDEX_TYPE:
        return None
    return index_in(answer.body)


def tag_of(digest: str) -> str:
    """The tag by which the referrers of a manifest are listed."""
    return digest.replace(":", "-")


def listed_by_tag(repository: Repository, digest: str) -> Json | None:
    """The index of referrers that clients keep; None where there is none.

    :raises RegistryError: the tag stands for something else, or the registry does not answer.
    """
    tag = tag_of(digest)
    what = f"reading {repository.name}:{tag}"
    path = repository.path(f"manifests/{tag}")
    answer = repository.request(what, Request("GET", path, {"Accept": INDEX_TYPE}))
    if answer.status == 404:
        return None
    if answer.status != 200:
        raise repository.registry.refused(what, answer)
    index = index_in(answer.body)
    if index is None:
        raise RegistryError(
            f"{repository}:{tag}",
            "it is not an index, as a list of referrers must be",
            "Remove this tag; then push again",
        )
    return index


def index_in(data: bytes) -> Json | None:
    """The index that these bytes are; None where they are none."""
    try:
        index: Json = json.loads(data)
        found = index["manifests"] is not None and digests_in(index) is not None
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
        return None
    return index if found and index.get("mediaType", INDEX_TYPE) == INDEX_TYPE else None


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
        put_manifest(repository, Manifest(INDEX_TYPE, encoded(index), (), ()), tag)
    raise RegistryError(
        f"{repository}:{tag}", "others change this list of referrers all the time", "Push again"
    )


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
