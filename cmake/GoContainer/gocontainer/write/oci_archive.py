"""Makes an OCI image layout of docker archives: the same config and layers, so that the images keep their ids."""

from __future__ import annotations

import io
import json
from contextlib import closing
from pathlib import Path
from typing import IO

from gocontainer.common.epoch import source_date_epoch
from gocontainer.common.plan import Plan
from gocontainer.common.platforms import plans_of
from gocontainer.read.base import LAYER_TYPE
from gocontainer.read.index import image_of
from gocontainer.read.layout import read_docker, save
from gocontainer.read.source import MAX_JSON_BYTES, Archive
from gocontainer.write.archive import Blobs
from gocontainer.write.assemble import INDEX_TYPE, finish
from gocontainer.write.image import CONFIG_TYPE, DOCKER_TYPES, Image, add_manifest
from gocontainer.write.previous import Previous


def write_oci(plan: Plan, archive: Path) -> None:
    """Replace a docker archive; one that is an OCI layout, too, as docker 25 writes it, stays.

    :raises ImageError: it is none, or damaged.
    :raises OSError: it can't be written.
    """
    beside = archive.with_name(archive.name + ".oci")
    with closing(Archive(str(archive), archive)) as source:
        if "oci-layout" in source.names():
            return
        try:
            with beside.open("w+b") as stream:
                convert(plan, source, stream)
            beside.replace(archive)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


def convert(plan: Plan, source: Archive, stream: IO[bytes]) -> None:
    blobs = new_blobs(plan, stream)
    named = {
        **add_saved(blobs, plan, source).manifest.json(),
        "platform": plan["platform"],
        "annotations": {"org.opencontainers.image.ref.name": plan["tags"][0]},
    }
    blobs.add_file("oci-layout", {"imageLayoutVersion": "1.0.0"})
    blobs.add_file(
        "index.json", {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": [named]}
    )
    blobs.finish()


def write_index(plan: Plan, directory: Path, archive: Path, command: str | None) -> None:
    """Write an archive of the images of all platforms, which are in the store of an engine by themselves.

    :param directory: that of the plan.
    :param command: the command of the engine.
    :raises ImageError: one is not there.
    :raises OSError: it can't be written.
    """
    with archive.open("w+b") as stream:
        blobs = new_blobs(plan, stream)
        images = []
        for part in plans_of(plan):
            saved = archive.with_name(archive.name + ".saved")
            try:
                save(image_of(part, directory), saved, command)
                with closing(Archive(image_of(part, directory), saved)) as source:
                    images.append(add_saved(blobs, part, source))
            finally:
                saved.unlink(missing_ok=True)
        finish(blobs, plan, images)


def new_blobs(plan: Plan, stream: IO[bytes]) -> Blobs:
    return Blobs(stream, source_date_epoch(), plan, Previous(io.BytesIO(), [], {}))


def add_saved(blobs: Blobs, plan: Plan, source: Archive) -> Image:
    """Add the image of a docker archive.

    :raises ImageError: it is damaged.
    """
    image = read_docker(source)
    (entry,) = source.json("manifest.json")
    with source.open(entry["Config"]) as data:
        config_data = data.read(MAX_JSON_BYTES)
    layers = []
    for layer in image.layers:
        with layer.open() as tar:
            layers.append(blobs.copy(LAYER_TYPE, tar))
        if layers[-1].digest != layer.diff_id:
            raise layer.error("is damaged")
    # As for an image of builtin: tools drop the health check of an image of OCI's media types.
    has_check = "Healthcheck" in (json.loads(config_data).get("config") or {})
    typed = DOCKER_TYPES if has_check else {}
    config = blobs.add(CONFIG_TYPE, config_data)
    manifest = add_manifest(blobs, config, layers, typed)
    paths = {"Config": config.path(), "Layers": [layer.path() for layer in layers]}
    return Image(manifest, paths, plan["platform"], sum(layer.size for layer in layers))
