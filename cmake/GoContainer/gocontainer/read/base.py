"""Reads the image that another one starts from: its layers byte for byte, as they are stored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from gocontainer.common.printable import printable
from gocontainer.read.layer import Layer
from gocontainer.read.manifest import (
    Json,
    Platform,
    fits,
    layers_of,
    name_of,
    pick,
    read_manifest,
)
from gocontainer.read.source import Archive, Directory, ImageError, Source

LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar"
# Docker's names for the media types of layers, and the spec's (layer.md).
OCI_TYPES = {
    "application/vnd.docker.image.rootfs.diff.tar": LAYER_TYPE,
    "application/vnd.docker.image.rootfs.diff.tar.gzip": LAYER_TYPE + "+gzip",
    "application/vnd.docker.image.rootfs.diff.tar.zstd": LAYER_TYPE + "+zstd",
}
MAGIC = {b"\x1f\x8b": "+gzip", b"\x28\xb5\x2f\xfd": "+zstd"}


class StoredLayer(NamedTuple):
    """A layer as it is stored. ``digest`` is that of the stored bytes, and None in a docker archive,
    which names no digests; ``content`` is the layer's tar."""

    source: Source
    name: str
    digest: str | None
    media_type: str
    content: Layer

    def open(self) -> IO[bytes]:
        return self.source.open(self.name)

    def damaged(self) -> ImageError:
        return self.source.damaged(f"{self.name} does not have the digest that the base says")


class Base(NamedTuple):
    """A base image; ``digest`` is that of the manifest or index that its name stands for, None in
    a docker archive. ``config`` is the whole image configuration."""

    digest: str | None
    config: Json
    layers: tuple[StoredLayer, ...]


SCRATCH = Base(None, {}, ())


class BaseFault:
    """Errors of a source: they tell what to do about a base, which nobody can build again."""

    where: str
    remedy: str

    def error(self, problem: str) -> ImageError:
        return ImageError(f"{self.where}: {problem}. {self.remedy}")


class BaseDirectory(BaseFault, Directory):
    def __init__(self, where: str, root: Path, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(where, root)


class BaseArchive(BaseFault, Archive):
    def __init__(self, where: str, file: Path, remedy: str) -> None:
        self.remedy = remedy
        super().__init__(where, file)


@contextmanager
def read_base(place: Path, platform: Platform, where: str, remedy: str) -> Iterator[Base]:
    """Open the base in an OCI layout (a directory) or an archive (a file).

    :param where: what errors begin with, the call that names the base.
    :param remedy: what errors end with.
    :raises ImageError: there is none, it is damaged, or it can't be a base on this platform.
    """
    if place.is_dir():
        yield read_oci(BaseDirectory(where, place, remedy), platform)
        return
    with closing(BaseArchive(where, place, remedy)) as source:
        if "index.json" in source.names():
            yield read_oci(source, platform)
        else:
            yield read_docker(source, platform)


def read_oci(source: Source, platform: Platform) -> Base:
    """Read a layout (OCI image spec, image-layout.md); docker's media types may be inside."""
    try:
        manifest = read_manifest(
            source,
            lambda manifests: pick(manifests, platform, source),
            lambda descriptor: verifiable(descriptor, source),
        )
        config = checked(manifest.config, source)
        layers = [verifiable(layer, source) for layer in manifest.document["layers"]]
        stored = [(source.blob(layer), layer["digest"]) for layer in layers]
        contents = contents_of(source, stored, config)
        return Base(
            manifest.named["digest"],
            of_platform(config, platform, source),
            tuple(
                StoredLayer(source, name, digest, oci_type(at["mediaType"]), content)
                for at, (name, digest), content in zip(layers, stored, contents)
            ),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise source.error(f"it is not an OCI image layout ({error!r})") from error


def contents_of(source: Source, stored: list[tuple[str, str | None]], config: Json) -> list[Layer]:
    """The layers, whose errors tell what to do about the base."""
    return [layer._replace(fault=source.error) for layer in layers_of(source, stored, config)]


def read_docker(source: Source, platform: Platform) -> Base:
    """Read a docker archive, which has ``manifest.json`` and names no digests."""
    try:
        (entry,) = source.json("manifest.json")
        name = entry["Config"]
        identity = re.fullmatch(r"([0-9a-f]{64})\.json", name)
        config = source.json(name, "sha256:" + identity[1] if identity else None)
        stored: list[tuple[str, str | None]] = [(name, None) for name in entry["Layers"]]
        contents = contents_of(source, stored, checked(config, source))
        layers = zip(entry["Layers"], contents)
        return Base(
            None,
            of_platform(config, platform, source),
            tuple(
                StoredLayer(source, name, None, media_type(source, name), content)
                for name, content in layers
            ),
        )
    except ValueError as error:
        raise source.error("it does not hold exactly one image") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise source.error(f"it is not a docker archive ({error!r})") from error


def of_platform(config: Json, platform: Platform, source: Source) -> Json:
    """The config, which must be for the platform."""
    if not fits(config, platform):
        wanted = name_of(platform)
        raise source.error(f"it is for {name_of(config)}, not for {wanted}")
    return config


def checked(config: Json, source: Source) -> Json:
    """The config, which must not ask for what only a Dockerfile can do."""
    triggers = (config.get("config") or {}).get("OnBuild")
    if triggers:
        raise source.error(
            f"it has ONBUILD triggers ({printable(str(triggers[0]), 80)} …), which the engine builtin can't run"
        )
    return config


def verifiable(descriptor: Json, source: Source) -> Json:
    """The descriptor; its digest must be one that can be verified."""
    if not re.fullmatch("sha256:[0-9a-f]{64}", descriptor["digest"]):
        raise source.error(f"{descriptor['digest']!r} is not a SHA-256 digest")
    return descriptor


def oci_type(stored: str) -> str:
    """:raises TypeError: it is not a media type."""
    if not isinstance(stored, str):
        raise TypeError(f"the media type {stored!r}")
    return OCI_TYPES.get(stored, stored)


def media_type(source: Source, name: str) -> str:
    """The media type that the bytes of a layer tell."""
    with source.open(name) as stream:
        start = stream.read(4)
    return LAYER_TYPE + next((t for magic, t in MAGIC.items() if start.startswith(magic)), "")
