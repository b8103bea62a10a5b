"""Writes the documents of SBOM beside the plan of a container.

The engine builtin has them written by the process that wrote the image, which has loaded what they need while go ran.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.common.atomic import write_changed
from gocontainer.common.platforms import plans_of
from gocontainer.read.index import image_of
from gocontainer.read.layout import Image, index_digest, open_image
from gocontainer.read.opened import OpenedIndex, forget_others
from gocontainer.sbom.formats import file_of, text_of
from gocontainer.sbom.gather import gather, gather_index
from gocontainer.sbom.libraries import read_libraries

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan
    from gocontainer.sbom.model import Sbom

# Written after the documents of a plan: what changes later, somebody else changed (build/sbom.cmake).
STAMP = "sbom.made"
# The tars of layers that are compressed in the archive.
LAYERS = "sbom-layers"


def write_documents(plan: Plan, directory: Path) -> None:
    """Write all documents of a plan, whose image is an archive that this process wrote.

    :raises ImageError: the archive can't be read.
    :raises OSError: a document can't be written.
    """
    where, kept, libraries = (
        image_of(plan, directory),
        directory / LAYERS,
        read_libraries(directory),
    )
    parts: list[Sbom] = []
    images: list[Image] = []
    with ExitStack() as opened:
        for each in plans_of(plan):
            platform = each["platform"] if "part" in each else None
            images.append(opened.enter_context(open_image(where, platform=platform)))
            parts.append(gather(OpenedIndex(images[-1], kept), plan["name"], libraries))
            write_document(parts[-1], directory, plan["name"], each.get("part"), plan["sbom"])
        forget_others(images, kept)
    if len(parts) > 1:
        transport, _, file = where.partition(":")
        whole = gather_index(plan["name"], index_digest(transport, Path(file)), parts)
        write_document(whole, directory, plan["name"], None, plan["sbom"])
    stamp(directory)


def write_document(
    sbom: Sbom, directory: Path, name: str, part: str | None, forms: list[str]
) -> None:
    """Write one SBOM in each of the formats.

    :param name: that of the container.
    :param part: the platform as names of files have it, for one of several.
    :raises OSError: it can't be written.
    """
    for form in forms:
        write_changed(file_of(directory, name, part, form), text_of(sbom, form).encode())


def stamp(directory: Path) -> None:
    """Say that the documents in the directory of a plan are as they should be."""
    (directory / STAMP).write_bytes(b"")
