"""The command pins: writes the digests of the images that builds start from, GoContainer.lock.json."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.common.atomic import write_changed
from gocontainer.read.source import ImageError
from gocontainer.registry.client import Client
from gocontainer.registry.digest import digest_of
from gocontainer.registry.error import RegistryError
from gocontainer.registry.reference import parse_reference

if TYPE_CHECKING:
    from types import SimpleNamespace

Digests = dict[str, str]


def command_pins(arguments: SimpleNamespace) -> int:
    """Write the lock, or only tell what would change in it.

    :raises ImageError: the digest of an image can't be had, or the lock can't be read.
    """
    lock = Path(arguments.lock)
    lines = Path(arguments.images).read_text(encoding="utf-8").split()
    before = read_lock(lock)
    now = digests_of(dict(line.split("|") for line in lines))
    changes = list(difference(before, now))
    for line in changes:
        print(f"image-{'refresh' if arguments.moved else 'pins'}: {line}.")
    if arguments.moved:
        print(
            f"image-refresh: build the target image-pins to write this into {lock.name}."
            if changes
            else f"image-refresh: {lock.name} is up to date."
        )
        return 0
    document = {"schemaVersion": 1, "images": now}
    write_changed(lock, json.dumps(document, indent=2).encode() + b"\n")
    print(f"image-pins: {lock} pins {len(now)} image{'' if len(now) == 1 else 's'}.")
    return 0


def read_lock(lock: Path) -> Digests:
    """The images in the lock, with their digests; none where there is no such file.

    :raises ImageError: it can't be read.
    """
    try:
        return dict(json.loads(lock.read_bytes())["images"])
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ImageError(
            f"{lock} can't be read ({error}). Remove it, and build the target image-pins, which writes it."
        ) from error


def digests_of(images: dict[str, str]) -> Digests:
    """What the images are today.

    :param images: where each is pulled from, by its name in the lock.
    :raises ImageError: one can't be had.
    """
    found, problems = {}, []
    with Client() as client:
        for name, place in sorted(images.items()):
            try:
                found[name] = digest_of(client, parse_reference(place))
            except RegistryError as error:
                problems.append(f"{name} can't be pinned. {str(error).rstrip('.')}.")
    if problems:
        raise ImageError("\n".join([*problems, "The lock stays as it is."]))
    return found


def difference(before: Digests, now: Digests) -> Iterator[str]:
    """What changes, a sentence for each image."""
    for name in sorted({*before, *now}):
        if name not in now:
            yield f"{name} is not used any more"
        elif name not in before:
            yield f"{name} is new, {now[name]}"
        elif before[name] != now[name]:
            yield f"{name} is {now[name]} now, it was {before[name]}"
