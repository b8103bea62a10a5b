"""Reads the manifests of images, for bases and for the images that checks look at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Callable, NamedTuple

from gocontainer.common.media_types import INDEX_TYPES
from gocontainer.common.platforms import platform_name, variant_of
from gocontainer.common.printable import printable
from gocontainer.read.layer import Layer, open_layer
from gocontainer.read.source import ImageError, Source

# More than any engine can stack.
MAX_LAYERS = 500
# The members of a config that checks look at (config.md); each may be left out, or null.
LISTS = ("Cmd", "Entrypoint", "Env")
OBJECTS = ("ExposedPorts", "Healthcheck", "Labels", "Volumes")
STRINGS = ("StopSignal", "User", "WorkingDir")
TOP_STRINGS = ("architecture", "author", "created", "os", "os.version", "variant")

Platform = dict[str, str]
Json = dict[str, Any]


class Manifest(NamedTuple):
    """A manifest, and the config that it names. ``named`` is the descriptor in index.json that leads to it, and
    ``digest`` its own digest: another one where an index lies between."""

    named: Json
    digest: str
    document: Json
    config: Json


def read_manifest(
    source: Source,
    choose: Callable[[list[Json]], Json],
    verify: Callable[[Json], Json] = lambda descriptor: descriptor,
) -> Manifest:
    """Go the way from index.json of an OCI layout to a manifest and its config (OCI image spec, image-layout.md).

    :param choose: picks one of the descriptors of an index.
    :param verify: stops at a descriptor that must not be.
    :raises KeyError, TypeError, AttributeError: it is not an OCI layout.
    """
    named = descriptor = choose(source.json("index.json")["manifests"])
    while descriptor.get("mediaType") in INDEX_TYPES:
        descriptor = choose(source.document(verify(descriptor))["manifests"])
    document = source.document(verify(descriptor))
    config = source.document(verify(document["config"]))
    return Manifest(named, descriptor["digest"], document, config)


def only_one(source: Source, images: list[Any]) -> Any:
    """The one image; attestations that BuildKit adds (platform unknown) are none."""
    found = [i for i in images if (i.get("platform") or {}).get("architecture") != "unknown"]
    if len({i.get("digest", i.get("Config")) for i in found}) != 1:
        if found and all("platform" in i for i in found):
            names = ", ".join(name_of(i["platform"]) for i in found)
            raise ImageError(f"{source.where}: it is for {names}. Choose one with --platform.")
        raise source.error(f"it holds {len(found)} images, one is needed")
    return found[0]


def pick(manifests: Iterable[Json], platform: Platform, source: Source) -> Json:
    """The descriptor of an index that is for the platform (OCI image spec, image-index.md): of several variants the
    newest that its processors run.

    :raises ImageError: there is none, or more than one.
    """

    # An entry without a platform may be for any; its config tells.
    def variant(manifest: Json) -> str:
        return variant_of(manifest.get("platform") or platform)

    matches = [m for m in manifests if fits(m.get("platform") or platform, platform)]
    if wanted := variant_of(platform):
        matches = [m for m in matches if variant(m) <= wanted]
    if not matches:
        there = sorted({name_of(m.get("platform") or {}) for m in manifests} - {"unknown/unknown"})
        raise source.error(
            f"it is for {', '.join(there) or 'no platform'}, not for {name_of(platform)}"
        )
    newest = max(map(variant, matches))
    matches = [m for m in matches if variant(m) == newest]
    if len({m["digest"] for m in matches}) > 1:
        raise source.error(f"it holds {len(matches)} images for {name_of(platform)}")
    return matches[0]


def fits(one: Platform, other: Platform) -> bool:
    return all(one.get(key) == other.get(key) for key in ("os", "architecture"))


def name_of(platform: Platform) -> str:
    return printable(platform_name(platform))


def layers_of(
    source: Source, stored: list[tuple[str, str | None]], config: dict[str, Any]
) -> tuple[Layer, ...]:
    """The layers; ``stored`` are their files and the digests of these, where there are some."""
    check_config(config)
    diff_ids = config["rootfs"]["diff_ids"]
    if len(stored) > MAX_LAYERS:
        raise source.error(f"{len(stored):,} layers, more than any engine takes")
    if len(diff_ids) != len(stored):
        raise source.error(f"{len(stored)} layers, but the config names {len(diff_ids)}")
    return tuple(
        Layer(
            diff_id,
            lambda name=name: open_layer(source, name),  # type: ignore[misc]
            source.size(name),
            digest,
        )
        for (name, digest), diff_id in zip(stored, diff_ids)
    )


def check_config(config: dict[str, Any]) -> None:
    """Stop at what is not an image configuration (config.md), so that no check needs to.

    :raises TypeError: something has another type.
    """
    inner = config.get("config") or {}
    history = config.get("history") or []
    wrong = [key for key in TOP_STRINGS if not isinstance(config.get(key), (str, type(None)))]
    wrong += [key for key in LISTS if not is_list(inner.get(key), str)]
    wrong += [key for key in OBJECTS if not isinstance(inner.get(key), (dict, type(None)))]
    wrong += [key for key in STRINGS if not isinstance(inner.get(key), (str, type(None)))]
    if not is_list(history, dict) or not all(
        isinstance(step.get("created_by"), (str, type(None))) for step in history
    ):
        wrong.append("history")
    labels = inner.get("Labels") or {}
    if isinstance(labels, dict) and not is_list(list(labels.values()), str):
        wrong.append("label")
    if config["rootfs"]["diff_ids"] is None or not is_list(config["rootfs"]["diff_ids"], str):
        wrong.append("diff_ids")
    if wrong:
        raise TypeError(f"its config has a wrong {wrong[0]}")


def is_list(value: Any, kind: type) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(v, kind) for v in value))
