"""Pushes images: what repositories lack, what manifests name before the manifests, and tags when all else is there.

An image that a tag stands for already costs one request.
"""

from __future__ import annotations

from gocontainer.common.error import ImageError
from gocontainer.registry.error import RegistryError
from gocontainer.registry.tags import ContentMissingError, points_to, put_manifest, put_tags

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Callable

    from gocontainer.registry.blob import Blob
    from gocontainer.registry.client import Client, Repository
    from gocontainer.registry.image import Manifest
    from gocontainer.registry.reference import Reference
    from gocontainer.registry.referrers import Referrers
    from gocontainer.registry.transport import Answer


class Target:
    """A repository, and the tags there that do not stand for the image yet.

    :param is_there: whether the image is there by another tag.
    """

    def __init__(self, repository: Repository, tags: list[str], is_there: bool) -> None:
        self.repository = repository
        self.tags = tags
        self.is_there = is_there


class Pusher:
    """Pushes images in one process: what one repository of a registry has got, others take over from there."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.places: dict[tuple[str, str], str] = {}
        """The repository in which a blob is, by the host and the digest."""
        self.unread: list[tuple[list[Repository], Callable[[], Manifest]]] = []
        """Repositories that have an image, of which nobody had to know what it is made of."""

    def has(self, digest: str, references: list[Reference], image: Callable[[], Manifest]) -> bool:
        """Whether all references stand for the image.

        :param image: reads it, if it matters what it is made of.
        :raises RegistryError: a registry does not say so.
        """
        targets = self.targets(digest, references)
        if any(target.tags for target in targets):
            return False
        self.unread.append(([target.repository for target in targets], image))
        return True

    def push(
        self, image: Manifest, references: list[Reference], attached: Sequence[Referrers] = ()
    ) -> list[Reference]:
        """Have all references stand for the image; returns those that did not.

        :param attached: what refers to the image and its platforms, which is there before a tag is.
        :raises RegistryError: a registry does not do it. No tag is set then, unless the error says so.
        """
        targets = self.targets(image.digest, references)
        for target in targets:
            if target.is_there:
                self.remember(target.repository, image)
        changed = [target for target in targets if target.tags]
        for target in changed:
            if not target.is_there:
                self.read()
                self.put_content(target.repository, image, anew=False)
        if attached:
            self.attach(image, targets, attached)
        for target in changed:
            try:
                put_tags(target.repository, image, target.tags)
            except ContentMissingError:
                # What the registry said that it has, it has not.
                self.put_content(target.repository, image, anew=True)
                put_tags(target.repository, image, target.tags)
        names = {(str(target.repository), tag) for target in changed for tag in target.tags}
        return [reference for reference in references if (reference.name, reference.tag) in names]

    def attach(self, image: Manifest, targets: list[Target], attached: Sequence[Referrers]) -> None:
        """Have each repository have what refers to the image."""
        from gocontainer.registry.referrers import put_referrers

        for target in targets:
            if not target.is_there:
                self.put(target.repository, image)
            for referrers in attached:
                put_referrers(self, target.repository, referrers)

    def targets(self, digest: str, references: list[Reference]) -> list[Target]:
        targets = []
        for (host, name), tags in by_repository(references):
            repository = self.client.repository(host, name, push=True)
            left = [tag for tag in tags if not points_to(repository, tag, digest)]
            targets.append(Target(repository, left, len(left) < len(tags)))
        return targets

    def read(self) -> None:
        """Find out what the images are made of that are there: others take blobs over from there."""
        for repositories, image in self.unread:
            try:
                manifest = image()
            except (ImageError, OSError):
                continue  # its blobs are sent, where others have them
            for repository in repositories:
                self.remember(repository, manifest)
        self.unread.clear()

    def put_content(self, repository: Repository, manifest: Manifest, anew: bool) -> None:
        """Have the repository have all that the manifest names."""
        for child in manifest.children:
            if anew or not points_to(repository, child.digest, child.digest):
                self.put_content(repository, child, anew)
                self.put(repository, child)
        self.put_blobs(
            repository, list({blob.digest: blob for blob in manifest.blobs}.values()), anew
        )
        self.remember(repository, manifest)

    def put(self, repository: Repository, manifest: Manifest) -> Answer:
        """Store a manifest, whose content was put, by its digest."""
        try:
            return put_manifest(repository, manifest, manifest.digest)
        except ContentMissingError:
            self.put_content(repository, manifest, anew=True)
            return put_manifest(repository, manifest, manifest.digest)

    def put_blobs(self, repository: Repository, blobs: list[Blob], anew: bool) -> None:
        # An unchanged image can do without these.
        from gocontainer.common.progress import Progress
        from gocontainer.registry.at_once import at_once
        from gocontainer.registry.upload import put_blob

        sizes = {blob.digest: blob.size for blob in blobs}
        with Progress(f"Pushing {repository}", sizes) as progress:

            def put(blob: Blob) -> None:
                put_blob(repository, blob, self.source(repository, blob), anew, progress)

            at_once(put, blobs)

    def source(self, repository: Repository, blob: Blob) -> str | None:
        """Another repository of the registry that has the blob."""
        host = repository.registry.host
        named = [name.partition("/")[2] for name in blob.sources if name.startswith(host + "/")]
        return self.places.get((host, blob.digest)) or next(iter(named), None)

    def remember(self, repository: Repository, manifest: Manifest) -> None:
        for blob in manifest.blobs:
            self.places.setdefault((repository.registry.host, blob.digest), repository.name)
        for child in manifest.children:
            self.remember(repository, child)


def by_repository(references: list[Reference]) -> list[tuple[tuple[str, str], list[str]]]:
    """The tags of each repository, in their order.

    :raises RegistryError: a reference has a digest, which nobody can choose.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for reference in references:
        if reference.tag is None or reference.digest is not None:
            raise RegistryError(
                str(reference), "an image is pushed to a tag", "Leave out its digest"
            )
        tags = found.setdefault((reference.host, reference.repository), [])
        if reference.tag not in tags:
            tags.append(reference.tag)
    return list(found.items())
