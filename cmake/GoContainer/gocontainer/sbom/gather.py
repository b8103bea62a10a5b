"""Gathers what an SBOM tells of one image: from its config, its programs, its package database and its files."""

from __future__ import annotations

import hashlib
import os
import posixpath
import re
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from gocontainer.common.epoch import source_date_epoch
from gocontainer.common.printable import printable
from gocontainer.read.elf import BuildInfo, read_elf, read_needed
from gocontainer.read.history import certificates_layer
from gocontainer.read.packages import Package, installed_packages, os_release
from gocontainer.read.programs import programs_of
from gocontainer.read.squash import FILE, Entry
from gocontainer.registry.error import RegistryError
from gocontainer.registry.reference import parse_reference
from gocontainer.sbom import model
from gocontainer.sbom.licenses import licenses_of_modules
from gocontainer.sbom.model import Component, Relation, Sbom
from gocontainer.sbom.modules import modules_of, program
from gocontainer.sbom.purl import purl

if TYPE_CHECKING:
    from gocontainer.read.index import Index
    from gocontainer.sbom.libraries import Library

LABEL = "org.opencontainers.image."
CHUNK = 1 << 20


def gather(index: Index, name: str, libraries: Iterable[Library] = ()) -> Sbom:
    """The SBOM of an image. It has the time of SOURCE_DATE_EPOCH, or else that of the image.

    :param name: what the image is called.
    :param libraries: those that programs with cgo link.
    :raises ImageError: the image can't be read.
    :raises ValueError: SOURCE_DATE_EPOCH is not a number of seconds.
    """
    found = Gathered(index, name)
    found.add_base()
    found.add_system()
    programs = list(programs_of(index))
    for entry, info in programs:
        found.add_program(entry, info, libraries)
    found.add_files({entry.path for entry, _ in programs}, libraries)
    created = time_of(index.config.get("created"))
    return Sbom(name, index.digest or index.id, created, *found.sorted())


class Gathered:
    """What is found so far, each component once."""

    def __init__(self, index: Index, name: str) -> None:
        self.index = index
        self.labels: dict[str, str] = (index.config.get("config") or {}).get("Labels") or {}
        self.vendor = self.label("vendor")
        self.image = image(index, name, self.vendor, self.label("licenses"))
        self.licenses = licenses_of_modules(index)
        self.components: dict[str, Component] = {}
        self.relations: set[Relation] = set()

    def label(self, name: str) -> str:
        return printable(str(self.labels.get(LABEL + name) or ""))

    def add(self, source: Component, kind: str, target: Component) -> None:
        self.components[target.ref] = target
        self.relations.add(Relation(source.ref, kind, target.ref))

    def sorted(self) -> tuple[list[Component], list[Relation]]:
        rest = sorted(self.components.values(), key=lambda each: each.ref)
        return [self.image, *rest], sorted(self.relations)

    def add_base(self) -> None:
        """The image that this one starts from, as its labels tell."""
        name, digest = self.label("base.name"), self.label("base.digest")
        if name:
            self.add(self.image, model.DESCENDANT_OF, base_image(name, digest))

    def add_system(self) -> None:
        """The distribution, and the packages that are installed."""
        release = {key: printable(value) for key, value in os_release(self.index).items()}
        supplier = release.get("NAME", "")
        if release:
            name, version = release.get("ID", "linux"), release.get("VERSION_ID", "")
            system = Component(model.SYSTEM, name, version, supplier=supplier)
            self.add(self.image, model.CONTAINS, system)
        for each in installed_packages(self.index):
            self.add(self.image, model.CONTAINS, package(each, release, supplier))

    def add_program(self, entry: Entry, info: BuildInfo, libraries: Iterable[Library]) -> None:
        path, version = "/" + printable(entry.path), self.label("version")
        made = program(info, path, self.sha256(entry), version, self.vendor)
        self.add(self.image, model.CONTAINS, made)
        for module in modules_of(info, self.licenses):
            self.add(made, model.DEPENDS_ON, module)
        if info.settings.get("CGO_ENABLED") == "1":
            with self.index.open(entry) as file:
                dynamic, needed = read_elf(file).dynamic, read_needed(file)
            for library in libraries:
                kind = linked_by(library, dynamic, needed)
                if kind:
                    self.add(made, kind, library_of(library))

    def add_files(self, programs: set[str], libraries: Iterable[Library]) -> None:
        """The other files that GoContainer added; nothing, where the history does not tell which those are."""
        first = certificates_layer(self.index)
        if first is None:
            return
        for path, entry in sorted(self.index.files.items()):
            if entry.kind == FILE and entry.layer >= first and path not in programs:
                self.add(self.image, model.CONTAINS, self.file(entry, libraries))

    def file(self, entry: Entry, libraries: Iterable[Library]) -> Component:
        path, sha256 = "/" + printable(entry.path), self.sha256(entry)
        name = posixpath.basename(entry.path)
        for each in libraries:
            if each.kind and each.is_file(name):
                note = f"It is the CMake target {each.name}."
                version = each.version or f"sha256:{sha256}"
                return Component(
                    model.LIBRARY, path, version, "", self.vendor, sha256, path, note=note
                )
        return Component(model.FILE, path, f"sha256:{sha256}", "", self.vendor, sha256, path)

    def sha256(self, entry: Entry) -> str:
        found = hashlib.sha256()
        with self.index.open(entry) as file:
            while chunk := file.read(CHUNK):
                found.update(chunk)
        return found.hexdigest()


