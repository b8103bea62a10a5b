"""Finds the base of a plan: in a layout or an archive on disk, or fetched with skopeo or crane."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.common.lock import locked
from gocontainer.read.base import MANIFEST_TYPE, SCRATCH, Base, BaseDirectory, read_base
from gocontainer.read.manifest import INDEX_TYPES, Json, Platform, pick
from gocontainer.read.source import DamagedError, ImageError, Source, digest_of, sha256

if TYPE_CHECKING:
    import tempfile

    from gocontainer.common.plan import Plan


TRANSPORTS = ("oci", "oci-archive", "docker-archive")
ON_DISK = "give the base as oci:<directory>, oci-archive:<file> or docker-archive:<file>"


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
        with read_base(place, platform, where, remedy_of(place)) as base:
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


def place_of(reference: str, platform: Platform, cache: Path) -> Path:
    """Where in the directory ``cache`` the image is, once it is fetched."""
    words = [reference, *sorted(platform.values())]
    key = hashlib.sha256(" ".join(words).encode()).hexdigest()[:12]
    return cache / (re.sub("[^A-Za-z0-9_.-]+", "-", reference) + "-" + key)


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


def fetch(reference: str, platform: Platform, where: str, cache: Path) -> Path:
    """The OCI layout of the image in the directory ``cache``, fetched where it is not there yet.

    :raises ImageError: nothing can fetch it, or it is not what the digest in the reference says.
    """
    place = place_of(reference, platform, cache)
    if place.exists():
        return place
    tool = next(filter(shutil.which, TOOLS), None)
    if tool is None:
        raise ImageError(
            f"{where}: neither skopeo nor crane is on PATH to fetch it. Install one, or {ON_DISK}."
        )
    cache.mkdir(parents=True, exist_ok=True)
    with locked(cache / f"{place.name}.lock"):
        if not place.exists():  # another build may have fetched it while this one waited
            with directory_beside(place) as beside:
                layout = Path(beside, "layout")
                TOOLS[tool](reference, platform, where, layout)
                verify(layout, platform, where)
                # For Ninja it was there before the build that fetched it; only a refresh makes it newer.
                os.utime(layout / "index.json", (1, 1))
                layout.rename(place)
    return place


def verify(layout: Path, platform: Platform, where: str) -> None:
    """Stop at what was not fetched whole: each blob must have its size and digest.

    :raises DamagedError: one has not.
    """
    with read_base(layout, platform, where, "Build again to fetch it again.") as base:
        for layer in base.layers:
            with layer.open() as stream:
                if digest_of(stream) != layer.digest:
                    raise layer.damaged()


def refresh(
    reference: str, platform: Platform, where: str, cache: Path, damaged: bool = False
) -> bool:
    """Fetch the image anew; returns whether the reference stands for another one now. What is there stays
    until then.

    :param damaged: whether what is there is to be replaced by the same image, too.

    :raises ImageError: nothing can fetch it.
    """
    place = place_of(reference, platform, cache)
    cache.mkdir(parents=True, exist_ok=True)
    with directory_beside(place) as beside:
        new = fetch(reference, platform, where, Path(beside))
        with locked(cache / f"{place.name}.lock"):
            former = place / "index.json"
            same = former.is_file() and former.read_bytes() == (new / "index.json").read_bytes()
            if same and not damaged:
                return False
            if place.exists():
                place.rename(Path(beside, "former"))
            if not same:
                os.utime(new / "index.json")
            new.rename(place)
    return True


def refresh_bases(plans: list[Plan], cache: Path) -> list[str]:
    """Fetch the bases of all plans anew, as far as they come from a registry and are not pinned; returns
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


def directory_beside(place: Path) -> tempfile.TemporaryDirectory[str]:
    import tempfile  # which most builds can do without

    return tempfile.TemporaryDirectory(prefix=f"{place.name}.", dir=place.parent)


