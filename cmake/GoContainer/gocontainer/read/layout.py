"""Reads container images: OCI layouts, OCI and docker archives, images in the store of an engine.

An image is named as skopeo names it, ``<transport>:<where>``:

``oci:<directory>``
    an OCI image layout (OCI image spec, image-layout.md)
``oci-archive:<file>`` or ``docker-archive:<file>``
    a tar file; which of the two it holds is read from the file itself
``docker-daemon:<reference or sha256:id>``
    an image in the docker daemon's store, read through ``docker image save``
``containers-storage:<reference or sha256:id>``
    an image in the store of podman and buildah, read through ``podman push`` or ``buildah push``

All of them give the same :class:`Image`, so that a check need not know where an image came from.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from gocontainer.common.engines import ENGINES, STORES
from gocontainer.common.media_types import INDEX_TYPES
from gocontainer.common.platforms import platform_name
from gocontainer.read.layer import Layer, layer_size
from gocontainer.read.manifest import (
    Platform,
    is_list,
    layers_of,
    only_one,
    pick,
    read_manifest,
)
from gocontainer.read.source import MAX_JSON_BYTES, Archive, Directory, ImageError, Source, sha256

TRANSPORTS = ("oci", "oci-archive", "docker-archive", *STORES)


class Image(NamedTuple):
    """One image.

    ``config`` is the whole OCI image configuration (spec, config.md), ``id`` its digest, and
    ``digest`` the digest of the manifest, or None where the source keeps none (docker archives
    of the older kind).
    """

    where: str
    id: str
    digest: str | None
    references: tuple[str, ...]
    config: dict[str, Any]
    layers: tuple[Layer, ...]

    def layer_sizes(self) -> list[int]:
        """Bytes of the files in each layer, unpacked: what ``docker image ls`` adds up."""
        return [layer_size(layer) for layer in self.layers]


@contextmanager
def open_image(
    where: str, command: str | None = None, platform: Platform | None = None
) -> Iterator[Image]:
    """Open the image that ``<transport>:<where>`` names.

    :param command: the command of the engine in whose store the image is, where it is in one;
        that of the first one with such a store by default.
    :param platform: which image of an index it is; without it there must be one only.
    :raises ImageError: there is none, or what is there is no image.
    """
    transport, _, rest = where.partition(":")
    if transport == "oci":
        yield read_oci(Directory(where, Path(rest)), platform)
    elif transport in ("oci-archive", "docker-archive"):
        with closing(Archive(where, Path(rest))) as source:
            yield read_archive(source, platform)
    elif transport in TRANSPORTS:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="go-container-") as scratch:
            archive = Path(scratch) / "image.tar"
            save(where, archive, command)
            with closing(Archive(where, archive)) as source:
                yield read_archive(source, platform)
    else:
        *names, last = (f"{name}:" for name in TRANSPORTS)
        raise ImageError(
            f"{where}: unknown transport {transport!r}. "
            f"Name an image as {', '.join(names)} or {last}."
        )


def platforms_in(transport: str, path: Path) -> list[str]:
    """The platforms of the images of an index, in its order; none where there is one image, or no such file.

    :raises ImageError: it can't be read.
    """
    if transport == "oci":
        return platforms_of(Directory(str(path), path))
    if transport != "oci-archive":
        return []
    with closing(Archive(str(path), path)) as source:
        return platforms_of(source) if "index.json" in source.names() else []


def index_digest(transport: str, path: Path) -> str | None:
    """The digest of the index of an image for several platforms; None where there is no such file, or not one index.

    :raises ImageError: it can't be read.
    """
    if transport == "oci":
        return index_of_source(Directory(str(path), path))
    if transport != "oci-archive":
        return None
    with closing(Archive(str(path), path)) as source:
        return index_of_source(source) if "index.json" in source.names() else None


def index_of_source(source: Source) -> str | None:
    try:
        (index,) = source.json("index.json")["manifests"]
        digest: str | None = index["digest"] if index.get("mediaType") in INDEX_TYPES else None
    except ValueError:
        return None  # several
    except (KeyError, TypeError, AttributeError) as error:
        raise source.error(f"it is not an OCI image layout ({error!r})") from error
    return digest


def platforms_of(source: Source) -> list[str]:
    try:
        manifests = source.json("index.json")["manifests"]
        if len(manifests) == 1 and manifests[0].get("mediaType") in INDEX_TYPES:
            manifests = source.document(manifests[0])["manifests"]
        found = [each.get("platform") or {} for each in manifests]
    except (KeyError, TypeError, AttributeError) as error:
        raise source.error(f"it is not an OCI image layout ({error!r})") from error
    names = [platform_name(each) for each in found if each.get("architecture") != "unknown"]
    return names if len(set(names)) > 1 else []


def save(where: str, archive: Path, command: str | None) -> None:
    """Save an image from the store of an engine into a docker archive."""
    transport, _, reference = where.partition(":")
    import subprocess  # which takes long to load, and archives need no engine

    engine = STORES[transport]
    save = (word.format(image=reference, archive=archive) for word in ENGINES[engine].save)
    words = [command or engine, *save]
    try:
        done = subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    except OSError as error:
        raise ImageError(f"{where}: {words[0]} does not start: {error}") from error
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip()
        raise ImageError(f"{where}: {Path(words[0]).name} save failed: {reason}")


def read_archive(source: Source, platform: Platform | None = None) -> Image:
    """An archive that is an OCI layout is read as one; docker's ``manifest.json`` else."""
    names = source.names()
    if "index.json" in names:
        return read_oci(source, platform)
    if "manifest.json" in names:
        return read_docker(source)
    raise source.error("it is not an image: it has neither index.json nor manifest.json")


