"""An image read once: its layers unpacked beside its plan, and a list of all that is in them.

Every check of a container looks into this index, so that the image itself is read once in a test run
(or, as long as the image stays the same, once in many). It is kept in a directory named after the
image's id, the digest of its config, and made anew when the image is another one. Nothing of the
image is ever written under a name that the image chose.
"""

from __future__ import annotations

import json
import posixpath
import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from gocontainer.common.engines import engine_of
from gocontainer.common.lock import locked
from gocontainer.common.printable import printable
from gocontainer.read.entries import opener, read_entries
from gocontainer.read.layer import Layer, room_of, verified
from gocontainer.read.layout import Image, open_image
from gocontainer.read.source import ImageError
from gocontainer.read.squash import FILE, HARD_LINK, LINK, Entry, Squash
from gocontainer.read.tar import Content
from gocontainer.read.tree import real_path

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


# The name of an index. Another number stands for another form of it: one of an older GoContainer is
# not read, but made anew.
DOCUMENT = "index.3.json"


class IndexedLayer(NamedTuple):
    """A layer: the digest of its tar, the bytes of its regular files, its bytes as they are stored in
    the image, which may be compressed, and those of its tar."""

    diff_id: str
    size: int
    stored: int
    tar: int


class Index:
    """All that is in an image.

    ``config`` is the OCI image configuration, ``id`` its digest, ``digest`` that of the manifest or
    None; ``layers`` and ``entries`` are in the image's order.
    """

    def __init__(self, directory: Path, document: dict[str, Any]) -> None:
        self.directory = directory
        self.id: str = document["id"]
        self.digest: str | None = document["digest"]
        self.config: dict[str, Any] = document["config"]
        self.layers = [IndexedLayer(*layer) for layer in document["layers"]]
        self.entries = [Entry(*entry) for entry in document["entries"]]
        self.files = {entry.path: entry for entry in self.entries if entry.visible}

    def size(self) -> int:
        """Bytes of the regular files in all layers."""
        return sum(layer.size for layer in self.layers)

    def resolve(self, path: str) -> str:
        """The path, relative to the root, as a program in the image sees it: links followed.

        :raises ImageError: the links go round in circles.
        """
        return real_path(path, self._read_link)

    def place(self, path: str) -> str:
        """The same, except that a link in the last place is not followed."""
        directory, name = posixpath.split(posixpath.normpath("/" + path))
        return posixpath.join(self.resolve(directory), name)

    def find(self, path: str) -> Entry | None:
        """What the path leads to, hard links followed; None where there is nothing."""
        return self.origin(self.files.get(self.resolve(path)))

    def origin(self, entry: Entry | None) -> Entry | None:
        """The entry that has the content of a hard link; any other entry is its own."""
        if entry is None or entry.kind != HARD_LINK:
            return entry
        return None if entry.origin is None else self.entries[entry.origin]

    @contextmanager
    def open(self, entry: Entry) -> Iterator[IO[bytes]]:
        """The content of a file.

        :raises ImageError: it is none.
        """
        origin = self.origin(entry)
        if origin is None or origin.kind != FILE:
            raise ImageError(
                f"/{printable(entry.path)} is not a file of the image that could be read"
            )
        with self.open_layer(origin.layer) as tar:
            yield Content(tar, origin.offset, origin.size, origin.sparse)  # type: ignore[misc]

    def open_layer(self, number: int) -> AbstractContextManager[IO[bytes]]:
        """The tar of a layer."""
        return (self.directory / f"{number}.tar").open("rb")

    def read(self, entry: Entry, limit: int = -1) -> bytes:
        """The content of a file, at most so many bytes of it where a limit is given."""
        with self.open(entry) as content:
            return content.read(limit)

    def _read_link(self, path: str) -> str | None:
        entry = self.origin(self.files.get(path))
        return entry.target if entry is not None and entry.kind == LINK else None


