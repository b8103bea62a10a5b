"""The sizes of the last builds of a container, which its reports wrote down: ``history.json`` beside its plan."""

from __future__ import annotations

import json
from pathlib import Path

from gocontainer.common.atomic import write_atomically
from gocontainer.report.facts import Json

MOST = 50


def history_file(directory: Path, part: str | None) -> Path:
    """:param part: which of several platforms."""
    return directory / (f"history-{part}.json" if part else "history.json")


def recorded(file: Path, facts: Json, now: str) -> list[Json]:
    """The builds that are written down, this one last. An image that is the same as the last one is not a new build.

    :param now: the time, as ISO 8601 has it.
    :raises OSError: the file can't be written.
    """
    builds = read(file)
    if not builds or builds[-1]["id"] != facts["id"]:
        builds.append(
            {"id": facts["id"], "time": now, "size": facts["size"], "stored": facts["stored"]}
        )
        builds = builds[-MOST:]
        write_atomically(file, (json.dumps(builds, indent=1) + "\n").encode())
    return builds


def read(file: Path) -> list[Json]:
    """The builds, oldest first; none where they can't be read."""
    try:
        builds = json.loads(file.read_text(encoding="utf-8"))
        return [
            {"id": str(each["id"]), "time": str(each["time"]), **sizes}
            for each in builds
            if (sizes := {"size": int(each["size"]), "stored": int(each["stored"])})
        ]
    except (OSError, ValueError, LookupError, TypeError):
        return []
