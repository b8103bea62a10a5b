"""Where an image is read from: what ``registries.conf`` of podman, buildah and skopeo says of its registry
(containers-registries.conf(5)). Of its facts those count that concern a full reference: ``location``, ``mirror``,
``blocked`` and ``insecure``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from gocontainer.common.package import package
from gocontainer.registry.error import RegistryError
from gocontainer.registry.reference import Reference, parse_reference

SYSTEM = "/etc/containers"


class Place(NamedTuple):
    """A name of the image; ``insecure`` is whether its registry may speak plain http."""

    reference: Reference
    insecure: bool


def places_of(reference: Reference, environ: Mapping[str, str]) -> list[Place]:
    """The places of the image, in the order in which they are asked: mirrors, and then its registry.

    :raises RegistryError: it must not be read, or what says so can't be read.
    """
    entry, prefix = None, ""
    for each in entries(environ):
        own = text(each, "prefix") or text(each, "location")
        if matches(reference, own) and len(own) > len(prefix):
            entry, prefix = each, own
    if entry is None:
        return [Place(reference, False)]
    if entry.get("blocked"):
        raise RegistryError(
            str(reference), "registries.conf blocks it", "Give another image, or change that file"
        )
    return [
        place(reference, prefix, each)
        for each in [*filter(lambda mirror: applies(mirror, entry, reference), entry.get("mirror") or []), entry]
    ]  # fmt: skip


def matches(reference: Reference, prefix: str) -> bool:
    """Whether a prefix is one of the reference: of whole components, or of subdomains by ``*.``."""
    if prefix.startswith("*."):
        host, _, _ = reference.host.partition(":")
        return host.endswith(prefix[1:])
    name = str(reference)
    return (
        prefix != ""
        and name.startswith(prefix)
        and name[len(prefix) : len(prefix) + 1] in ("", "/", ":", "@")
    )


def applies(mirror: Any, entry: dict[str, Any], reference: Reference) -> bool:
    """Whether a mirror has images of such references."""
    only = mirror.get("pull-from-mirror") or (
        "digest-only" if entry.get("mirror-by-digest-only") else "all"
    )
    return only in ("all", "digest-only" if reference.digest else "tag-only")


def place(reference: Reference, prefix: str, entry: dict[str, Any]) -> Place:
    """The reference, with the location of the entry instead of the prefix."""
    insecure = bool(entry.get("insecure"))
    location = text(entry, "location")
    if not location or prefix.startswith("*."):
        return Place(reference, insecure)
    return Place(parse_reference(location + str(reference)[len(prefix) :]), insecure)


def text(entry: dict[str, Any], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def entries(environ: Mapping[str, str]) -> list[dict[str, Any]]:
    """The entries ``[[registry]]`` of all files; of two with the same prefix the later one counts.

    :raises RegistryError: a file can't be read.
    """
    found: dict[str, dict[str, Any]] = {}
    for file in files(environ):
        for entry in read(file):
            found[text(entry, "prefix") or text(entry, "location")] = entry
    return list(found.values())


def files(environ: Mapping[str, str]) -> list[Path]:
    """The files that count, as containers-registries.conf(5) and containers-registries.conf.d(5) have it."""
    if own := environ.get("CONTAINERS_REGISTRIES_CONF"):
        return [Path(own)]
    home = environ.get("XDG_CONFIG_HOME") or (
        environ["HOME"] + "/.config" if environ.get("HOME") else ""
    )
    users = Path(home, "containers") if home else None
    folders = [Path(SYSTEM), *([users] if users else [])]
    main = next(
        (d / "registries.conf" for d in folders[::-1] if (d / "registries.conf").is_file()), None
    )
    more = {
        file.name: file
        for folder in folders
        for file in (folder / "registries.conf.d").glob("*.conf")
    }
    return [*([main] if main else []), *(more[name] for name in sorted(more))]


def read(file: Path) -> list[dict[str, Any]]:
    """The entries of a file.

    :raises RegistryError: it can't be read.
    """
    try:
        data = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise unreadable(file, str(error)) from error
    if not re.search(r"^\s*\[\[\s*registry", data, re.MULTILINE):
        return []  # it says nothing of what counts here
    toml = toml_library(file)
    try:
        found = toml.loads(data).get("registry", [])
    except (ValueError, RecursionError) as error:
        raise unreadable(file, str(error)) from error
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise unreadable(file, "registry is not an array of tables")
    return found


def unreadable(file: Path, reason: str) -> RegistryError:
    return RegistryError(str(file), f"it can't be read ({reason})", "Correct it")


def toml_library(file: Path) -> Any:
    """What reads TOML.

    :raises RegistryError: there is nothing.
    """
    for name in ("tomllib", "tomli"):  # the first one came with Python 3.11
        with suppress(ImportError):
            return package(name)
    raise RegistryError(
        str(file),
        f"Python {sys.version_info[0]}.{sys.version_info[1]} can't read TOML",
        f"Install the package tomli for {sys.executable}, or use Python 3.11 or newer",
    )
