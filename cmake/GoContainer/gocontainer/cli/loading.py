"""The command that loads an image into the store of an engine."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

from gocontainer.common.atomic import write_atomically
from gocontainer.common.engines import ENGINES
from gocontainer.common.plan import Plan
from gocontainer.write.load import Store, load, load_plan


def command_load(arguments: SimpleNamespace) -> int:
    """Load the image. Of a plan, write its id in the store down, by which a build finds out that somebody removed it.

    :raises ImageError: the engine does not take it.
    :raises ValueError: it is not an engine with a store that archives can be loaded into.
    """
    engine = arguments.engine
    loaders = [name for name, row in ENGINES.items() if row.load]
    if engine not in loaders:
        raise ValueError(
            f"gocontainer load: {engine} is not an engine to load into. Give {' or '.join(loaders)}."
        )
    command = arguments.engine_command or engine
    if not arguments.image.endswith("plan.json"):
        return load_named(arguments, command)
    file = Path(arguments.image)
    plan: Plan = json.loads(file.read_bytes())
    archive = file.with_name(plan["name"] + ".tar")
    done = load_plan(plan, archive, engine, command)
    if done.sent:
        print(f"{plan['tags'][0]} to {engine}: layers {done.layers}, {done.sent:,} bytes")
    write_atomically(file.with_name("image.id"), done.id.encode() + b"\n")
    return 0


def load_named(arguments: SimpleNamespace, command: str) -> int:
    """Load any image that a name leads to, with the references that it has there."""
    from gocontainer.cli.archive_of import archive_of
    from gocontainer.common.platforms import platform_of
    from gocontainer.read.layout import read_archive
    from gocontainer.read.source import Archive

    name, engine = arguments.image, arguments.engine
    wanted = platform_of(arguments.platform) if arguments.platform else None
    asked = f"gocontainer load: {name} is to go to {engine}"
    store = Store(asked, engine, command, "Mend that and load it again.")
    with archive_of(name, None, arguments.platform) as archive:
        with closing(Archive(name, archive)) as source:
            image = read_archive(source, wanted)
        platform = {key: image.config[key] for key in ("os", "architecture")}
        # An annotation may be a tag by itself, which names no image.
        tags = [text for text in image.references if "/" in text or ":" in text]
        done = load(wanted or platform, tags, archive, store)
    print(f"{' '.join(tags) or done.id} to {engine}: layers {done.layers}, {done.sent:,} bytes")
    return 0
