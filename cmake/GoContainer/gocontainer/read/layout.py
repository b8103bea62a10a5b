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

import hashlib
import tarfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import IO, Any, Callable, NamedTuple

from gocontainer.common.engines import ENGINES, STORES
from gocontainer.read.source import MAX_JSON_BYTES, Archive, Directory, ImageError, Source, sha256
from gocontainer.read.tar import members
from gocontainer.read.zstd import ZstdError, damage_errors, open_zstd

INDEX_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
TRANSPORTS = ("oci", "oci-archive", "docker-archive", *STORES)
# More than any engine can stack.
MAX_LAYERS = 500
# The members of a config that checks look at (config.md); each may be left out, or null.
LISTS = ("Cmd", "Entrypoint", "Env")
OBJECTS = ("ExposedPorts", "Healthcheck", "Labels", "Volumes")
STRINGS = ("StopSignal", "User", "WorkingDir")
TOP_STRINGS = ("architecture", "author", "created", "os", "os.version", "variant")


def damage() -> tuple[type[Exception], ...]:
    """What reading a damaged layer raises."""
    return (tarfile.TarError, zlib.error, EOFError, OSError, *damage_errors())


class Layer(NamedTuple):
    """One layer: ``diff_id`` is the digest of the tar, as the config claims it, ``open`` gives that tar,
    decompressed; ``stored`` are its bytes as the image has it, which may be compressed, and ``digest`` is
    that of these, None in a docker archive, which names none."""

    diff_id: str
    open: Callable[[], AbstractContextManager[IO[bytes]]]
    stored: int = 0
    digest: str | None = None

    def error(self, problem: str) -> ImageError:
        return ImageError(f"layer {self.diff_id} {problem}. Build the image again.")

    def unreadable(self, error: Exception) -> ImageError:
        """The layer met one of the errors of damage()."""
        compressed = isinstance(error, zlib.error)
        why = "its compressed bytes are damaged" if compressed else str(error)
        return self.error(f"can't be read: {why.replace('invalid header', 'a damaged header')}")


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


def layer_size(layer: Layer) -> int:
    """Bytes of the regular files of one layer; a hard link counts once, as on a disk.

    :raises ImageError: the layer is no tar file, or is cut short.
    """
    try:
        with layer.open() as stream:
            return sum(member.size for member in members(stream) if member.isreg())
    except damage() as error:
        raise layer.unreadable(error) from error


# What an image may grow to when it is unpacked: more is a bomb, or no image for a test machine.
MAX_GROWTH, MAX_GROWTH_BYTES = 100, 1 << 30


def room_of(layers: Iterable[Layer]) -> int:
    """The bytes that the layers may have when they are unpacked. One that is there twice is no reason for more."""
    stored = {layer.diff_id: layer.stored for layer in layers}
    return sum(stored.values()) * MAX_GROWTH + MAX_GROWTH_BYTES


def bomb() -> str:
    return (
        f"unpacks to more than {MAX_GROWTH_BYTES:,} bytes and {MAX_GROWTH} times the image's size"
    )


class Verified:
    """The tar of a layer, which is hashed as it is read, forwards and from its begin; no more than ``room``
    bytes of it are read.

    :raises ImageError: it has more.
    """

    def __init__(self, layer: Layer, stream: IO[bytes], room: int) -> None:
        self.layer = layer
        self.stream = stream
        self.room = room
        self.position = 0
        self.hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.stream.read(size if 0 <= size <= self.room else self.room + 1)
        self.room -= len(data)
        if self.room < 0:
            raise self.layer.error(bomb())
        self.position += len(data)
        self.hash.update(data)
        return data

    def tell(self) -> int:
        return self.position

    def seek(self, place: int) -> int:
        while self.position < place and self.read(min(1 << 20, place - self.position)):
            pass
        return self.position

    def digest(self) -> str:
        """That of the whole tar, which is read to its end."""
        while self.read(1 << 20):
            pass
        return "sha256:" + self.hash.hexdigest()


@contextmanager
def verified(layer: Layer, room: int) -> Iterator[Verified]:
    """The tar of a layer, to be read forwards.

    :raises ImageError: it can't be read, or has more than ``room`` bytes.
    """
    try:
        with layer.open() as stream:
            yield Verified(layer, stream, room)
    except damage() as error:
        raise layer.unreadable(error) from error


@contextmanager
def open_image(where: str, command: str | None = None) -> Iterator[Image]:
    """Open the image that ``<transport>:<where>`` names.

    :param command: the command of the engine in whose store the image is, where it is in one;
        that of the first one with such a store by default.
    :raises ImageError: there is none, or what is there is no image.
    """
    transport, _, rest = where.partition(":")
    if transport == "oci":
        yield read_oci(Directory(where, Path(rest)))
    elif transport in ("oci-archive", "docker-archive"):
        with closing(Archive(where, Path(rest))) as source:
            yield read_archive(source)
    elif transport in TRANSPORTS:
        import tempfile

        with tempfile.TemporaryDirectory(prefix="go-container-") as scratch:
            archive = Path(scratch) / "image.tar"
            save(where, archive, command)
            with closing(Archive(where, archive)) as source:
                yield read_archive(source)
    else:
        *names, last = (f"{name}:" for name in TRANSPORTS)
        raise ImageError(
            f"{where}: unknown transport {transport!r}. "
            f"Name an image as {', '.join(names)} or {last}."
        )


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


