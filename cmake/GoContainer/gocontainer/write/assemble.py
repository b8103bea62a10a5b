"""Writes an OCI image of a Go binary: no daemon, the same bytes every time.

The archive is an OCI image layout in a tar file (OCI image spec, image-layout.md) that also
carries docker's ``manifest.json``, whose paths point into ``blobs/sha256/``; so ``docker load``,
``podman load`` and ``skopeo`` all read it. Every byte follows from the plan, its base, the binary,
the files, the CA bundle and SOURCE_DATE_EPOCH: entries are sorted and of one time.

The layers of the base are copied as they are stored. New layers are stored as plain tar, unless the plan
says otherwise. Whoever pushes them compresses them; compressed here, they cost time at every build, and
their digests depend on the version of the library.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from gocontainer.common.atomic import sync
from gocontainer.read.base import LAYER_TYPE, MANIFEST_TYPE, OCI_TYPES, Base, StoredLayer
from gocontainer.read.libc import check_libc, libc_of_layers
from gocontainer.read.source import DamagedError, digest_of
from gocontainer.read.tree import Tree, tree_of
from gocontainer.write.archive import Blobs, canonical
from gocontainer.write.base_store import open_base, repair
from gocontainer.write.config import image_config, inherit, with_base_digest
from gocontainer.write.layers import NewLayer, new_layers
from gocontainer.write.previous import Descriptor, open_previous, remember_layers

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


# The last second of the year 9999: RFC 3339 has no more.
MAX_EPOCH = 253402300799
CONFIG_TYPE = "application/vnd.oci.image.config.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
ZSTD_TYPE = LAYER_TYPE + "+zstd"
DOCKER_TYPES = {
    MANIFEST_TYPE: "application/vnd.docker.distribution.manifest.v2+json",
    CONFIG_TYPE: "application/vnd.docker.container.image.v1+json",
    **{oci: other for other, oci in OCI_TYPES.items()},
}


def source_date_epoch() -> int:
    """Seconds since 1970 that everything in the image carries: SOURCE_DATE_EPOCH, or 0.

    :raises ValueError: the variable is no such number.
    """
    text = os.environ.get("SOURCE_DATE_EPOCH", "") or "0"
    if not (text.isascii() and text.isdecimal()) or len(text) > 12 or int(text) > MAX_EPOCH:
        raise ValueError(
            f"SOURCE_DATE_EPOCH is {text[:40]!r}, not a number of seconds from 0 to {MAX_EPOCH}. "
            "Give it one, such as the output of `git log -1 --format=%ct`, or unset it."
        )
    return int(text)


class Written(NamedTuple):
    """An image that was written: the digest of its manifest, and the bytes of the files in its layers, unpacked."""

    digest: str
    size: int


def copy_layer(blobs: Blobs, layer: StoredLayer) -> Descriptor:
    """Copy a layer of the base, byte for byte.

    :raises ImageError: it is damaged.
    """
    key = f"{layer.media_type} {layer.digest or layer.content.diff_id}"
    if kept := blobs.take(key):
        return kept.blob
    with layer.open() as stored:
        descriptor = blobs.copy(layer.media_type, stored)
    if layer.digest is None:
        # A docker archive names the digest of the tar only.
        whole = tar_digest(layer) == layer.content.diff_id
    else:
        whole = descriptor.digest == layer.digest
    if not whole:
        raise layer.damaged()
    return blobs.remember(key, descriptor, layer.content.diff_id).blob


def unpack_layer(blobs: Blobs, layer: StoredLayer) -> Descriptor:
    """Add the tar of a layer of the base.

    :raises ImageError: it is damaged.
    """
    key = f"tar of {layer.digest} {layer.content.diff_id}"
    if kept := blobs.take(key):
        return kept.blob
    with layer.open() as stored:
        if layer.digest not in (None, digest_of(stored)):
            raise layer.damaged()
    with layer.content.open() as tar:
        descriptor = blobs.copy(LAYER_TYPE, tar)
    if descriptor.digest != layer.content.diff_id:
        raise layer.damaged()
    return blobs.remember(key, descriptor, descriptor.digest).blob


def tar_digest(layer: StoredLayer) -> str:
    with layer.content.open() as tar:
        return digest_of(tar)


def write_archive(
    blobs: Blobs,
    plan: Plan,
    base: Base,
    new_on: Callable[[Tree], Iterator[NewLayer]],
    cache: Path,
) -> Written:
    """Write the whole archive.

    :param new_on: gives the new layers on what the base has.
    """
    plan = {**plan, "config": with_base_digest(plan["config"], base.digest)}
    # The OCI config has no health check: podman and skopeo drop it from an image of OCI's media
    # types. With docker's, which they and containerd read in an OCI layout too, it stays.
    typed = DOCKER_TYPES if "Healthcheck" in inherit(base.config, plan["config"]) else {}
    stored, readable = copy_base(blobs, base, bool(typed))
    # Its layers are known to be whole now.
    tree = tree_of([layer.content for layer in base.layers], cache / "trees")
    size = tree.size
    added = [(blobs.add_layer(layer.entries), layer.maker) for layer in new_on(tree)]
    new = [layer.blob for layer, _ in added]
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(blobs.epoch))
    history = [(layer.diff_id, maker) for layer, maker in added]
    config = blobs.add(CONFIG_TYPE, canonical(image_config(plan, base.config, history, created)))
    descriptor = add_manifest(blobs, config, [*stored, *new], typed)
    named = {
        **descriptor.json(),
        "platform": plan["platform"],
        "annotations": {"org.opencontainers.image.ref.name": plan["tags"][0]},
    }
    blobs.add_file("oci-layout", {"imageLayoutVersion": "1.0.0"})
    blobs.add_file(
        "index.json", {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": [named]}
    )
    entry = {
        "Config": config.path(),
        "RepoTags": plan["tags"],
        "Layers": [layer.path() for layer in [*readable, *new]],
    }
    blobs.add_file("manifest.json", [entry])
    blobs.finish()
    return Written(descriptor.digest, size + sum(layer.files for layer, _ in added))


def copy_base(
    blobs: Blobs, base: Base, docker_types: bool
) -> tuple[list[Descriptor], list[Descriptor]]:
    """Copy the layers of the base; returns those for the manifest, those for manifest.json.

    Docker before 23 does not read zstd, and has no media type for it: where docker is to read a
    layer of zstd, its tar is added.
    """
    stored, readable = [], []
    for layer in base.layers:
        zstd = layer.media_type == ZSTD_TYPE
        if zstd:
            readable.append(unpack_layer(blobs, layer))
        stored.append(readable[-1] if zstd and docker_types else copy_layer(blobs, layer))
        if not zstd:
            readable.append(stored[-1])
    return stored, readable


def add_manifest(
    blobs: Blobs, config: Descriptor, layers: list[Descriptor], typed: dict[str, str]
) -> Descriptor:
    """Add the manifest (manifest.md); ``typed`` gives other media types in place of OCI's."""

    def described(blob: Descriptor) -> dict[str, Any]:
        return blob._replace(media_type=typed.get(blob.media_type, blob.media_type)).json()

    media_type = typed.get(MANIFEST_TYPE, MANIFEST_TYPE)
    manifest = {
        "schemaVersion": 2,
        "mediaType": media_type,
        "config": described(config),
        "layers": [described(layer) for layer in layers],
    }
    return blobs.add(media_type, canonical(manifest))


