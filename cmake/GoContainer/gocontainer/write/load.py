"""Puts the image of an archive into the store of an engine; only the layers that the store lacks cross.

The engine reads an archive from its standard input. It looks for the content of a layer only if its store lacks that
layer. So this archive leaves out the layers that the image has in common with one of the store. If the engine refuses
it, or the image is not whole afterwards, as a store may have a layer in another form, it gets all layers.

The archive names no tag. The tags move to the image when it is whole.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from gocontainer.common.engines import ENGINES
from gocontainer.common.progress import Progress
from gocontainer.read.manifest import Manifest, Platform, pick, read_manifest
from gocontainer.read.source import Archive, ImageError, blob_name
from gocontainer.write.archive import canonical, header, padding
from gocontainer.write.assemble import INDEX_TYPE, index_of

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan

# The words of an engine that asks for an image that its store lacks.
MISSING = ("no such image", "image not known")
ALL = "all"  # blobs, which cross as one archive


class Stored(NamedTuple):
    """An image in a store, with the digests of the tars of its layers."""

    id: str
    diff_ids: list[str]


class Loaded(NamedTuple):
    """An image that is in the store now: how many of its layers were sent, and the bytes of all that was."""

    id: str
    layers: int
    sent: int


class Store:
    """The store of an engine, reached by its command.

    :param asked: what errors begin with: who asked for the image to be there.
    :param remedy: what they end with.
    """

    def __init__(self, asked: str, engine: str, command: str, remedy: str) -> None:
        self.asked = asked
        self.remedy = remedy
        self.engine = engine
        self.command = command

    def find(self, names: Iterable[str]) -> list[Stored]:
        """The images of these names, tags or ids, without those that the store lacks.

        :raises ImageError: the engine does not answer.
        """
        listed = "{{.Id}} {{json .RootFS}}"  # of an image without layers it has no Layers
        done = self.run("image", "inspect", "--format", listed, *names)
        said = done.stderr.lower()
        if done.returncode != 0 and not any(words in said for words in MISSING):
            raise self.error(done.stderr)
        lines = filter(None, done.stdout.splitlines())  # docker may end with an empty one
        pairs = (line.split(" ", 1) for line in lines)
        return [Stored(name, json.loads(files).get("Layers") or []) for name, files in pairs]

    def all(self) -> list[Stored]:
        """:raises ImageError: the engine does not answer."""
        done = self.run("image", "ls", "--quiet", "--no-trunc")
        if done.returncode != 0:
            raise self.error(done.stderr)
        names = dict.fromkeys(done.stdout.split())
        return self.find(names) if names else []

    def tag(self, identity: str, tag: str) -> None:
        """:raises ImageError: the engine refuses."""
        done = self.run("tag", identity, tag)
        if done.returncode != 0:
            raise self.error(done.stderr)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(
                [self.command, *words], capture_output=True, check=False, errors="replace"
            )
        except OSError as error:
            raise self.error(error.strerror or str(error)) from error

    def load(self, image: Loadable, known: int) -> tuple[int, str]:
        """Send an archive without the first ``known`` layers; returns its bytes, and what the engine says if it refuses."""
        words = [self.command, *ENGINES[self.engine].load]
        pipe = subprocess.PIPE
        what = f"Loading into {self.engine}"
        with (
            Progress(what, {ALL: sum(map(image.source.size, image.blobs(known)))}) as progress,
            subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT) as process,
        ):
            assert process.stdin is not None and process.stdout is not None
            counted = Counted(process.stdin, progress)
            try:
                with process.stdin:
                    image.write(counted, known)
            except BrokenPipeError:
                pass  # it read enough, or says why not
            said = process.stdout.read().decode(errors="replace")
        return counted.bytes, said if process.returncode else ""

    def error(self, said: str) -> ImageError:
        reason = (said.strip().splitlines() or ["it says nothing"])[-1].rstrip(".")
        return ImageError(
            f"{self.asked}, but {Path(self.command).name} fails ({reason}). {self.remedy}"
        )


class Counted:
    """A stream that counts the bytes that are written to it, and lets ``progress`` know."""

    def __init__(self, stream: IO[bytes], progress: Progress) -> None:
        self.stream = stream
        self.progress = progress
        self.bytes = 0

    def write(self, data: bytes) -> int:
        count = self.stream.write(data)
        self.bytes += len(data)
        self.progress.reached(ALL, self.bytes)
        return count


class Loadable:
    """The image of an archive for a platform."""

    def __init__(self, source: Archive, platform: Platform) -> None:
        choose = partial(pick, platform=platform, source=source)
        self.source = source
        self.platform = platform
        self.manifest: Manifest = read_manifest(source, choose)
        document = self.manifest.document
        self.config = blob_name(document["config"])
        self.layers = [*map(blob_name, document["layers"])]
        self.diff_ids: list[str] = self.manifest.config["rootfs"]["diff_ids"]
        # Stores of containerd know an image by its manifest.
        self.ids = [self.manifest.document["config"]["digest"], self.manifest.digest]

    def is_whole(self, stored: Stored) -> bool:
        """Whether that is this image. Stores of containerd tell no layers of one that lacks some."""
        hexadecimal = stored.id.rpartition(":")[2]
        return stored.diff_ids == self.diff_ids and f"sha256:{hexadecimal}" in self.ids

    def common(self, others: Iterable[Stored]) -> int:
        """How many layers from the bottom up it has in common with one of the others."""
        return max((common(self.diff_ids, other.diff_ids) for other in others), default=0)

    def blobs(self, known: int) -> list[str]:
        """The names of what an archive without the first ``known`` layers has."""
        name = blob_name({"digest": self.manifest.digest})
        return [*dict.fromkeys([name, self.config, *self.layers[known:]])]

    def write(self, stream: Counted, known: int) -> None:
        """Write an archive without the first ``known`` layers: an OCI image layout, and docker's manifest.json."""
        document = self.manifest.document
        name = blob_name({"digest": self.manifest.digest})
        descriptor = {
            "mediaType": document["mediaType"],
            "digest": self.manifest.digest,
            "size": self.source.size(name),
            "platform": self.platform,
        }
        for each in self.blobs(known):
            self.copy(stream, each)
        add(stream, "oci-layout", {"imageLayoutVersion": "1.0.0"})
        add(stream, "index.json", index_of([descriptor], INDEX_TYPE))
        entry = {"Config": self.config, "Layers": self.layers, "RepoTags": None}
        add(stream, "manifest.json", [entry])
        stream.write(bytes(1024))

    def copy(self, stream: Counted, name: str) -> None:
        size = self.source.size(name)
        stream.write(header(name, size, 0))
        with self.source.open(name) as content:
            shutil.copyfileobj(content, stream, 1 << 20)
        stream.write(padding(size))