def read_oci(source: Source, platform: Platform | None = None) -> Image:
    """Read an image of an OCI layout (OCI image spec, image-layout.md, manifest.md)."""

    def choose(manifests: list[Any]) -> Any:
        one = only_one(source, manifests) if platform is None else pick(manifests, platform, source)
        return typed(one)

    try:
        manifest = read_manifest(source, choose)
        references = tuple(references_of(manifest.named))
        stored = [(source.blob(layer), layer["digest"]) for layer in manifest.document["layers"]]
        return Image(
            source.where,
            manifest.document["config"]["digest"],
            manifest.digest,
            references,
            manifest.config,
            layers_of(source, stored, manifest.config),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise source.error(f"it is not an OCI image layout ({error!r})") from error


def read_docker(source: Source) -> Image:
    """Read what ``docker image save`` wrote before it knew OCI layouts (docker 24 and older)."""
    try:
        entry = only_one(source, source.json("manifest.json"))
        with source.open(entry["Config"]) as stream:
            identity = sha256(stream.read(MAX_JSON_BYTES))  # more is not JSON, as json() says
        config = source.json(entry["Config"])
        layers = layers_of(source, [(name, None) for name in entry["Layers"]], config)
        tags = entry.get("RepoTags") or []
        if not is_list(tags, str):
            raise TypeError("its tags are none")
        return Image(source.where, identity, None, tuple(tags), config, layers)
    except (KeyError, TypeError, AttributeError) as error:
        raise source.error(f"it is not a docker archive ({error!r})") from error


def typed(descriptor: dict[str, Any]) -> dict[str, Any]:
    """:raises KeyError: it lacks the media type, which each descriptor must have (descriptor.md)."""
    if "mediaType" not in descriptor:
        raise KeyError("mediaType")
    return descriptor


def references_of(descriptor: dict[str, Any]) -> Iterator[str]:
    annotations = descriptor.get("annotations") or {}
    # docker and containerd keep the full reference apart; ref.name may be the tag alone.
    for key in ("io.containerd.image.name", "org.opencontainers.image.ref.name"):
        if key in annotations:
            yield str(annotations[key])
            return
