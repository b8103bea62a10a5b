"""Manifests and tags in a repository (OCI distribution specification, pushing manifests)."""

from __future__ import annotations

from gocontainer.registry.client import ACCEPT
from gocontainer.registry.error import RegistryError
from gocontainer.registry.retry import is_passing
from gocontainer.registry.transport import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gocontainer.registry.client import Repository
    from gocontainer.registry.image import Manifest
    from gocontainer.registry.transport import Answer

# Tags that go in one request.
TOGETHER = 10
DIGEST = "Docker-Content-Digest"


class ContentMissingError(RegistryError):
    """A registry does not take a manifest, as it lacks what the manifest names."""


def points_to(repository: Repository, name: str, digest: str) -> bool:
    """Whether a tag, or a digest, stands for the manifest with that digest there.

    :raises RegistryError: the registry does not say so.
    """
    what = f"looking for {repository.name}:{name}"
    path = repository.path(f"manifests/{name}")
    answer = repository.request(what, Request("HEAD", path, {"Accept": ACCEPT}))
    if answer.status == 200 and DIGEST not in answer.headers:
        from gocontainer.read.source import sha256

        answer = repository.request(what, Request("GET", path, {"Accept": ACCEPT}))
        return answer.status == 200 and sha256(answer.body) == digest
    if answer.status in (401, 403) or is_passing(answer.status):
        raise repository.registry.refused(what, answer)
    return answer.status == 200 and answer.headers[DIGEST] == digest


def exists(repository: Repository, tag: str) -> bool:
    """Whether a tag stands for anything there.

    :raises RegistryError: the registry does not say so.
    """
    what = f"looking for {repository.name}:{tag}"
    path = repository.path(f"manifests/{tag}")
    answer = repository.request(what, Request("HEAD", path, {"Accept": ACCEPT}))
    if answer.status not in (200, 404):
        raise repository.registry.refused(what, answer)
    return answer.status == 200


def put_manifest(repository: Repository, manifest: Manifest, name: str, query: str = "") -> Answer:
    """Store the manifest by a tag or its digest.

    :raises ContentMissingError: the registry lacks what it names.
    :raises RegistryError: the registry does not take it.
    """
    mark = "@" if ":" in name else ":"
    what = f"writing {repository.name}{mark}{name}"
    headers = {"Content-Type": manifest.media_type}
    request = Request("PUT", repository.path(f"manifests/{name}{query}"), headers, manifest.data)
    answer = repository.request(what, request)
    if answer.status != 201:
        lacks = answer.status in (400, 404) and b"BLOB_UNKNOWN" in answer.body
        kind = ContentMissingError if lacks else RegistryError
        raise repository.registry.refused(what, answer, kind)
    told = answer.headers.get(DIGEST)
    if told is None and points_to(repository, name, manifest.digest):
        told = manifest.digest
    if told is None or (told.startswith("sha256:") and told != manifest.digest):
        problem = f"{what} failed: it has stored {told or 'something else'}"
        raise RegistryError(repository.registry.host, problem, "Ask who runs the registry")
    return answer


def put_tags(repository: Repository, manifest: Manifest, tags: list[str]) -> None:
    """Have all tags stand for the manifest: by one request where the registry takes that.

    :raises ContentMissingError: the registry lacks what it names.
    :raises RegistryError: one tag, or more, were not set.
    """
    left = list(tags)
    try:
        for start in range(0, len(tags), TOGETHER):
            for tag in put_together(repository, manifest, tags[start : start + TOGETHER]):
                left.remove(tag)
        while left:
            put_manifest(repository, manifest, left[0])
            del left[0]
    except RegistryError as error:
        done = [tag for tag in tags if tag not in left]
        if done and not isinstance(error, ContentMissingError):
            problem = f"{', '.join(done)} of {repository.name} are pushed, {', '.join(left)} not"
            raise RegistryError(repository.registry.host, problem, str(error)) from error
        raise


def put_together(repository: Repository, manifest: Manifest, tags: list[str]) -> list[str]:
    """Set several tags by one request; returns those that the registry says it has set."""
    if len(tags) < 2 or not repository.registry.takes_tags:
        return []
    query = "?" + "&".join(f"tag={tag}" for tag in tags)
    try:
        answer = put_manifest(repository, manifest, manifest.digest, query)
    except ContentMissingError:
        raise
    except RegistryError:
        return []  # one by one they may be set, or tell what is wrong
    told = ",".join(answer.headers.get_all("OCI-Tag"))
    found = [tag for tag in tags if tag in map(str.strip, told.split(","))]
    repository.registry.takes_tags = bool(found)
    return found
