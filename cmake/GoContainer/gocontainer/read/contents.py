"""The content of small files of an image, from its layers."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from gocontainer.read import tar
from gocontainer.read.layer import Layer, room_of, verified
from gocontainer.read.tree import OPAQUE, WHITEOUT, normal

MAX_BYTES = 1 << 20


def contents(layers: Iterable[Layer], paths: Iterable[str]) -> dict[str, bytes]:
    """The files at the paths, relative to the root, as far as there are such; their first MAX_BYTES.

    :raises ImageError: a layer can't be read.
    """
    layers, paths = list(layers), set(paths)
    hiding = {hide for path in paths for hide in whiteouts(path)}
    room = room_of(layers)
    found: dict[str, bytes] = {}
    for layer in layers:
        added: dict[str, bytes] = {}
        hidden = set()
        with verified(layer, room) as stream:
            for member in tar.members(stream):  # type: ignore[arg-type]
                path = normal(member.name)
                if path in hiding:
                    hidden.add(path)
                elif path in paths and not member.isdir():
                    size = min(member.size, MAX_BYTES) if member.isreg() else 0
                    added[path] = stream.read(size)
        # Whiteouts hide what lies below this layer (OCI image spec, layer.md).
        kept = {p: data for p, data in found.items() if hidden.isdisjoint(whiteouts(p))}
        found = {**kept, **added}
    return found


def whiteouts(path: str) -> list[str]:
    """The names of entries that hide the path."""
    found = []
    while path:
        directory, name = posixpath.split(path)
        found += [posixpath.join(directory, WHITEOUT + name), posixpath.join(directory, OPAQUE)]
        path = directory
    return found
