"""The command that loads an image into the store of an engine."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

from gocontainer.common.atomic import write_atomically
from gocontainer.common.plan import Plan
from gocontainer.write.load import load


def command_load(arguments: SimpleNamespace) -> int:
    """Load the image, and write its id in the store down, by which a build finds out that somebody removed it.

    :raises ImageError: the engine does not take it.
    """
    file = Path(arguments.plan)
    plan: Plan = json.loads(file.read_bytes())
    archive = file.with_name(plan["name"] + ".tar")
    done = load(plan, archive, arguments.engine, arguments.command)
    if done.sent:
        print(f"{plan['tags'][0]} to {arguments.engine}: layers {done.layers}, {done.sent:,} bytes")
    write_atomically(file.with_name("image.id"), done.id.encode() + b"\n")
    return 0
