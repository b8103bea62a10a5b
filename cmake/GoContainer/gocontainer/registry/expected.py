"""What a push left beside an image in a repository, and whether it is there still."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gocontainer.registry.client import Client, Repository

# How a repository lists what refers to an image, or that a tag is all there is to see.
API, LIST, TAG = "api", "list", "tag"


class Expected:
    """Manifests by their digests that refer to a subject, which is a digest; or with TAG a tag, and no manifests."""

    def __init__(self, host: str, name: str, how: str, subject: str, digests: list[str]) -> None:
        self.host = host
        self.name = name
        self.how = how
        self.subject = subject
        self.digests = digests

    @classmethod
    def of_line(cls, line: str) -> Expected:
        """:raises ValueError: the line is not one of ``str()``."""
        host, name, how, subject, digests = line.split(" ")
        return cls(host, name, how, subject, digests.split(",") if digests else [])

    def __str__(self) -> str:
        return f"{self.host} {self.name} {self.how} {self.subject} {','.join(self.digests)}"


def joined(expected: list[Expected]) -> list[Expected]:
    """The same with all manifests of a subject together: they take one request."""
    found: dict[tuple[str, str, str, str], Expected] = {}
    for each in expected:
        key = (each.host, each.name, each.how, each.subject)
        digests = found[key].digests if key in found else []
        found[key] = Expected(*key, list(dict.fromkeys([*digests, *each.digests])))
    return list(found.values())


def are_there(client: Client, expected: list[Expected]) -> bool:
    """Whether registries have all of it.

    :raises RegistryError: a registry does not say so.
    """
    return all(is_there(client.repository(e.host, e.name, push=True), e) for e in expected)


def is_there(repository: Repository, expected: Expected) -> bool:
    """Whether the repository has it: one request, and another for each manifest of a list that clients keep, which
    still names what was deleted.

    :raises RegistryError: the registry does not say so.
    """
    # An image without documents and signatures can do without these.
    from gocontainer.registry.listing import digests_in, listed_by_registry, listed_by_tag
    from gocontainer.registry.tags import exists, points_to

    if expected.how == TAG:
        return exists(repository, expected.subject)
    list_of = listed_by_registry if expected.how == API else listed_by_tag
    if not digests_in(list_of(repository, expected.subject)).issuperset(expected.digests):
        return False
    return expected.how == API or all(
        points_to(repository, digest, digest) for digest in expected.digests
    )
