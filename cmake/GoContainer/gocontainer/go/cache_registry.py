"""The pack of GO_CACHE in a repository of a registry: an artifact with one layer, by a tag (OCI image spec, manifest.md,
guidelines for artifact usage)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from gocontainer.common.media_types import MANIFEST_TYPE
from gocontainer.common.progress import Progress
from gocontainer.go.cache_places import BLOCK, MOST, Found, Place
from gocontainer.read.source import sha256
from gocontainer.registry.blob import Blob, opener
from gocontainer.registry.client import Client
from gocontainer.registry.download import Download
from gocontainer.registry.error import RegistryError
from gocontainer.registry.image import Manifest
from gocontainer.registry.push import Pusher
from gocontainer.registry.reference import Reference, parse_reference
from gocontainer.registry.referrers import EMPTY, EMPTY_TYPE, blob_of, descriptor_of, encoded
from gocontainer.registry.tags import put_manifest
from gocontainer.registry.transport import Answer, Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gocontainer.registry.client import Repository

TYPE = "application/vnd.gocontainer.go-cache.v1"
LAYER = TYPE + ".tar+gzip"


class Registry(Place):
    """A pack by a tag of a repository."""

    def __init__(self, repository: str, name: str, environ: Mapping[str, str]) -> None:
        found = parse_reference(repository)
        self.reference = Reference(found.host, found.repository, name[-128:].lstrip(".-"), None)
        self.client = Client(environ)

    def __str__(self) -> str:
        return str(self.reference)

    def repository(self, push: bool = False) -> Repository:
        return self.client.repository(self.reference.host, self.reference.repository, push)

    def identity(self) -> str | None:
        answer = self.manifest()
        return sha256(answer.body) if answer else None

    def manifest(self) -> Answer | None:
        """The manifest; None if there is none.

        :raises RegistryError: the registry does not say so.
        """
        repository, what = self.repository(), f"reading {self.reference}"
        path = repository.path(f"manifests/{self.reference.tag}")
        answer = repository.request(what, Request("GET", path, {"Accept": MANIFEST_TYPE}))
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise repository.registry.refused(what, answer)
        return answer

    def fetch(self, file: str) -> Found | None:
        answer = self.manifest()
        if answer is None:
            return None
        digest, size = layer_of(answer.body, str(self))
        sizes = {digest: size}
        with open(file, "w+b") as out, Progress("Pulling the Go cache", sizes) as progress:
            Download(self.repository(), digest, size, out, progress).run()
        return Found(file, sha256(answer.body))

    def put(self, file: str) -> str | None:
        repository, layer = self.repository(push=True), layer_blob(file)
        document = {
            "schemaVersion": 2,
            "mediaType": MANIFEST_TYPE,
            "artifactType": TYPE,
            "config": {**descriptor_of(EMPTY_TYPE, EMPTY), "data": "e30="},
            "layers": [{"mediaType": LAYER, "digest": layer.digest, "size": layer.size}],
        }
        manifest = Manifest(MANIFEST_TYPE, encoded(document), (blob_of(EMPTY), layer), ())
        Pusher(self.client).put_content(repository, manifest, anew=False)
        put_manifest(repository, manifest, str(self.reference.tag))
        return manifest.digest


def layer_of(data: bytes, name: str) -> tuple[str, int]:
    """The digest and the bytes of the pack that a manifest names.

    :raises RegistryError: it is the manifest of something else.
    """
    try:
        document = json.loads(data)
        (layer,) = document["layers"]
        digest, size = layer["digest"], layer["size"]
        fine = layer["mediaType"] == LAYER and type(size) is int and 0 < size <= MOST
        fine = fine and isinstance(digest, str) and digest.startswith("sha256:")
    except (ValueError, LookupError, TypeError, RecursionError):
        fine = False
    if not fine:
        raise RegistryError(name, "it is no Go cache", "Give another repository")
    return digest, size


def layer_blob(file: str) -> Blob:
    """:raises OSError: the file can't be read."""
    path, digest = Path(file), hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
    return Blob(f"sha256:{digest.hexdigest()}", path.stat().st_size, opener(path))