def index_of(plan: Plan, directory: Path, engine_command: str | None) -> Index:
    """The index of the image that a plan gave, from its directory, or made there.

    Checks that run at once make it once. One of another image takes its place.

    :param directory: that of the plan.
    :param engine_command: the command of the engine in whose store the image is.
    :raises ImageError: the image is not built, can't be read, or is damaged.
    """
    if "index" in plan:
        return Index(made := Path(plan["index"]), json.loads((made / DOCUMENT).read_bytes()))
    part = plan.get("part")
    cache = directory / (f"index-{part}" if part else "index")
    where = image_of(plan, directory)
    platform = plan["platform"] if part else None
    with locked(f"{cache}.lock"):
        _, _, place = where.rpartition("sha256:")
        if not re.fullmatch("[0-9a-f]{64}", place):
            with open_image(where, platform=platform) as image:
                place = image.id.replace(":", "-")
        index = read_index(cache / place)
        if index is None:
            with open_image(where, engine_command, platform) as image:
                index = make_index(image, cache, place)
    return index


def read_index(directory: Path) -> Index | None:
    """The index in that directory; None where there is none that is whole. Nothing of an index is synced, so
    one from before the machine started may have lost some of it."""
    try:
        document = json.loads((directory / DOCUMENT).read_bytes())
        if document["boot"] != boot():
            return None
        index = Index(directory, document)
        sizes = [(directory / f"{n}.tar").stat().st_size for n in range(len(index.layers))]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    return index if sizes == [layer.tar for layer in index.layers] else None


def boot() -> str:
    """Another text for each time that the machine is started, as far as the system tells."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
    except OSError:
        return ""


def make_index(image: Image, cache: Path, place: str) -> Index:
    """Let the directory ``cache`` have the index of the image as ``place``, and nothing else: what
    another image or an interrupted run left there goes.

    :raises ImageError: the image can't be read, or is damaged.
    """
    if cache.exists():
        shutil.rmtree(cache)
    beside = cache / "new"
    beside.mkdir(parents=True)
    try:
        write_index(image, beside)
        beside.rename(cache / place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Index(cache / place, json.loads((cache / place / DOCUMENT).read_bytes()))


def image_of(plan: Plan, directory: Path) -> str:
    """Where the image of a plan is. An engine's image goes by the id that the build wrote down:
    the tag may by now be another build's."""
    file = image_file(plan, directory)
    if not file.exists():
        raise ImageError(
            f"the image of {plan['name']} is not built yet ({file}). "
            f"Build it: cmake --build <build directory> --target {plan['name']}"
        )
    store = engine_of(plan).store
    if store is None:
        return f"oci-archive:{file}"
    return f"{store}:{file.read_text(encoding='ascii').strip()}"


def image_file(plan: Plan, directory: Path) -> Path:
    """The file that the build of a plan leaves: the image, or its id where an engine has it in its store."""
    if engine_of(plan).store is None:
        return directory / f"{plan['name']}.tar"
    if "part" in plan:
        # The plan's own platform has image.id.
        of_part = directory / f"image-{plan['part']}.id"
        if of_part.exists():
            return of_part
    return directory / "image.id"


def write_index(image: Image, directory: Path) -> None:
    """Unpack the layers of an image into the directory, as ``<number>.tar``, and write the index."""
    squashed = Squash()
    layers = []
    room = room_of(image.layers)
    for number, layer in enumerate(image.layers):
        file = directory / f"{number}.tar"
        tar = unpack(layer, file, room)
        room -= tar
        entries = list(read_entries(layer, opener(file), number, room))
        squashed.add_layer(entries, layer)
        size = sum(entry.size for entry in entries if entry.kind == FILE)
        layers.append([layer.diff_id, size, layer.stored, tar])
    document = document_of(image, layers, squashed)
    # Names in a tar may be any bytes: surrogates stand for what is not UTF-8.
    (directory / DOCUMENT).write_text(json.dumps(document), encoding="ascii")


def document_of(image: Image, layers: list[list[Any]], squashed: Squash) -> dict[str, Any]:
    """What an index is made of.

    :param layers: the members of each IndexedLayer.
    """
    return {
        "id": image.id,
        "digest": image.digest,
        # null stands for none there.
        "config": {key: value for key, value in image.config.items() if value is not None},
        "layers": layers,
        "boot": boot(),
        "entries": list(squashed.entries()),
    }


def unpack(layer: Layer, file: Path, most: int) -> int:
    """Write the tar of a layer, which must have the digest that the config names; returns its bytes.

    :param most: the bytes that it may have.
    :raises ImageError: it has more or another digest, or can't be read.
    """
    with verified(layer, most) as stream, file.open("wb") as tar:
        while chunk := stream.read(1 << 20):
            tar.write(chunk)
        found = stream.digest()
    if found != layer.diff_id:
        raise layer.error(f"has the digest {found}, it is damaged")
    return stream.tell()