def image(index: Index, name: str, vendor: str, licenses: str) -> Component:
    config, named = index.config, ""
    if index.digest:
        named = purl("oci", name.lower(), index.digest, arch=str(config.get("architecture") or ""))
    version = index.digest or index.id
    return Component(model.IMAGE, name, version, named, vendor, license=licenses)


def base_image(name: str, digest: str) -> Component:
    """The base; its version is the digest, or else the tag."""
    try:
        reference = parse_reference(name)
    except RegistryError:
        return Component(model.IMAGE, name, digest)
    named = ""
    if digest:
        last = reference.repository.rpartition("/")[2]
        named = purl("oci", last, digest, repository_url=reference.name)
    return Component(model.IMAGE, name, digest or reference.tag or "", named, reference.host)


def package(found: Package, release: dict[str, str], supplier: str) -> Component:
    """A package of the distribution."""
    system = release.get("ID") or {"apk": "alpine", "deb": "debian"}[found.kind]
    version = release.get("VERSION_ID", "")
    distribution = f"{system}-{version}" if version else system
    named = purl(
        found.kind,
        f"{system}/{found.name.lower()}",
        found.version,
        arch=found.architecture,
        distro=distribution,
    )
    name, number = printable(found.name), printable(found.version)
    stated = printable(found.license)
    return Component(model.PACKAGE, name, number, named, supplier, license=stated)


def linked_by(library: Library, dynamic: bool, needed: list[str]) -> str:
    """How a program links the library; nothing, where it does not: linkers drop shared libraries of which nothing is used.

    :param dynamic: whether the program needs a loader.
    :param needed: the shared libraries that it needs.
    """
    if library.kind == "INTERFACE_LIBRARY":
        return model.DEPENDS_ON  # of headers
    if not dynamic or library.kind in ("STATIC_LIBRARY", "OBJECT_LIBRARY"):
        return model.STATIC_LINK
    if library.file.endswith(".a"):
        return model.STATIC_LINK
    return model.DYNAMIC_LINK if any(map(library.is_file, needed)) else ""


def library_of(library: Library) -> Component:
    note = f"It is the CMake target {library.name}." if library.kind else ""
    return Component(model.LIBRARY, library.name, library.version, note=note)


def gather_index(name: str, digest: str | None, parts: list[Sbom]) -> Sbom:
    """The SBOM of an index: which image it has for each platform.

    :param digest: that of the index, or None where it is unknown.
    :param parts: those of the images.
    """
    images = [each.components[0] for each in parts]
    identity = digest or " ".join(each.version for each in images)
    named = purl("oci", name.lower(), digest) if digest else ""
    top = Component(model.IMAGE, name, digest or "", named, images[0].supplier)
    relations = [Relation(top.ref, model.CONTAINS, each.ref) for each in images]
    return Sbom(name, identity, parts[0].created, [top, *images], sorted(relations))


def time_of(created: Any) -> str:
    """The time of SOURCE_DATE_EPOCH; without it that of an image's config, in whole seconds of UTC, or the beginning of
    1970 for what is no such time."""
    if os.environ.get("SOURCE_DATE_EPOCH"):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(source_date_epoch()))
    found = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z$", str(created), re.ASCII)
    return f"{found[1]}Z" if found else "1970-01-01T00:00:00Z"