def assemble(
    plan: Plan, binaries: list[Path], ca_bundle: Path, output: Path, cache: Path
) -> Written | None:
    """Write the image of the plan to ``output``; returns None where that did not change the file.

    The archive is written beside ``output`` and renamed, so a failure leaves the last good one.
    The files of the plan are staged in the directory of ``output``.

    :param binaries: the files of the programs, in the plan's order.
    :param cache: a directory for what is fetched and found out about bases.
    :raises ImageError: the base can't be had, or the plan does not fit on it.
    :raises OSError: a file can't be read or written.
    :raises ValueError: SOURCE_DATE_EPOCH is no number.
    """
    try:
        return assemble_once(plan, binaries, ca_bundle, output, cache)
    except DamagedError as damage:
        repair(plan, cache, damage)
    return assemble_once(plan, binaries, ca_bundle, output, cache)


def assemble_once(
    plan: Plan, binaries: list[Path], ca_bundle: Path, output: Path, cache: Path
) -> Written | None:
    """The same, where what is fetched of bases is whole.

    :raises DamagedError: it is not.
    """
    epoch = source_date_epoch()
    beside = output.with_name(f"{output.name}.{os.getpid()}.new")
    remove_leftovers(output)
    try:
        with open_previous(output) as last:
            with open_base(plan, cache) as bare, beside.open("w+b") as archive:
                base = bare
                if "packages" in plan:
                    from gocontainer.write.packages import with_packages  # which few need

                    base = with_packages(plan, bare, cache, output.with_name("plan.json"))
                if "fromImages" in plan:
                    from gocontainer.write.from_image import stage_from_images

                    stage_from_images(plan, cache, output.parent)
                contents = [layer.content for layer in base.layers]
                check_libc(
                    plan,
                    binaries,
                    output.parent,
                    partial(libc_of_layers, contents, cache / "trees"),
                )
                if "accounts" in plan:
                    from gocontainer.write.accounts import with_numbers

                    plan = with_numbers(plan, contents, output.parent)
                new_on = partial(new_layers, plan, binaries, ca_bundle, output.parent)
                blobs = Blobs(archive, epoch, plan, last)
                written = write_archive(blobs, plan, base, new_on, cache)
                image = [written.digest, *plan["tags"]]
                if image != last.image:
                    archive.flush()
                    sync(archive.fileno())  # Ninja would take half an archive for the image
            if image != last.image:
                beside.replace(output)
            remember_layers(output, image, blobs.layers)
            return written if image != last.image else None
    finally:
        beside.unlink(missing_ok=True)


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
