"""The files of an image as a container would see them, for tests that compare images."""

from __future__ import annotations

import hashlib
import posixpath
import tarfile
from typing import NamedTuple


class Entry(NamedTuple):
    type: bytes
    mode: int
    user: int
    group: int
    link: str
    digest: str
    capabilities: str


def entries(image) -> dict[str, Entry]:
    """path -> Entry, with the whiteouts of upper layers applied (OCI image spec, layer.md)."""
    found: dict[str, Entry] = {}
    for layer in image.layers:
        with layer.open() as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
            added: dict[str, Entry] = {}
            for member in tar:
                path = "/" + posixpath.normpath(member.name).lstrip("./")
                directory, name = posixpath.split(path)
                if name == ".wh..wh..opq":
                    remove_below(found, directory)
                elif name.startswith(".wh."):
                    hidden = posixpath.join(directory, name[4:])
                    found.pop(hidden, None)
                    remove_below(found, hidden)
                else:
                    added[path] = entry(tar, member)
            found.update(added)
    found.pop("/", None)  # some engines store the root, others do not
    return found


def remove_below(found, directory):
    for path in [p for p in found if p.startswith(directory + "/")]:
        del found[path]


def entry(tar, member) -> Entry:
    content = tar.extractfile(member) if member.isreg() else None
    digest = hashlib.sha256(content.read()).hexdigest() if content else ""
    kind = tarfile.REGTYPE if member.isreg() else member.type
    owner = member.uid, member.gid
    capabilities = member.pax_headers.get("SCHILY.xattr.security.capability", "")
    return Entry(kind, member.mode & 0o7777, *owner, member.linkname, digest, capabilities)
