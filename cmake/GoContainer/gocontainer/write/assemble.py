"""Writes an OCI image of a Go binary: no daemon, the same bytes every time.

The archive is an OCI image layout in a tar file (OCI image spec, image-layout.md) that also
carries docker's ``manifest.json``, whose paths point into ``blobs/sha256/``; so ``docker load``,
``podman load`` and ``skopeo`` all read it. Every byte follows from the plan, its base, the binary,
the files, the CA bundle and SOURCE_DATE_EPOCH: entries are sorted and of one time.

For several platforms there is an index of their images (image-index.md), as the one entry of ``index.json``: tools that
read a layout stop at two. ``manifest.json`` has the image of the plan's own platform, as docker reads no more of it.

The layers of the base are copied as they are stored. New layers are stored as plain tar, unless the plan
says otherwise. Whoever pushes them compresses them; compressed here, they cost time at every build, and
their digests depend on the version of the library.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gocontainer.common.atomic import sync
from gocontainer.common.epoch import source_date_epoch
from gocontainer.common.media_types import INDEX_TYPES
from gocontainer.common.platforms import plans_of
from gocontainer.read.libc import check_libc, libc_of_layers
from gocontainer.read.source import DamagedError
from gocontainer.write.archive import Blobs, canonical
from gocontainer.write.base_store import open_base, repair
from gocontainer.write.image import DOCKER_TYPES, Image, add_image
from gocontainer.write.layers import new_layers
from gocontainer.write.previous import Descriptor, open_previous, remember_layers
from gocontainer.write.sources import Sources, sources_of, write_sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gocontainer.common.plan import Plan

    # The plan of a platform, and its programs.
    Part = tuple[Plan, list[Path]]


INDEX_TYPE, DOCKER_INDEX_TYPE = INDEX_TYPES


class Written(NamedTuple):
    """What was written: the digest of its manifest, or of its index for several platforms, and the bytes of the files in
    the layers, unpacked: those of the plan's own platform."""

    digest: str
    size: int


class DamagedBaseError(Exception):
    """What is there of the base of a plan is damaged."""

    def __init__(self, plan: Plan, damage: DamagedError) -> None:
        super().__init__(str(damage))
        self.plan = plan
        self.damage = damage


def assemble(
    plan: Plan, binaries: list[Path], ca_bundle: Path, output: Path, cache: Path
) -> Written | None:
    """Write the image of the plan to ``output``; returns None where that did not change the file.

    The archive is written beside ``output`` and renamed, so a failure leaves the last good one.
    The files of the plan are staged in the directory of ``output``.

    :param binaries: the files of the programs, in the plan's order; of several platforms, those of one behind those of
        another.
    :param cache: a directory for what is fetched and found out about bases.
    :raises ImageError: the base can't be had, or the plan does not fit on it.
    :raises OSError: a file can't be read or written.
    :raises ValueError: SOURCE_DATE_EPOCH is not a number.
    """
    repaired: list[dict[str, str]] = []
    while True:
        try:
            return assemble_once(plan, binaries, ca_bundle, output, cache)
        except DamagedBaseError as broken:
            if broken.plan["platform"] in repaired:
                raise broken.damage from None
            repaired.append(broken.plan["platform"])
            repair(broken.plan, cache, broken.damage)


def assemble_once(
    plan: Plan, binaries: list[Path], ca_bundle: Path, output: Path, cache: Path
) -> Written | None:
    """The same, where what is fetched of bases is whole.

    :raises DamagedBaseError: it is not.
    """
    epoch = source_date_epoch()
    beside = output.with_name(f"{output.name}.{os.getpid()}.new")
    remove_leftovers(output)
    sources: Sources = {}
    try:
        with open_previous(output) as last:
            with beside.open("w+b") as archive:
                blobs = Blobs(archive, epoch, plan, last)
                images = [
                    add_part(blobs, *part, ca_bundle, output, cache, sources)
                    for part in parts_of(plan, binaries)
                ]
                written = finish(blobs, plan, images)
                image = [written.digest, *plan["tags"]]
                if image != last.image:
                    archive.flush()
                    sync(archive.fileno())  # Ninja would take half an archive for the image
            if image != last.image:
                beside.replace(output)
            remember_layers(output, image, blobs.layers)
            write_sources(output, sources)
            return written if image != last.image else None
    finally:
        beside.unlink(missing_ok=True)


