"""The command that writes provenance statements."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

from gocontainer.common.atomic import write_changed
from gocontainer.common.platforms import plans_of
from gocontainer.read.index import index_of
from gocontainer.sbom.provenance import file_of, text_of


def command_provenance(arguments: SimpleNamespace) -> int:
    """Write the statement about the image of a plan, or of each of its platforms, beside the plan."""
    file = Path(arguments.plan)
    for plan in plans_of(json.loads(file.read_bytes())):
        index = index_of(plan, file.parent, arguments.engine_command)
        write_changed(file_of(file.parent, plan), text_of(plan, file.parent, index).encode())
    return 0
