"""The bytes of an image as trees: by layer, by directory, and by Go module and package.

A node is an object: ``n`` is its name, ``k`` what it is, ``c`` are its children, and ``s`` the bytes of one without any.
``p`` stands for the program of that number, with its children.
"""

from __future__ import annotations

from typing import Any

from gocontainer.common.printable import printable
from gocontainer.read.elf import BuildInfo
from gocontainer.read.functions import module_of
from gocontainer.read.index import Index
from gocontainer.read.sections import CODE
from gocontainer.read.squash import FILE
from gocontainer.report.facts import Json

# What is smaller than this part of an image is told together with its like, so that a page stays small.
SMALLEST = 1 / 20_000

Node = dict[str, Any]


def trees_of(index: Index, facts: Json) -> Json:
    """The programs, and the trees with their titles as their names; these name a program by its number."""
    programs = [program_node(program) for program in facts["programs"]]
    numbers = {program["path"]: number for number, program in enumerate(facts["programs"])}
    least = int(index.size() * SMALLEST)
    layers = [
        branch(f"Layer {number + 1}", "layer", files_of(index, numbers, least, number))
        for number in range(len(index.layers))
    ]
    trees = [
        branch("Files", "directory", files_of(index, numbers, least)),
        branch("Layers", "layer", [layer for layer in layers if layer["c"]]),
    ]
    if programs:
        children = [{"n": each["n"], "k": "program", "p": n} for n, each in enumerate(programs)]
        trees.insert(0, branch("Go modules", "program", children))
    return {"programs": programs, "trees": trees}


def branch(name: str, kind: str, children: list[Node]) -> Node:
    return {"n": name, "k": kind, "c": children}


def files_of(
    index: Index, programs: dict[str, int], least: int, layer: int | None = None
) -> list[Node]:
    """The nodes of the directories at the root, with all below them: of what the image shows, or of all in a layer."""
    top: Json = {}
    for entry in index.entries:
        if entry.kind != FILE or (not entry.visible if layer is None else entry.layer != layer):
            continue
        *above, name = entry.path.split("/")
        here = top
        for part in above:
            here = here.setdefault(part + "/", {})
        number = programs.get("/" + entry.path) if entry.visible else None
        node = {"n": printable(name), "k": "file", "s": entry.size}
        here[name] = [node if number is None else {"n": node["n"], "k": "program", "p": number}]
    return nodes(top, least)


def nodes(directory: Json, least: int) -> list[Node]:
    """The nodes of what is in a directory, small files together; directories with nothing else in one as one."""
    found: list[Node] = []
    small: list[int] = []
    for name, what in directory.items():
        if isinstance(what, dict):
            children = nodes(what, least)
            alone = children[0] if len(children) == 1 else {}
            path = printable(name)
            if alone.get("k") == "directory":
                found.append({**alone, "n": path + alone["n"]})
            elif children:
                found.append(branch(path, "directory", children))
        elif what[0].get("s", least + 1) > least:
            found += what
        elif what[0]["s"]:
            small.append(what[0]["s"])
    if small:
        found.append({"n": f"{len(small):,} small files", "k": "file", "s": sum(small)})
    return found


def program_node(program: Json) -> Node:
    """A program: its code by module and package, and its other parts."""
    info = BuildInfo(
        program["go"],
        program["package"],
        program["module"],
        {},
        [(path, "") for path in program["modules"]],
        "",
        {},
        {},
    )
    modules: dict[str, list[Node]] = {}
    for package, size in program["packages"].items():
        node = {"n": printable(package), "k": "package", "s": size}
        modules.setdefault(module_of(package, info), []).append(node)
    code = [
        branch(
            printable(f"{path} {program['modules'].get(path, {}).get('version', '')}".rstrip()),
            "module",
            packages,
        )
        for path, packages in modules.items()
    ]
    parts = dict(program["sections"])
    rest = parts.pop(CODE, 0) - sum(program["packages"].values())
    if rest > 0:
        code.append({"n": "code of C, and gaps", "k": "part", "s": rest})
    others = [{"n": name, "k": "part", "s": size} for name, size in parts.items()]
    return branch(printable(program["path"]), "program", [*code, *others])
