"""The Go modules of a program as components, from its own build information."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gocontainer.read.elf import BuildInfo
from gocontainer.sbom.model import MODULE, PROGRAM, Component
from gocontainer.sbom.purl import purl

# What Go writes for a version where there is none: the module is a directory of the build.
NO_VERSION = "(devel)"
# Sites where the first element of the path behind them is whose repository it is.
HOSTS = ("bitbucket.org", "codeberg.org", "gitea.com", "github.com", "gitlab.com")


def program(info: BuildInfo, path: str, sha256: str, image_version: str, vendor: str) -> Component:
    """A program, which is its main package.

    :param path: in the image.
    :param image_version: that of the image, where the build information has none.
    :param vendor: that of the image, where the path of the module names nobody.
    """
    version = "" if info.module_version == NO_VERSION else info.module_version
    below = info.path[len(info.module) :] if info.path.startswith(info.module + "/") else ""
    named = purl("golang", info.module.lower(), version, below) if version else ""
    return Component(
        PROGRAM,
        info.path or path,
        version or image_version or f"sha256:{sha256}",
        named,
        supplier_of(info.module) or vendor,
        sha256,
        path,
    )


def modules_of(info: BuildInfo, licenses: Mapping[str, str]) -> Iterator[Component]:
    """The modules that are linked, as what they were replaced by, and the standard library.

    :param licenses: those that are known (licenses.py), by the modules that were replaced.
    """
    yield licensed(standard_library(info), f"go@{info.version.split(' ')[0][2:]}", licenses)
    for (path, version), found in zip(info.dependencies, linked(info)):
        yield licensed(found, f"{path}@{version}", licenses)


def licensed(found: Component, key: str, licenses: Mapping[str, str]) -> Component:
    return found._replace(expression=licenses.get(key, ""))


def linked(info: BuildInfo) -> Iterator[Component]:
    for path, version in info.dependencies:
        other = info.replaced.get(path)
        if other is None:
            yield module(path, version, info)
        elif is_directory(other):
            note = f"A directory of the build replaces {path} {version}".rstrip()
            yield Component(MODULE, path, NO_VERSION, note=note + ".")
        else:
            name, _, number = other.rpartition(" ")
            yield module(name, number, info, f"It replaces {path} {version}.")


def is_directory(replaced: str) -> bool:
    """Whether a module is replaced by a directory, not by another module: go.mod tells them apart by this."""
    return replaced.startswith(("./", "../", "/")) or replaced.partition(" ")[0] in (".", "..")


def module(path: str, version: str, info: BuildInfo, note: str = "") -> Component:
    if version in ("", NO_VERSION):  # of a workspace
        return Component(
            MODULE,
            path,
            NO_VERSION,
            supplier=supplier_of(path),
            note="It is a directory of the build.",
        )
    named = purl("golang", path.lower(), version)
    h1 = info.sums.get(f"{path} {version}", "")
    return Component(MODULE, path, version, named, supplier_of(path), h1=h1, note=note)


def standard_library(info: BuildInfo) -> Component:
    version = info.version.split(" ")[0].removeprefix("go")
    return Component(MODULE, "stdlib", version, purl("golang", "stdlib", version), "The Go Authors")


def supplier_of(path: str) -> str:
    """Where a module comes from, which its path begins with; nothing for a path that names no host."""
    host, _, rest = path.partition("/")
    if "." not in host:
        return ""
    return f"{host}/{rest.split('/')[0]}" if host in HOSTS and rest else host
