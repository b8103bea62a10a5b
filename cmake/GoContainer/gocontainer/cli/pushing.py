"""The command that pushes."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

from gocontainer.common.atomic import write_atomically
from gocontainer.common.engines import engine_of
from gocontainer.common.plan import Plan
from gocontainer.common.printable import printable
from gocontainer.read.source import Archive, ImageError
from gocontainer.registry.client import Client
from gocontainer.registry.compressed import forget_old
from gocontainer.registry.image import Manifest, Pushable
from gocontainer.registry.push import Pusher, by_repository
from gocontainer.registry.reference import Reference, parse_reference


def command_push(arguments: SimpleNamespace) -> int:
    """Push the images of the plans on the same connections; those of the others, if one can't be pushed.

    :raises ImageError: one or more could not be.
    """
    errors = []
    remembered = Path(arguments.kept, "..", "registries.json") if arguments.kept else None
    with Client(remembered=remembered) as client:
        pusher = Pusher(client)
        for plan in plans_of(arguments.plans):
            try:
                push_plan(plan, arguments.kept, pusher)
            except (ImageError, OSError) as error:
                plan.with_name("pushed.json").unlink(missing_ok=True)
                errors.append(str(error))
        for warning in client.warnings:
            print(f"GoContainer: {printable(warning, 300)}", file=sys.stderr)
    if errors:
        raise ImageError("\n".join(errors))
    return 0


def plans_of(words: list[str]) -> list[Path]:
    """The plans that the words name; ``@<file>`` names a file with a plan on each line, of those that push an archive."""
    plans: list[Path] = []
    for word in words:
        if word.startswith("@"):
            lines = Path(word[1:]).read_text(encoding="utf-8").splitlines()
            plans += [
                Path(line) for line in lines if pushes_archive(json.loads(Path(line).read_bytes()))
            ]
        else:
            plans.append(Path(word))
    return plans


def pushes_archive(plan: Plan) -> bool:
    return bool(plan.get("push")) and engine_of(plan).store is None


def push_plan(file: Path, kept: str | None, pusher: Pusher) -> None:
    plan: Plan = json.loads(file.read_bytes())
    references = [parse_reference(text) for text in plan["push"]]
    directory = file.parent
    layers = Path(kept) if kept else directory / "layers"
    archive = directory / f"{plan['name']}.tar"
    with closing(Archive(f"push of {plan['name']}", archive)) as source:
        image = Pushable(source, layers, sources_of(archive)).image()
        changed = pusher.push(image, references)
    for reference in references:
        done = "" if reference in changed else " is there"
        print(f"{reference} {image.digest}{done}")
    write_record(directory / "pushed.json", plan["name"], image, references)
    if changed and layers.is_dir():
        forget_old(layers)


def sources_of(archive: Path) -> dict[str, list[str]]:
    """The repositories, with their hosts, from which layers of the archive came, by their digests."""
    try:
        found = json.loads(archive.with_name(archive.name + ".sources.json").read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_record(file: Path, name: str, image: Manifest, references: list[Reference]) -> None:
    """Write down what was pushed; nothing, where that is what the file says (docs/pushed.schema.json)."""
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
    data = json.dumps(record, indent=2).encode() + b"\n"
    try:
        if file.read_bytes() == data:
            return
    except OSError:
        pass
    write_atomically(file, data)
