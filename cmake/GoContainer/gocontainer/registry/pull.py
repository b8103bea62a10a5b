"""Pulls an image into an OCI layout (OCI image spec, image-layout.md): what its name stands for, byte for byte, and all
that is for one platform. Each blob is verified as it comes, and shared with other layouts by a cache.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import NamedTuple

from gocontainer.common.lock import locked
from gocontainer.common.media_types import INDEX_TYPES, MANIFEST_TYPE
from gocontainer.common.progress import Progress
from gocontainer.read.base import BaseDirectory, verifiable
from gocontainer.read.manifest import MAX_LAYERS, Json, Platform, pick
from gocontainer.read.source import sha256
from gocontainer.registry.at_once import at_once
from gocontainer.registry.cache import Cache
from gocontainer.registry.client import ACCEPT, Client, Repository
from gocontainer.registry.download import Download
from gocontainer.registry.error import RegistryError
from gocontainer.registry.places import places_of
from gocontainer.registry.reference import Reference
from gocontainer.registry.transport import Request


class Wanted(NamedTuple):
    """What is to be pulled.

    :param where: what errors of the image begin with.
    :param verify: whether what the cache has is read before it is used.
    """

    reference: Reference
    platform: Platform
    where: str
    verify: bool


def pull(client: Client, wanted: Wanted, layout: Path, cache: Cache) -> None:
    """Make the layout, which must not be there.

    :raises ImageError: it can't be had, or is not for the platform.
    :raises OSError: it can't be written.
    """
    (layout / "blobs/sha256").mkdir(parents=True)
    places = places_of(wanted.reference, client.environ)
    for number, place in enumerate(places):
        if place.insecure:
            client.insecure.add(place.reference.host)
        repository = client.repository(place.reference.host, place.reference.repository)
        puller = Puller(repository, wanted, layout, cache)
        try:
            puller.pull(place.reference.digest or place.reference.tag or "latest")
            break
        except RegistryError:
            if number == len(places) - 1:
                raise  # the others are mirrors
    cache.forget_old()


class Puller:
    """Pulls one image out of one repository."""

    def __init__(self, repository: Repository, wanted: Wanted, layout: Path, cache: Cache) -> None:
        self.repository = repository
        self.wanted = wanted
        self.layout = layout
        self.cache = cache
        self.source = BaseDirectory(wanted.where, layout, "Give another image.")

    def pull(self, name: str) -> None:
        """:param name: the tag or the digest."""
        try:
            named = self.named(name)
            descriptor = named
            while descriptor["mediaType"] in INDEX_TYPES:
                manifests = self.source.document(descriptor)["manifests"]
                descriptor = verifiable(
                    pick(manifests, self.wanted.platform, self.source), self.source
                )
                self.manifest(descriptor["digest"])
            document = self.source.document(descriptor)
            blobs = [
                verifiable(blob, self.source) for blob in [document["config"], *document["layers"]]
            ]
            if len(blobs) > MAX_LAYERS + 1:
                raise self.source.error(f"{len(blobs) - 1:,} layers, more than any engine takes")
            self.blobs({blob["digest"]: size_of(blob) for blob in blobs})
        except (KeyError, TypeError, AttributeError) as error:
            raise self.source.error(f"its manifest is none ({error!r})") from error
        index = {"schemaVersion": 2, "mediaType": INDEX_TYPES[0], "manifests": [named]}
        self.file("oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}', encoding="ascii")
        self.file("index.json").write_text(json.dumps(index), encoding="ascii")

    def named(self, name: str) -> Json:
        """The descriptor of what the name stands for, a manifest or an index."""
        digest, size = self.manifest(name)
        found: Json = self.source.json(f"blobs/sha256/{digest.partition(':')[2]}")
        kind = found.get("mediaType") or (INDEX_TYPES[0] if "manifests" in found else MANIFEST_TYPE)
        if found.get("schemaVersion") != 2:
            raise self.source.error("its manifest is of a version that no registry has any more")
        return {"mediaType": kind, "digest": digest, "size": size}

    def manifest(self, name: str) -> tuple[str, int]:
        """Have the layout have a manifest; returns its digest and its size."""
        pin = name if ":" in name else None
        if pin and (size := self.kept_manifest(pin)) is not None:
            return pin, size
        data = self.ask(name)
        digest = sha256(data)
        if pin not in (None, digest):
            host = self.repository.registry.host
            raise RegistryError(
                host, f"what it has for {pin} has the digest {digest}", "Ask who runs it"
            )
        target = self.target(digest)
        if not target.exists():
            target.write_bytes(data)
            self.cache.add(digest, target)
        return digest, len(data)

    def kept_manifest(self, digest: str) -> int | None:
        target = self.target(digest)
        if not target.exists():
            try:
                size = self.cache.blob(digest).stat().st_size
            except OSError:
                return None
            if not self.cache.take(digest, size, target, verify=True):
                return None
        return target.stat().st_size

    def ask(self, name: str) -> bytes:
        """The manifest with that tag or digest.

        :raises RegistryError: there is none.
        """
        what = f"reading {self.repository.name}{'@' if ':' in name else ':'}{name}"
        path = self.repository.path(f"manifests/{name}")
        answer = self.repository.request(what, Request("GET", path, {"Accept": ACCEPT}))
        if answer.status == 404:
            host = self.repository.registry.host
            raise RegistryError(host, f"{what} failed: there is no such image", "Correct the name")
        if answer.status != 200:
            raise self.repository.registry.refused(what, answer)
        return answer.body

    def blobs(self, sizes: dict[str, int]) -> None:
        """Have the layout have the blobs, the large ones first."""
        missing = [
            (digest, size)
            for digest, size in sizes.items()
            if not self.cache.take(digest, size, self.target(digest), self.wanted.verify)
        ]
        missing.sort(key=lambda pair: -pair[1])
        with Progress(f"Pulling {self.wanted.reference}", dict(missing)) as progress:
            at_once(lambda pair: self.blob(*pair, progress), missing)

    def blob(self, digest: str, size: int, progress: Progress) -> None:
        """Download a blob, or wait for another process that does so.

        :raises RegistryError: it can't be had.
        """
        part, target = self.cache.part(digest), self.target(digest)
        while True:
            lock = locked(part)
            with lock:
                if not is_file_of(part, lock.descriptor):
                    continue  # another process had it, and it is whole by now
                if self.cache.take(digest, size, target, self.wanted.verify):
                    part.unlink()
                    progress.needless(digest)
                    return
                with part.open("r+b") as file:
                    Download(self.repository, digest, size, file, progress).run()
                self.cache.keep(digest, part, target)
                return

    def target(self, digest: str) -> Path:
        return self.file("blobs/sha256/" + digest.partition(":")[2])

    def file(self, name: str) -> Path:
        return self.layout / name


def is_file_of(path: Path, descriptor: int) -> bool:
    """Whether the path still leads to the file that is open."""
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except OSError:
        return False


def size_of(descriptor: Json) -> int:
    """:raises TypeError: it is none."""
    size = descriptor["size"]
    if type(size) is not int or size < 0:
        raise TypeError(f"the size {size}")
    return size
