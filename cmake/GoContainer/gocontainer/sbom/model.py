"""What an SBOM tells, whatever its format: components, and how they belong together."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import NamedTuple

from gocontainer.sbom.purl import encoded

# What a component is.
IMAGE, SYSTEM, PROGRAM, MODULE, PACKAGE, LIBRARY, FILE = (
    "image",
    "system",
    "program",
    "module",
    "package",
    "library",
    "file",
)
# How one component belongs to another, as SPDX 2.3 calls it.
CONTAINS, DEPENDS_ON, DESCENDANT_OF = "CONTAINS", "DEPENDS_ON", "DESCENDANT_OF"
STATIC_LINK, DYNAMIC_LINK = "STATIC_LINK", "DYNAMIC_LINK"


class Component(NamedTuple):
    """One component. What is unknown is empty.

    ``supplier`` distributes it; ``sha256`` is the digest of the file at ``path`` in the image, in hexadecimal digits;
    ``license`` is text of others, which need not be an expression of SPDX; ``h1`` the hash of go.sum, which is that of a
    list of files; ``note`` a sentence for people; ``expression`` the licences by the files of a module, as SPDX writes them.
    """

    kind: str
    name: str
    version: str = ""
    purl: str = ""
    supplier: str = ""
    sha256: str = ""
    path: str = ""
    license: str = ""
    h1: str = ""
    note: str = ""
    expression: str = ""

    @property
    def ref(self) -> str:
        """Its name within a document: letters, digits, dots and dashes, the same in each build."""
        return ref_of(self.kind, self.name, self.version, self.purl, self.path, self.note)


@cache  # each relation and each format asks
def ref_of(kind: str, name: str, *others: str) -> str:
    word = re.sub("[^A-Za-z0-9.]+", "-", name).strip("-")[:60]
    said = "\0".join((kind, name, *others))
    return f"{kind}-{word}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


class Relation(NamedTuple):
    """``source`` CONTAINS, DEPENDS_ON… ``target``: the refs of two components."""

    source: str
    kind: str
    target: str


class Sbom(NamedTuple):
    """An SBOM. The first component is what it describes. ``identity`` is the digest of that, or what else tells it from
    others; ``created`` a time such as 1970-01-01T00:00:00Z."""

    name: str
    identity: str
    created: str
    components: list[Component]
    relations: list[Relation]

    @property
    def uuid(self) -> str:
        """The same for the same image."""
        return uuid_of(f"{self.name}:{self.identity}")

    @property
    def namespace(self) -> str:
        """What the names within a document of SPDX begin with."""
        name = encoded(self.name).replace(":", "%3A")
        return f"https://spdx.org/spdxdocs/{name}-{self.uuid}"


def uuid_of(text: str) -> str:
    """A UUID of version 5 (RFC 4122), of the URL gocontainer:<text>. Python's module for them takes long to load."""
    namespace = bytes.fromhex("6ba7b8119dad11d180b400c04fd430c8")
    found = bytearray(hashlib.sha1(namespace + f"gocontainer:{text}".encode()).digest()[:16])
    found[6], found[8] = found[6] & 0x0F | 0x50, found[8] & 0x3F | 0x80
    digits = found.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


class Listed(NamedTuple):
    """A component as a document lists it, for a comparison."""

    name: str
    version: str
    sha256: str


def listed(component: Component) -> Listed:
    return Listed(component.name, component.version, component.sha256)
