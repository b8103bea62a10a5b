"""Images by the names that people give them at the command line.

The name of an image is one of these:

- a file: an OCI archive or a docker archive, or the ``plan.json`` of a container;
- a directory: an OCI image layout, or that of a container in a build tree, which has ``plan.json``;
- ``<transport>:<where>``, as read/layout.py has them, such as ``docker-daemon:api:latest``;
- anything else is a reference of an image in a registry, also as ``docker://<reference>``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.common.engines import STORELESS, STORES
from gocontainer.common.platforms import choose_platform, platform_name, platform_of
from gocontainer.read.index import DOCUMENT, Index, index_of, write_index
from gocontainer.read.layout import TRANSPORTS, Image, open_image, platforms_in
from gocontainer.read.source import ImageError

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan, Program

PLAN = "plan.json"


class Named:
    """An image that a command names: the plan that gave it, or one that says no more than which image it is, the
    directory of the plan, and what is in the image. ``planned`` tells whether there is a real plan. It is a plain
    class, as a command starts quicker with one."""

    def __init__(
        self,
        name: str,
        plan: Plan,
        directory: Path,
        index: Index,
        references: tuple[str, ...],
        planned: bool,
    ) -> None:
        self.name = name
        self.plan = plan
        self.directory = directory
        self.index = index
        self.references = references
        self.planned = planned


@contextmanager
def open_named(
    name: str, engine_command: str | None = None, platform: str | None = None
) -> Iterator[Named]:
    """The image of that name.

    :param engine_command: the command of the engine in whose store the image is, where it is in one.
    :param platform: which image of several, as linux/<architecture>[/<variant>].
    :raises ImageError: there is none, or it can't be read.
    :raises ValueError: the platform is none, or there is no image for it.
    """
    file = plan_file(name)
    if file is not None:
        plan = choose_platform(json.loads(file.read_bytes()), platform)
        index = index_of(plan, file.parent, engine_command)
        yield Named(name, plan, file.parent, index, tuple(plan["tags"]), True)
        return
    import tempfile  # which an image that is indexed already can do without

    wanted = platform_of(platform) if platform else None
    with tempfile.TemporaryDirectory(prefix="go-container-") as scratch:
        directory = Path(scratch)
        where = where_of(name)
        if where is None:
            where = fetched(name, directory, wanted)
        with open_image(where, engine_command, wanted) as image:
            yield indexed(name, where, image, directory)


def platforms_named(name: str) -> list[str | None]:
    """The platforms of an image of a plan, or of a file or a layout; None stands for the only one."""
    file = plan_file(name)
    if file is not None:
        plan = json.loads(file.read_bytes())
        return [platform_name(each) for each in plan.get("platforms", [])] or [None]
    transport, _, path = (where_of(name) or "").partition(":")
    return [*platforms_in(transport, Path(path))] or [None]


def plan_file(name: str) -> Path | None:
    """The plan of the container that the name leads to, if it is one of a build tree."""
    file = Path(name)
    file = file / PLAN if file.is_dir() else file
    return file if file.name == PLAN and file.is_file() else None


def where_of(name: str) -> str | None:
    """The name with its transport; None for an image of a registry.

    :raises ImageError: it is the name of a file, and there is none.
    """
    if name.partition(":")[0] in TRANSPORTS:
        return name
    if Path(name).is_dir():
        return f"oci:{name}"
    if Path(name).exists():
        return f"oci-archive:{name}"
    if name.startswith(("/", "./", "../")) or name.endswith((".tar", ".json", ".gz")):
        raise ImageError(f"{name}: there is no such file. Build the image, or correct the path.")
    return None


def fetched(name: str, directory: Path, wanted: dict[str, str] | None) -> str:
    """Download the image into an OCI layout in the directory; for this machine, where nothing else is wanted."""
    from gocontainer.run.emulation import machine_platform
    from gocontainer.write.fetched import download

    layout, platform = directory / "image", wanted or machine_platform()
    download(name.removeprefix("docker://"), platform, name, layout, directory / "cache", False)
    return f"oci:{layout}"


def indexed(name: str, where: str, image: Image, directory: Path) -> Named:
    """Index an image that no plan gave, in the directory."""
    place = directory / "index"
    place.mkdir()
    write_index(image, place)
    index = Index(place, json.loads((place / DOCUMENT).read_bytes()))
    (directory / "image.id").write_text(image.id, encoding="ascii")
    plan = plan_of(Path(name).name or name, where, index)
    return Named(name, plan, directory, index, image.references, False)


def plan_of(name: str, where: str, index: Index) -> Plan:
    """A plan that declares nothing of an image, so that checks and runs take it for one that a plan gave."""
    from gocontainer.read.programs import programs_of

    platform = {key: index.config.get(key) for key in ("os", "architecture", "variant")}
    programs: list[Program] = [
        {"package": info.path, "path": f"/{entry.path}", "file": ""}
        for entry, info in programs_of(index)
    ]
    return {  # type: ignore[typeddict-item]
        "name": name,
        "engine": STORES.get(where.partition(":")[0], STORELESS),
        "platform": {key: value for key, value in platform.items() if value},
        "programs": programs,
        "config": {},
        "go": {"env": [], "passEnv": [], "flags": ["-ldflags=-w"], "modules": [], "vendor": False},
        "index": str(index.directory),
    }
