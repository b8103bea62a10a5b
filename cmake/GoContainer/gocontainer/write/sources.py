"""Beside an archive, a file tells from which repositories layers of it came, for who pushes it: a registry that has a layer
in one repository gives it to another one without a byte sent.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.common.atomic import write_atomically
from gocontainer.common.engines import STORES
from gocontainer.write.base_store import TRANSPORTS

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan
    from gocontainer.read.base import Base

Sources = dict[str, list[str]]


def sources_of(plan: Plan, base: Base) -> Sources:
    """The repository of each layer of the base, by its digest; none, where it did not come from a registry."""
    name = plan["base"]
    if name == "scratch" or name.partition(":")[0] in (*TRANSPORTS, *STORES):
        return {}
    from gocontainer.registry.reference import parse_reference

    repository = parse_reference(name).name
    return {layer.digest: [repository] for layer in base.layers if layer.digest}


def write_sources(archive: Path, sources: Sources) -> None:
    """Write the file, or remove that of another image.

    :raises OSError: it can't be written.
    """
    file = archive.with_name(archive.name + ".sources.json")
    if sources:
        write_atomically(file, json.dumps(sources, indent=1, sort_keys=True).encode())
    else:
        file.unlink(missing_ok=True)