def fetch_with_skopeo(reference: str, platform: Platform, where: str, layout: Path) -> None:
    name = "docker://" + without_tag(reference)
    raw = call(where, "skopeo", "inspect", "--raw", name)
    manifest = start_layout(layout, raw, reference, platform, where)
    # Skopeo's own OCI layouts lose what the OCI config has no name for, such as a health check.
    copied = layout / "copied"
    call(where, "skopeo", "copy", "--quiet", f"{name_of(name)}@{manifest}", f"dir:{copied}")
    blobs = layout / "blobs/sha256"
    (copied / "manifest.json").replace(blobs / manifest.split(":")[1])
    for file in copied.iterdir():
        if re.fullmatch("[0-9a-f]{64}", file.name):
            file.replace(blobs / file.name)
    shutil.rmtree(copied)


def fetch_with_crane(reference: str, platform: Platform, where: str, layout: Path) -> None:
    raw = call(where, "crane", "manifest", without_tag(reference))
    manifest = start_layout(layout, raw, reference, platform, where)
    pulled = layout / "pulled"
    name = f"{name_of(reference)}@{manifest}"
    call(where, "crane", "pull", "--format=oci", name, str(pulled))
    for file in (pulled / "blobs/sha256").iterdir():
        file.replace(layout / "blobs/sha256" / file.name)
    shutil.rmtree(pulled)


TOOLS = {"skopeo": fetch_with_skopeo, "crane": fetch_with_crane}


def start_layout(layout: Path, raw: bytes, reference: str, platform: Platform, where: str) -> str:
    """Write a layout whose index names what the reference stands for: a manifest, or an index with
    one for each platform. Returns the digest of the manifest for the platform.

    :raises ImageError: it is not what the digest in the reference says, or not for the platform.
    """
    digest = sha256(raw)
    if pin_of(reference) not in (None, digest):
        raise ImageError(
            f"{where}: the registry's manifest has the digest {digest}. Correct the digest in BASE."
        )
    (layout / "blobs/sha256").mkdir(parents=True)
    (layout / "blobs/sha256" / digest.split(":")[1]).write_bytes(raw)
    source = BaseDirectory(where, layout, "Give another base.")
    found: Json = source.json("blobs/sha256/" + digest.split(":")[1])
    kind = found.get("mediaType") or (INDEX_TYPES[0] if "manifests" in found else MANIFEST_TYPE)
    named = {"mediaType": kind, "digest": digest, "size": len(raw)}
    index = {"schemaVersion": 2, "mediaType": INDEX_TYPES[0], "manifests": [named]}
    (layout / "index.json").write_text(json.dumps(index), encoding="ascii")
    (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}', encoding="ascii")
    return manifest_digest(named, source, platform)


def manifest_digest(descriptor: Json, source: Source, platform: Platform) -> str:
    if descriptor["mediaType"] in INDEX_TYPES:
        name = "blobs/" + descriptor["digest"].replace(":", "/", 1)
        descriptor = pick(source.json(name)["manifests"], platform, source)
    digest: str = descriptor["digest"]
    return digest


def call(where: str, *command: str) -> bytes:
    """Run a tool; returns what it prints.

    :raises ImageError: it fails.
    """
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip().splitlines() or ["no word of why"]
        raise ImageError(
            f"{where}: {command[0]} can't fetch it ({words[-1]}). "
            f"Correct the reference, log in with {command[0]}, or {ON_DISK}."
        )
    return done.stdout


def pin_of(reference: str) -> str | None:
    """The digest in a reference, or None."""
    return reference.partition("@")[2] or None


def name_of(reference: str) -> str:
    """The reference without tag and digest."""
    return re.sub(r":[^:/]+$", "", reference.partition("@")[0])


def without_tag(reference: str) -> str:
    """The reference, without its tag where it has a digest too: skopeo refuses to have both."""
    pin = pin_of(reference)
    return f"{name_of(reference)}@{pin}" if pin else reference