def add(stream: Counted, name: str, document: Any) -> None:
    data = canonical(document)
    stream.write(header(name, len(data), 0) + data + padding(len(data)))


def common(one: list[str], other: list[str]) -> int:
    """How many items the lists have in common at their beginnings."""
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count]:
        count += 1
    return count


def load_plan(plan: Plan, archive: Path, engine: str, command: str) -> Loaded:
    """Let the store of the engine of GO_CONTAINER_LOAD have the image of a plan, from its archive.

    :param command: the command of the engine.
    :raises ImageError: the archive can't be read, or the engine does not take it.
    """
    asked = f"add_go_container({plan['name']}): GO_CONTAINER_LOAD is {engine}"
    remedy = (
        "Mend that and build again, or leave GO_CONTAINER_LOAD empty: the image itself is built."
    )
    return load(plan["platform"], plan["tags"], archive, Store(asked, engine, command, remedy))


def load(platform: Platform, tags: list[str], archive: Path, store: Store) -> Loaded:
    """Let a store have the image of an archive, with these tags.

    :param platform: which image, where the archive has several.
    :raises ImageError: the archive can't be read, or the engine does not take it.
    """
    with closing(Archive(str(archive), archive)) as source:
        image = Loadable(source, platform)
        tagged = store.find(tags) if tags else []
        if tagged and len(tagged) == len(tags) and all(map(image.is_whole, tagged)):
            return Loaded(tagged[0].id, 0, 0)
        layers = sent = 0
        found = find_whole(store, image)
        if found is None:
            known = image.common(tagged) or image.common(store.all())
            found, layers, sent = send(store, image, known)
    for tag in tags:
        store.tag(found.id, tag)
    return Loaded(found.id, layers, sent)


def find_whole(store: Store, image: Loadable) -> Stored | None:
    return next(filter(image.is_whole, store.find(image.ids)), None)


def send(store: Store, image: Loadable, known: int) -> tuple[Stored, int, int]:
    """Send the image without the first ``known`` layers, or else with all; returns it, and how many layers and bytes
    were sent in all.

    :raises ImageError: the engine does not take it.
    """
    sent = 0
    for without in dict.fromkeys([known, 0]):
        count, said = store.load(image, without)
        sent += count
        found = None if said else find_whole(store, image)
        if found is not None:
            return found, len(image.diff_ids) - without, sent
    raise store.error(said or "it took the image, but does not have it")
