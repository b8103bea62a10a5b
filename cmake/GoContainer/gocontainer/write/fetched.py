"""Images that others start from, fetched into a build tree: from a registry, or out of the store of an engine.

One from a registry is an OCI layout, one out of a store a docker archive. Beside both is ``index.json``, which is the
same as long as the image is.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.common.engines import STORES
from gocontainer.common.lock import locked
from gocontainer.common.printable import printable
from gocontainer.read.manifest import Platform
from gocontainer.read.source import Archive, ImageError

if TYPE_CHECKING:
    import tempfile

ON_DISK = "give the base as oci:<directory>, oci-archive:<file> or docker-archive:<file>"
SAVED = "saved.tar"


def place_of(reference: str, platform: Platform, cache: Path) -> Path:
    """The directory in the directory ``cache`` where the image is, once it is fetched."""
    words = [reference, *sorted(platform.values())]
    key = hashlib.sha256(" ".join(words).encode()).hexdigest()[:12]
    return cache / (re.sub("[^A-Za-z0-9_.-]+", "-", reference) + "-" + key)


def image_in(place: Path) -> Path:
    """The layout or the archive of a place."""
    saved = place / SAVED
    return saved if saved.exists() else place


def fetch(reference: str, platform: Platform, where: str, cache: Path) -> Path:
    """The place of the image in the directory ``cache``, fetched where it is not there yet.

    :raises ImageError: it can't be had, or is not what the digest in the reference says.
    """
    place = place_of(reference, platform, cache)
    if place.exists():
        return place
    cache.mkdir(parents=True, exist_ok=True)
    with locked(cache / f"{place.name}.lock"):
        if not place.exists():  # another build may have fetched it while this one waited
            with directory_beside(place) as beside:
                new = Path(beside, "new")
                bring(reference, platform, where, new, cache)
                # For Ninja it was there before the build that fetched it; only a refresh makes it newer.
                os.utime(new / "index.json", (1, 1))
                new.rename(place)
    return place


def refresh(
    reference: str, platform: Platform, where: str, cache: Path, damaged: bool = False
) -> bool:
    """Fetch the image anew; returns whether the reference stands for another one now. What is there stays
    until then.

    :param damaged: whether what is there is to be replaced by the same image, too.

    :raises ImageError: it can't be had.
    """
    place = place_of(reference, platform, cache)
    cache.mkdir(parents=True, exist_ok=True)
    with directory_beside(place) as beside:
        new = Path(beside, "new")
        bring(reference, platform, where, new, cache, damaged)
        with locked(cache / f"{place.name}.lock"):
            former = place / "index.json"
            same = former.is_file() and former.read_bytes() == (new / "index.json").read_bytes()
            if same and not damaged:
                return False
            if place.exists():
                place.rename(Path(beside, "former"))
            os.utime(new / "index.json", (1, 1) if same else None)
            new.rename(place)
    return True


def directory_beside(place: Path) -> tempfile.TemporaryDirectory[str]:
    import tempfile  # which most builds can do without

    return tempfile.TemporaryDirectory(prefix=f"{place.name}.", dir=place.parent)


def bring(
    reference: str, platform: Platform, where: str, new: Path, cache: Path, verify: bool = False
) -> None:
    """Make the directory ``new``, with the image.

    :param verify: whether what the user's cache has of it may be damaged.
    :raises ImageError: it can't be had.
    """
    if reference.partition(":")[0] in STORES:
        take_out(reference, where, new)
    else:
        download(reference, platform, where, new, cache, verify)


def take_out(name: str, where: str, new: Path) -> None:
    """Take the image out of the store of an engine."""
    from gocontainer.read.layout import save

    new.mkdir()
    try:
        save(name, new / SAVED, None)
    except ImageError as error:
        raise ImageError(f"{where}: {error}") from error
    with closing(Archive(where, new / SAVED)) as archive, archive.open("manifest.json") as stream:
        (new / "index.json").write_bytes(stream.read())


def download(
    reference: str, platform: Platform, where: str, new: Path, cache: Path, verify: bool
) -> None:
    """Download the image from its registry; what the user's cache has of it is not downloaded again."""
    from gocontainer.registry.cache import user_cache
    from gocontainer.registry.client import Client
    from gocontainer.registry.error import RegistryError
    from gocontainer.registry.pull import Wanted, pull
    from gocontainer.registry.reference import parse_reference

    try:
        wanted = Wanted(parse_reference(reference), platform, where, verify)
        with Client(remembered=cache.parent / "registries.json") as client:
            pull(client, wanted, new, user_cache(os.environ, cache / "downloads"))
            for warning in client.warnings:
                print(f"GoContainer: {printable(warning, 300)}", file=sys.stderr)
    except RegistryError as error:
        ways = f", or {ON_DISK}" if ": BASE " in where else ""
        told = str(error).rstrip(".")
        raise ImageError(f"{where}: it can't be fetched. {told}{ways}.") from error
