"""References of images, as docker reads them: ``[<host>[:<port>]/]<repository>[:<tag>][@<digest>]``."""

from __future__ import annotations

from gocontainer.registry.error import RegistryError

COMPONENT = "[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*"
REPOSITORY = f"{COMPONENT}(?:/{COMPONENT})*"
HOST = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9-]+(?:[.][A-Za-z0-9-]+)*)(?::[0-9]{1,5})?"
TAG = "[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"
DIGEST = "sha256:[0-9a-f]{64}"
# The registry of a reference without one, and where its API is.
DOCKER_IO, DOCKER_API = "docker.io", "registry-1.docker.io"


class Reference:
    """An image in a registry. ``host`` is that of the reference, with its port."""

    def __init__(self, host: str, repository: str, tag: str | None, digest: str | None) -> None:
        self.host = host
        self.repository = repository
        self.tag = tag
        self.digest = digest

    @property
    def name(self) -> str:
        """The repository with its registry, as a reference begins."""
        return f"{self.host}/{self.repository}"

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        return self.name + tag + (f"@{self.digest}" if self.digest else "")


def parse_reference(text: str) -> Reference:
    """Parse a reference; one with neither tag nor digest has the tag ``latest``.

    :raises RegistryError: it is none.
    """
    import re  # which who has references already can do without

    rest, at, digest = text.partition("@")
    first, slash, path = rest.partition("/")
    if not slash or not is_host(first):
        first, path = DOCKER_IO, rest
    path, colon, tag = path.partition(":")
    host = DOCKER_IO if first == "index.docker.io" else first
    if host == DOCKER_IO and "/" not in path:
        path = "library/" + path
    if not colon and not at:
        tag = "latest"
    if not (
        re.fullmatch(HOST, host)
        and re.fullmatch(REPOSITORY, path)
        and (re.fullmatch(TAG, tag) if colon or not at else True)
        and (re.fullmatch(DIGEST, digest) or not at)
    ):
        raise RegistryError(
            text,
            "it is not a reference of an image",
            "Write [<host>[:<port>]/]<repository>[:<tag>][@sha256:<digest>], the repository in lower case.",
        )
    return Reference(host, path, tag or None, digest or None)


def is_host(component: str) -> bool:
    """Whether the first component of a reference names a registry."""
    return component == "localhost" or any(c in ".:" or "A" <= c <= "Z" for c in component)
