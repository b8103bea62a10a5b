"""Asks registries which image a name stands for today."""

from __future__ import annotations

from gocontainer.read.source import sha256
from gocontainer.registry.client import Client
from gocontainer.registry.error import RegistryError
from gocontainer.registry.places import places_of
from gocontainer.registry.reference import Reference


def digest_of(client: Client, reference: Reference) -> str:
    """The digest of the index or the manifest, which is that for all platforms.

    :raises RegistryError: nobody has the image.
    """
    name = reference.digest or reference.tag or "latest"
    *mirrors, last = places_of(reference, client.environ)
    for place in [*mirrors, last]:
        if place.insecure:
            client.insecure.add(place.reference.host)
        repository = client.repository(place.reference.host, place.reference.repository)
        try:
            answer = repository.get(f"reading {place.reference}", f"manifests/{name}")
        except RegistryError:
            if place is last:
                raise
        else:
            return sha256(answer.body)
    raise AssertionError("unreachable")