def parts_of(plan: Plan, binaries: list[Path]) -> Iterator[Part]:
    count = len(plan["programs"])
    for number, each in enumerate(plans_of(plan)):
        yield each, binaries[number * count : (number + 1) * count]


def add_part(
    blobs: Blobs,
    plan: Plan,
    binaries: list[Path],
    ca_bundle: Path,
    output: Path,
    cache: Path,
    sources: Sources,
) -> Image:
    """Add the image of one platform; ``sources`` gets to know where layers came from.

    :raises DamagedBaseError: what is there of its base is damaged.
    """
    directory = output.parent
    try:
        with open_base(plan, cache) as bare:
            base = bare
            sources.update(sources_of(plan, bare))
            if "packages" in plan:
                from gocontainer.write.packages import with_packages  # which few need

                base = with_packages(plan, bare, cache, output.with_name("plan.json"))
            if "fromImages" in plan:
                from gocontainer.write.from_image import stage_from_images

                stage_from_images(plan, cache, directory)
            contents = [layer.content for layer in base.layers]
            libc = partial(libc_of_layers, contents, cache / "trees")
            check_libc(plan, binaries, directory, libc)
            if "accounts" in plan:
                from gocontainer.write.accounts import with_numbers

                plan = with_numbers(plan, contents, directory)
            new_on = partial(new_layers, plan, binaries, ca_bundle, directory)
            return add_image(blobs, plan, base, new_on, cache)
    except DamagedError as damage:
        raise DamagedBaseError(plan, damage) from damage


def finish(blobs: Blobs, plan: Plan, images: list[Image]) -> Written:
    """Add what leads to the images."""
    own = next(image for image in images if image.platform == plan["platform"])
    named = {**own.manifest.json(), "platform": own.platform}
    digest = own.manifest.digest
    if "platforms" in plan:
        index = add_index(blobs, images)
        named, digest = index.json(), index.digest
    named["annotations"] = {"org.opencontainers.image.ref.name": plan["tags"][0]}
    blobs.add_file("oci-layout", {"imageLayoutVersion": "1.0.0"})
    blobs.add_file("index.json", index_of([named], INDEX_TYPE))
    blobs.add_file("manifest.json", [{**own.entry, "RepoTags": plan["tags"]}])
    blobs.finish()
    return Written(digest, own.size)


def add_index(blobs: Blobs, images: list[Image]) -> Descriptor:
    """Add the index of the images; where all have docker's media types, it has docker's, too."""
    of_docker = set(DOCKER_TYPES.values())
    all_of_docker = all(image.manifest.media_type in of_docker for image in images)
    kind = DOCKER_INDEX_TYPE if all_of_docker else INDEX_TYPE
    manifests = [{**image.manifest.json(), "platform": image.platform} for image in images]
    return blobs.add(kind, canonical(index_of(manifests, kind)))


def index_of(manifests: list[dict[str, object]], kind: str) -> dict[str, object]:
    return {"schemaVersion": 2, "mediaType": kind, "manifests": manifests}


def remove_leftovers(output: Path) -> None:
    """Remove what builds that were killed left of the archive, where the system tells that they are gone."""
    for file in output.parent.glob(f"{output.name}.*.new"):
        process = file.name.split(".")[-2]
        if Path("/proc/self").exists() and not is_running(process):
            file.unlink(missing_ok=True)


def is_running(process: str) -> bool:
    """One that was killed, and that nobody waited for yet, has no command line any more."""
    try:
        return Path("/proc", process, "cmdline").read_bytes() != b""
    except OSError:
        return False
