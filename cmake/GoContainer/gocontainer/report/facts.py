"""All that commands tell of an image, as one document; ``--json`` prints it. ``docs/reference/command.rst`` describes it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from gocontainer.common.platforms import platform_name
from gocontainer.read.elf import BuildInfo, ElfError
from gocontainer.read.functions import by_module, package_sizes
from gocontainer.read.index import Index
from gocontainer.read.programs import programs_of
from gocontainer.read.sections import section_sizes
from gocontainer.read.squash import FILE, HARD_LINK, Entry
from gocontainer.report.named import Named

Json = dict[str, Any]


def facts_of(image: Named) -> Json:
    """What there is to tell of an image.

    :raises ImageError: it can't be read.
    """
    index = image.index
    return {
        "name": image.name,
        "references": list(image.references),
        "id": index.id,
        "digest": index.digest,
        "platform": platform_name(
            {
                key: index.config[key]
                for key in ("os", "architecture", "variant")
                if index.config.get(key)
            }
        ),
        "created": index.config.get("created"),
        "size": index.size(),
        "stored": sum(layer.stored for layer in index.layers),
        "config": index.config.get("config") or {},
        "layers": layers_of(index),
        "programs": [program_of(index, *each) for each in programs_of(index)],
        "files": {
            "/" + path: file_of(entry) for path, entry in sorted(index.files.items()) if path
        },
    }


def layers_of(index: Index) -> list[Json]:
    """The layers, with the step of the history that made each."""
    made = [step for step in index.config.get("history") or [] if not step.get("empty_layer")]
    steps = [step.get("created_by") or "" for step in made]
    steps += [""] * (len(index.layers) - len(steps))
    return [
        {"diffId": layer.diff_id, "size": layer.size, "stored": layer.stored, "createdBy": step}
        for layer, step in zip(index.layers, steps)
    ]


def file_of(entry: Entry) -> Json:
    """What the image shows at a path. A hard link counts no bytes."""
    found: Json = {
        "kind": entry.kind,
        "size": entry.size,
        "mode": f"{entry.mode:04o}",
        "owner": f"{entry.uid}:{entry.gid}",
        "layer": entry.layer,
    }
    if entry.target:
        found["target"] = "/" + entry.target if entry.kind == HARD_LINK else entry.target
    return found


def program_of(index: Index, entry: Entry, info: BuildInfo) -> Json:
    """A Go program: how it was built, of which modules, the bytes of code by module and package, and those of
    its parts."""
    packages: dict[str, int] = {}
    sections: dict[str, int] = {}
    with suppress(ElfError), index.open(entry) as file:
        sections = section_sizes(file, entry.size)
        packages = package_sizes(file)
    code = by_module(packages, info)
    versions = dict(info.dependencies)
    if info.module:
        versions[info.module] = info.module_version
    modules: Json = {
        path: {"version": versions.get(path, ""), "code": code.get(path, 0)}
        for path in sorted({*versions, *code})
    }
    for path, other in info.replaced.items():
        modules[path]["replacedBy"] = other
    return {
        "path": f"/{entry.path}",
        "size": entry.size,
        "go": info.version,
        "package": info.path,
        "module": info.module,
        "settings": info.settings,
        "modules": modules,
        "packages": packages,
        "sections": sections,
    }


def largest_files(facts: Json) -> list[tuple[str, int]]:
    """The regular files with their bytes, largest first."""
    sizes = [(path, file["size"]) for path, file in facts["files"].items() if file["kind"] == FILE]
    return sorted(sizes, key=lambda pair: (-pair[1], pair[0]))


def largest_modules(program: Json) -> list[tuple[str, int]]:
    """The modules of a program, with their versions and their bytes of code, largest first."""
    sizes = [
        (f"{path} {module['version']}".rstrip(), module["code"])
        for path, module in program["modules"].items()
    ]
    return sorted(sizes, key=lambda pair: (-pair[1], pair[0]))
