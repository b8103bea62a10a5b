"""Pushes the image of an archive that no push knows, or that a registry lacks, and writes pushed.json."""

from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path

from gocontainer.cli.last_push import remember, settled_state
from gocontainer.common.atomic import write_changed
from gocontainer.common.plan import Plan
from gocontainer.common.trace import append, step
from gocontainer.read.source import Archive
from gocontainer.registry.compressed import forget_old
from gocontainer.registry.expected import API, LIST, Expected, joined
from gocontainer.registry.image import Manifest, Pushable
from gocontainer.registry.push import Pusher, by_repository
from gocontainer.registry.reference import Reference, parse_reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gocontainer.registry.client import Client
    from gocontainer.registry.referrers import Referrers


def push_archive(plan_file: str, kept: str | None, pusher: Pusher) -> None:
    """Have the references of a plan stand for the image of its archive, with what is attached and signed.

    :param kept: the directory with compressed layers; they lie beside the plan by default.
    :raises ImageError: they do not.
    """
    file = Path(plan_file)
    of_plan = settled_state(plan_file)
    plan: Plan = json.loads(file.read_bytes())
    references = [parse_reference(text) for text in plan["push"]]
    archive = file.with_name(f"{plan['name']}.tar")
    files = [archive, *files_attached(plan, file.parent)]
    states = {file.name: of_plan, **{each.name: settled_state(str(each)) for each in files}}
    begun = time.time_ns()
    with closing(opened(archive)) as source:
        built = pushable(source, archive, kept).image()
        compressed = time.time_ns()
        image, attached = with_documents(plan, file.parent, built)
        changed = pusher.push(image, references, attached)
    steps = [("compress layers", begun, compressed), ("push", compressed, time.time_ns())]
    append(str(file.parent), [step(name, plan["name"], *times) for name, *times in steps])
    for reference in references:
        done = "" if reference in changed else " is there"
        print(f"{reference} {image.digest}{done}")
    expected = expected_of(pusher.client, references, attached)
    pushed = record_of(plan["name"], image, references)
    write_changed(file.with_name("pushed.json"), pushed)
    if "sign" in plan:
        from gocontainer.cli.signing import sign_pushed

        expected += sign_pushed(pusher.client, plan, file.parent, image.digest, references, changed)
    remember(plan_file, states, plan["name"], image.digest, references, joined(expected), pushed)
    layers = layers_of(archive, kept)
    if changed and layers.is_dir():
        forget_old(layers)


def files_attached(plan: Plan, directory: Path) -> list[Path]:
    """The documents that are pushed with the image. What reads them is loaded only for a plan that has some."""
    if "sbom" not in plan and "provenance" not in plan:
        return []
    from gocontainer.cli.attachments import attached_files

    return attached_files(plan, directory)


def with_documents(
    plan: Plan, directory: Path, built: Manifest
) -> tuple[Manifest, list[Referrers]]:
    """What is pushed of the image that was built, and what refers to it."""
    if not files_attached(plan, directory):
        return built, []
    from gocontainer.cli.attachments import attachments, pushed_images
    from gocontainer.cli.attested_index import attested

    image = attested(plan, directory, built)
    return image, attachments(plan, directory, pushed_images(built, image))


def expected_of(
    client: Client, references: list[Reference], attached: list[Referrers]
) -> list[Expected]:
    """What was attached in each repository."""
    found = []
    for (host, name), _ in by_repository(references):
        how = API if client.repository(host, name).registry.lists_referrers else LIST
        for each in attached:
            digests = [manifest.digest for manifest in each.manifests]
            found.append(Expected(host, name, how, each.subject["digest"], digests))
    return found


def image_of(archive: str, kept: str | None) -> Manifest:
    """What the archive's image is made of; its blobs can't be read any more.

    :raises ImageError: the archive holds no image, or a damaged one.
    """
    file = Path(archive)
    with closing(opened(file)) as source:
        return pushable(source, file, kept).image()


def opened(archive: Path) -> Archive:
    return Archive(f"push of {archive.stem}", archive)


def pushable(source: Archive, archive: Path, kept: str | None) -> Pushable:
    return Pushable(source, layers_of(archive, kept), sources_of(archive))


def layers_of(archive: Path, kept: str | None) -> Path:
    return Path(kept) if kept else archive.with_name("layers")


def sources_of(archive: Path) -> dict[str, list[str]]:
    """The repositories, with their hosts, from which layers of the archive came, by their digests."""
    try:
        found = json.loads(archive.with_name(archive.name + ".sources.json").read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def record_of(name: str, image: Manifest, references: list[Reference]) -> bytes:
    """What pushed.json tells of a push (docs/pushed.schema.json)."""
    images = [
        {
            "reference": f"{host}/{repository}@{image.digest}",
            "digest": image.digest,
            "platforms": list(image.platforms),
            "tags": tags,
        }
        for (host, repository), tags in by_repository(references)
    ]
    record = {"schemaVersion": 1, "name": name, "images": images}
    return json.dumps(record, indent=2).encode() + b"\n"
