"""The repository that an engine, or builtin, has pushed the image of a container to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gocontainer.common.engines import engine_of
from gocontainer.registry.places import places_of

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan
    from gocontainer.registry.client import Client, Repository
    from gocontainer.registry.reference import Reference


def pushed_repository(plan: Plan, client: Client, reference: Reference) -> Repository:
    """The repository, to read and to push. Engines of containers-storage have pushed to where registries.conf leads."""
    if engine_of(plan).store == "containers-storage":
        place = places_of(reference, client.environ)[-1]
        reference = place.reference
        if place.insecure:
            client.insecure.add(reference.host)
    return client.repository(reference.host, reference.repository, push=True)
