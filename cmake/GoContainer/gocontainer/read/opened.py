"""The index of an image whose archive is known to be whole, as this process wrote it.

Layers are read where they stand: read/index.py would unpack and verify them first. Only compressed ones, which mostly
are those of a base, are unpacked, once as long as the image has them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO

from gocontainer.read.entries import OpenTar, opener, read_entries
from gocontainer.read.index import Index, boot, document_of, unpack
from gocontainer.read.layer import Layer, room_of
from gocontainer.read.layout import Image
from gocontainer.read.squash import FILE, Squash
from gocontainer.read.tar import Content
from gocontainer.read.tree import key_of


class OpenedIndex(Index):
    """The index of an image, as long as that is open.

    :param kept: a directory for the tars of compressed layers; see :func:`forget_others`.
    :raises ImageError: a layer can't be read.
    """

    def __init__(self, image: Image, kept: Path) -> None:
        self.tars: list[OpenTar] = []
        squashed = Squash()
        layers: list[list[object]] = []
        room = room_of(image.layers)
        for number, layer in enumerate(image.layers):
            tar = layer.stored
            if is_plain(layer):
                self.tars.append(layer.open)
            else:
                file = unpacked(layer, kept, room)
                tar = file.stat().st_size
                self.tars.append(opener(file))
            room -= tar
            entries = list(read_entries(layer, self.tars[-1], number, room))
            squashed.add_layer(entries, layer)
            size = sum(entry.size for entry in entries if entry.kind == FILE)
            layers.append([layer.diff_id, size, layer.stored, tar])
        super().__init__(kept, document_of(image, layers, squashed))

    def open_layer(self, number: int) -> AbstractContextManager[IO[bytes]]:
        return self.tars[number]()


def is_plain(layer: Layer) -> bool:
    """Whether the layer is stored as a tar."""
    with layer.open() as stream:
        return isinstance(stream, Content)


def unpacked(layer: Layer, kept: Path, room: int) -> Path:
    """The tar of a layer. Nothing here is synced, so one from before the machine started is not taken.

    :param room: the bytes that it may have.
    :raises ImageError: it has more or another digest, or can't be read.
    """
    file = kept / name_of(layer)
    if not file.exists():
        kept.mkdir(exist_ok=True)
        beside = file.with_name(f"{file.name}.{os.getpid()}.new")
        try:
            unpack(layer, beside, room)
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
    return file


def name_of(layer: Layer) -> str:
    return f"{key_of([layer])}-{boot().strip()}.tar"


def forget_others(images: Iterable[Image], kept: Path) -> None:
    """Remove the tars of layers that none of the images has."""
    needed = {name_of(layer) for image in images for layer in image.layers}
    for file in kept.glob("*"):
        if file.name not in needed:
            file.unlink(missing_ok=True)
