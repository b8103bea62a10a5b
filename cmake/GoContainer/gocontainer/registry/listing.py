"""What a registry says that refers to an image: by its referrers API, or by the tag in which clients keep the list (OCI
distribution specification, listing referrers and referrers tag schema).
"""

from __future__ import annotations

import json

from gocontainer.common.media_types import INDEX_TYPES
from gocontainer.registry.error import RegistryError
from gocontainer.registry.retry import is_passing
from gocontainer.registry.transport import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from gocontainer.registry.client import Repository

    Json = dict[str, Any]

INDEX_TYPE = INDEX_TYPES[0]


def listing(repository: Repository, digest: str) -> Json | None:
    """The index of what refers to the digest, and in ``lists_referrers`` of the registry whether that keeps it; None
    where there is none.

    :raises RegistryError: the registry does not answer.
    """
    found = listed_by_registry(repository, digest)
    repository.registry.lists_referrers = found is not None
    return listed_by_tag(repository, digest) if found is None else found


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
