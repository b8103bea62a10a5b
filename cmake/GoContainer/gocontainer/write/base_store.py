"""Finds the base of a plan: in a layout or an archive on disk, or fetched into the build tree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.read.base import SCRATCH, Base, read_base
from gocontainer.read.manifest import Platform
from gocontainer.read.source import DamagedError, ImageError
from gocontainer.write.fetched import fetch, image_in, place_of, refresh

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


TRANSPORTS = ("oci", "oci-archive", "docker-archive")


@contextmanager
def open_base(plan: Plan, cache: Path) -> Iterator[Base]:
    """Open the base that the plan names.

    :param cache: a directory that keeps what is fetched. It is used as long as it is there.
    :raises ImageError: there is no such base, it is damaged, or it can't be a base here.
    """
    name: str = plan["base"]
    where = f'add_go_container({plan["name"]}): BASE "{name}"'
    with open_named(name, plan["platform"], where, cache) as base:
        yield base


@contextmanager
def open_named(name: str, platform: Platform, where: str, cache: Path) -> Iterator[Base]:
    """Open the image of that name; ``where`` is what errors begin with.

    :raises ImageError: as :func:`open_base`.
    """
    transport, _, rest = name.partition(":")
    if name == "scratch":
        yield SCRATCH
    elif transport in TRANSPORTS:
        place = Path(rest)
        if not (place.is_dir() if transport == "oci" else place.is_file()):
            kind = "directory" if transport == "oci" else "file"
            raise ImageError(f"{where}: there is no such {kind}. Correct the path in BASE.")
        with read_base(place, platform, where, "Give another base, or copy it again.") as base:
            yield base
    else:
        place = fetch(name, platform, where, cache)
        with read_base(image_in(place), platform, where, remedy_of(place)) as base:
            if pin_of(name) not in (None, base.digest):
                raise DamagedError(f"{where}: {place} holds {base.digest}. {remedy_of(place)}")
            yield base


def remedy_of(place: Path) -> str:
    return f"Give another base, or remove {place} to fetch it again."


def repair(plan: Plan, cache: Path, damage: DamagedError) -> None:
    """Fetch the base of the plan again, as what is there of it is damaged.

    :raises DamagedError: it is none that was fetched.
    :raises ImageError: it can't be fetched.
    """
    name: str = plan["base"]
    if name == "scratch" or name.partition(":")[0] in TRANSPORTS:
        raise damage
    where = f'add_go_container({plan["name"]}): BASE "{name}"'
    try:
        refresh(name, plan["platform"], where, cache, damaged=True)
    except ImageError as error:
        raise ImageError(f"{damage}\nIt can't be fetched again now: {error}") from error


def base_inputs(plan: Plan, cache: Path) -> list[str]:
    """The files that change when the base of the plan does, or another image of which it has files."""
    images = [
        place_of(copy["image"], plan["platform"], cache) for copy in plan.get("fromImages", [])
    ]
    return [*base_input(plan, cache), *(str(place / "index.json") for place in images)]


def base_input(plan: Plan, cache: Path) -> list[str]:
    name: str = plan["base"]
    transport, _, rest = name.partition(":")
    if name == "scratch":
        return []
    if transport not in TRANSPORTS:
        return [str(place_of(name, plan["platform"], cache) / "index.json")]
    return [str(Path(rest, "index.json") if transport == "oci" else Path(rest))]


def refresh_bases(plans: list[Plan], cache: Path) -> list[str]:
    """Fetch the bases of all plans anew, as far as they are fetched and not pinned; returns
    those of which there is another image now.

    :raises ImageError: one can't be fetched; all others were, then.
    """
    bases = {
        (name, json.dumps(plan["platform"])): plan
        for plan in plans
        for name in [plan["base"], *(copy["image"] for copy in plan.get("fromImages", []))]
    }
    changed, errors = [], []
    for (base, _), plan in bases.items():
        if base == "scratch" or base.partition(":")[0] in TRANSPORTS or pin_of(base):
            continue
        option = "BASE" if base == plan["base"] else "FROM_IMAGE"
        where = f'add_go_container({plan["name"]}): {option} "{base}"'
        try:
            if refresh(base, plan["platform"], where, cache):
                changed.append(base)
        except ImageError as error:
            errors.append(str(error))
    if errors:
        raise ImageError("\n".join(errors))
    return changed


def pin_of(reference: str) -> str | None:
    """The digest in a reference, or None."""
    return reference.partition("@")[2] or None
