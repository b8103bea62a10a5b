"""What a push attaches to an image in a registry: the SBOMs and the provenance of a container, which lie beside its plan."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from gocontainer.common.error import ImageError
from gocontainer.common.platforms import name_in_full, plans_of, platform_name
from gocontainer.registry.referrers import Document, Referrers, descriptor_of, referrers_of
from gocontainer.sbom import formats, provenance

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan
    from gocontainer.registry.image import Manifest

# What tells statements of the same type from each other, as BuildKit calls it.
PREDICATE_TYPE = "in-toto.io/predicate-type"


class Kind(NamedTuple):
    """A document that a push attaches: its file, its media type, and its predicate type as a statement of in-toto."""

    file: Path
    media_type: str
    predicate: str


class Pushed(NamedTuple):
    """An image, or an index of some, in a registry: its descriptor, its platform (of an index None), and the digest
    that it had before the push, as far as that is known."""

    subject: dict[str, Any]
    platform: str | None
    built: str = ""


def pushed_images(image: Manifest, top: Manifest) -> list[Pushed]:
    """The image; of an index its images, and the index.

    :param top: what is pushed for it.
    """
    found = [
        Pushed(descriptor_of(each.media_type, each.data), each.platforms[0], each.built)
        for each in image.children or (image,)
    ]
    if image.children:
        found.append(Pushed(descriptor_of(top.media_type, top.data), None, image.built))
    return found


def attached_files(plan: Plan, directory: Path) -> list[Path]:
    """The files of all documents that a push attaches."""
    parts = dict.fromkeys([*(each.get("part") for each in plans_of(plan)), None])
    return [kind.file for part in parts for kind in kinds(plan, directory, part)]


def kinds(plan: Plan, directory: Path, part: str | None) -> list[Kind]:
    """The documents about the image, or about one of its platforms."""
    if plan.get("attest") == "none":
        return []
    name, found = plan["name"], []
    for form in plan.get("sbom", ()):
        module = formats.module_of(form)
        file = formats.file_of(directory, name, part, form)
        found.append(Kind(file, module.MEDIA_TYPE, module.PREDICATE))
    if "provenance" in plan and (part or "platforms" not in plan):
        each: Any = {"name": name, **({"part": part} if part else {})}
        file = provenance.file_of(directory, each)
        found.append(Kind(file, provenance.MEDIA_TYPE, provenance.PREDICATE))
    return found


def attachments(plan: Plan, directory: Path, images: list[Pushed]) -> list[Referrers]:
    """The documents about pushed images, as referrers of these.

    :raises ImageError: a document can't be read.
    """
    if plan.get("attest") == "index":
        return []
    found = []
    for each in images:
        documents = [
            Document(
                kind.file.name,
                kind.media_type,
                data,
                {PREDICATE_TYPE: kind.predicate} if is_statement(kind) else {},
            )
            for kind, data in documents_of(plan, directory, each, images)
        ]
        if documents:
            found.append(referrers_of(each.subject, documents))
    return found


def documents_of(
    plan: Plan, directory: Path, image: Pushed, images: list[Pushed]
) -> list[tuple[Kind, bytes]]:
    """The documents about one of the images, with the digests that these have in a registry.

    :raises ImageError: a document can't be read.
    """
    parts = {
        name_in_full(platform_name(each["platform"])): each["part"]
        for each in plans_of(plan)
        if "part" in each
    }
    part = parts[name_in_full(image.platform)] if parts and image.platform else None
    found = []
    for kind in kinds(plan, directory, part):
        try:
            data = kind.file.read_bytes()
            if is_statement(kind):
                data = provenance.with_subject(data, image.subject["digest"])
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else error
            raise ImageError(
                f"{kind.file} can't be attached to the image: {reason}. Build the target <name>-push, which writes it."
            ) from error
        if not is_statement(kind):
            for each in filter(lambda each: each.built, images):
                data = data.replace(digits(each.built), digits(each.subject["digest"]))
        found.append((kind, data))
    return found


def is_statement(kind: Kind) -> bool:
    return kind.media_type == provenance.MEDIA_TYPE


def digits(digest: str) -> bytes:
    return digest.partition(":")[2].encode()


def statement_of(kind: Kind, data: bytes, name: str, digest: str) -> bytes:
    """The document as a statement of in-toto about the image with the digest.

    :raises ImageError: it is not JSON.
    """
    if is_statement(kind):
        return data
    try:
        predicate = json.loads(data)
    except ValueError as error:
        raise ImageError(f"{kind.file} is not JSON: {error}. Build it again.") from error
    statement = {
        "_type": provenance.STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": digest.partition(":")[2]}}],
        "predicateType": kind.predicate,
        "predicate": predicate,
    }
    return json.dumps(statement, separators=(",", ":")).encode()
