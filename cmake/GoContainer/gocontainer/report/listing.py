"""The containers of a build tree, one by one: names, platforms, sizes, budgets, and whether their images are there."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.checks import CheckError, Test
from gocontainer.checks.budget import budget_of
from gocontainer.common.engines import engine_of
from gocontainer.common.platforms import plans_of, platform_name
from gocontainer.common.printable import printable
from gocontainer.read.index import image_of
from gocontainer.read.source import ImageError
from gocontainer.report.facts import Json

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan

# The states of an image.
BUILT, NEVER, PRUNED, OLD, UNKNOWN = "built", "never built", "pruned", "out of date", "unknown"
# What prints the ids of all images of a store; docker, podman and buildah have the same words for it.
IDS = ("images", "--all", "--quiet", "--no-trunc")
HEAD = ("NAME", "REFERENCE", "PLATFORM", "SIZE", "BUDGET", "ENGINE", "STATE")


class Stores:
    """The stores of the engines, each asked once.

    :param commands: the commands of engines that are not found by their names.
    """

    def __init__(self, commands: Mapping[str, str]) -> None:
        self.commands = commands
        self.found: dict[str, set[str] | None] = {}

    def command(self, engine: str) -> str:
        return self.commands.get(engine, engine)

    def ids(self, engine: str) -> set[str] | None:
        """The ids of the images, without ``sha256:``; None if the engine does not answer."""
        if engine not in self.found:
            self.found[engine] = self._ask(engine)
        return self.found[engine]

    def _ask(self, engine: str) -> set[str] | None:
        try:
            done = subprocess.run(
                [self.command(engine), *IDS], capture_output=True, text=True, check=False
            )
        except OSError:
            return None
        ids = {word.rpartition(":")[2] for word in done.stdout.split()}
        return ids if done.returncode == 0 else None


def containers_of(plans: Iterable[Path], commands: Mapping[str, str]) -> list[Json]:
    """What there is to tell of the containers of these plans.

    :param commands: the commands of engines that are not found by their names.
    :raises OSError: a plan is not there.
    """
    stores = Stores(commands)
    return [container_of(file, stores) for file in plans]


def container_of(file: Path, stores: Stores) -> Json:
    plan = json.loads(file.read_bytes())
    state = state_of(plan, file.parent, stores)
    command = None if engine_of(plan).store is None else stores.command(plan["engine"])
    parts = [
        Test(plan["name"], each, file.parent, engine_command=command) for each in plans_of(plan)
    ]
    return {
        "name": plan["name"],
        "references": plan["tags"],
        "engine": plan["engine"],
        "state": state,
        "plan": str(file),
        "images": [
            {
                "platform": platform_name(part.plan["platform"]),
                "size": None if state == NEVER else size_of(part),
                "budget": budget_in(part),
            }
            for part in parts
        ],
    }


def state_of(plan: Plan, directory: Path, stores: Stores) -> str:
    """The state of an image. It is out of date if its plan is newer; whether sources changed, only a build can tell."""
    built = directory / "built"  # Ninja's; the build began when it says
    try:
        where = image_of(plan, directory)
    except ImageError:
        return PRUNED if built.exists() else NEVER
    if engine_of(plan).store is not None:
        ids = stores.ids(plan["engine"])
        if ids is None:
            return UNKNOWN
        if where.rpartition(":")[2] not in ids:
            return PRUNED
    if built.exists() and (directory / "plan.json").stat().st_mtime_ns > built.stat().st_mtime_ns:
        return OLD
    return BUILT


def size_of(part: Test) -> int | None:
    """The bytes that MAX_SIZE counts; None if the image can't be read."""
    try:
        return part.index.size()
    except ImageError:
        return None


def budget_in(part: Test) -> Json | None:
    """MAX_SIZE, as it was declared and in bytes; None if there is none in this configuration."""
    if "maxSize" not in part.plan:
        return None
    try:
        budget = budget_of(part, "MAX_SIZE", "maxSize")
    except CheckError:
        return None  # the check size says why
    return budget and {"declared": budget["declared"], "bytes": budget["bytes"]}


def text_of(containers: Iterable[Json]) -> str:
    """A table with a line for each image."""
    rows = [HEAD, *(row_of(each, image) for each in containers for image in each["images"])]
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)


def row_of(container: Json, image: Json) -> tuple[str, ...]:
    size, budget = image["size"], image["budget"]
    used = f", {100 * size / budget['bytes']:.0f} %" if budget and size is not None else ""
    return (
        printable(container["name"]),
        printable(container["references"][0]),
        printable(image["platform"]),
        "-" if size is None else f"{size:,}",
        printable(budget["declared"]) + used if budget else "-",
        container["engine"],
        container["state"],
    )