def read_archive(source: Source) -> Image:
    """An archive that is an OCI layout is read as one; docker's ``manifest.json`` else."""
    names = source.names()
    if "index.json" in names:
        return read_oci(source)
    if "manifest.json" in names:
        return read_docker(source)
    raise source.error("it is no image: it has neither index.json nor manifest.json")


def read_oci(source: Source) -> Image:
    """Read an OCI layout of one image (OCI image spec, image-layout.md, manifest.md)."""
    try:
        descriptor = only_one(source, source.json("index.json")["manifests"])
        references = tuple(references_of(descriptor))
        while descriptor["mediaType"] in INDEX_TYPES:
            descriptor = only_one(source, source.document(descriptor)["manifests"])
        manifest = source.document(descriptor)
        config = source.document(manifest["config"])
        layers = [(source.blob(layer), layer["digest"]) for layer in manifest["layers"]]
        return Image(
            source.where,
            manifest["config"]["digest"],
            descriptor["digest"],
            references,
            config,
            layers_of(source, layers, config),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise source.error(f"it is no OCI image layout ({error!r})") from error


def read_docker(source: Source) -> Image:
    """Read what ``docker image save`` wrote before it knew OCI layouts (docker 24 and older)."""
    try:
        entry = only_one(source, source.json("manifest.json"))
        with source.open(entry["Config"]) as stream:
            identity = sha256(stream.read(MAX_JSON_BYTES))  # more is no JSON, as json() says
        config = source.json(entry["Config"])
        layers = layers_of(source, [(name, None) for name in entry["Layers"]], config)
        tags = entry.get("RepoTags") or []
        if not is_list(tags, str):
            raise TypeError("its tags are none")
        return Image(source.where, identity, None, tuple(tags), config, layers)
    except (KeyError, TypeError, AttributeError) as error:
        raise source.error(f"it is no docker archive ({error!r})") from error


def only_one(source: Source, images: list[Any]) -> Any:
    """The one image; attestations that BuildKit adds (platform unknown) are none."""
    found = [i for i in images if (i.get("platform") or {}).get("architecture") != "unknown"]
    if len({i.get("digest", i.get("Config")) for i in found}) != 1:
        raise source.error(f"it holds {len(found)} images, one is needed")
    return found[0]


def references_of(descriptor: dict[str, Any]) -> Iterator[str]:
    annotations = descriptor.get("annotations") or {}
    # docker and containerd keep the full reference apart; ref.name may be the tag alone.
    for key in ("io.containerd.image.name", "org.opencontainers.image.ref.name"):
        if key in annotations:
            yield str(annotations[key])
            return


def layers_of(
    source: Source, stored: list[tuple[str, str | None]], config: dict[str, Any]
) -> tuple[Layer, ...]:
    """The layers; ``stored`` are their files and the digests of these, where there are some."""
    check_config(config)
    diff_ids = config["rootfs"]["diff_ids"]
    if len(stored) > MAX_LAYERS:
        raise source.error(f"{len(stored):,} layers, more than any engine takes")
    if len(diff_ids) != len(stored):
        raise source.error(f"{len(stored)} layers, but the config names {len(diff_ids)}")
    return tuple(
        Layer(
            diff_id,
            lambda name=name: open_layer(source, name),  # type: ignore[misc]
            source.size(name),
            digest,
        )
        for (name, digest), diff_id in zip(stored, diff_ids)
    )


def check_config(config: dict[str, Any]) -> None:
    """Stop at what is no image configuration (config.md), so that no check needs to.

    :raises TypeError: something has another type.
    """
    inner = config.get("config") or {}
    history = config.get("history") or []
    wrong = [key for key in TOP_STRINGS if not isinstance(config.get(key), (str, type(None)))]
    wrong += [key for key in LISTS if not is_list(inner.get(key), str)]
    wrong += [key for key in OBJECTS if not isinstance(inner.get(key), (dict, type(None)))]
    wrong += [key for key in STRINGS if not isinstance(inner.get(key), (str, type(None)))]
    if not is_list(history, dict) or not all(
        isinstance(step.get("created_by"), (str, type(None))) for step in history
    ):
        wrong.append("history")
    labels = inner.get("Labels") or {}
    if isinstance(labels, dict) and not is_list(list(labels.values()), str):
        wrong.append("label")
    if config["rootfs"]["diff_ids"] is None or not is_list(config["rootfs"]["diff_ids"], str):
        wrong.append("diff_ids")
    if wrong:
        raise TypeError(f"its config has a wrong {wrong[0]}")


def is_list(value: Any, kind: type) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(v, kind) for v in value))


@contextmanager
def open_layer(source: Source, name: str) -> Iterator[IO[bytes]]:
    """The tar of a layer. The bytes tell the compression; media types have been wrong before."""
    with source.open(name) as stream:
        magic = stream.read(4)
        stream.seek(0)
        if magic == b"\x28\xb5\x2f\xfd":
            try:
                unpacked = open_zstd(stream)
            except ZstdError as error:
                raise ImageError(f"{source.where}: {name}: {error}.") from error
            with unpacked as tar:
                yield tar
        elif magic[:2] == b"\x1f\x8b":
            import gzip

            with gzip.open(stream) as tar:
                yield tar  # type: ignore[misc]
        else:
            yield stream
