"""Where the signatures of images are that SIGN_COMMAND has made. What it does is its own affair: of what came into the
repository while it ran, a later push sees whether that is still there.
"""

from __future__ import annotations

from gocontainer.registry.client import Repository
from gocontainer.registry.error import RegistryError
from gocontainer.registry.expected import API, LIST, TAG, Expected
from gocontainer.registry.listing import digests_in, listing
from gocontainer.registry.tags import exists


def referrers_of(repository: Repository, digest: str) -> set[str] | None:
    """The digests of what refers to the image; None where the registry does not tell.

    :param digest: the image's.
    """
    try:
        return digests_in(listing(repository, digest))
    except RegistryError:
        return None


def signatures_of(repository: Repository, digest: str, before: set[str] | None) -> Expected | None:
    """What a command has left in the repository that signed the image; None where nothing is seen of it.

    :param before: what referred to the image before.
    """
    after = None if before is None else referrers_of(repository, digest)
    if before is None or after is None:
        return None
    host, name = repository.registry.host, repository.name
    if after - before:
        how = API if repository.registry.lists_referrers else LIST
        return Expected(host, name, how, digest, sorted(after - before))
    tag = digest.replace(":", "-") + ".sig"  # of cosign 2
    try:
        return Expected(host, name, TAG, tag, []) if exists(repository, tag) else None
    except RegistryError:
        return None
