"""The variables that flags of the linker set, -X <package>.<variable>=<value>: VERSION_VARIABLE, STAMP, and
those of LDFLAGS.

The linker is silent about a variable that is nowhere, and the program keeps its own value. So the declarations are
searched for in the sources. The default of VERSION_VARIABLE may be missing: VERSION is a label, too.
"""

from __future__ import annotations

import json
import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from collections.abc import Iterator
    from typing import Any

    from gocontainer.common.plan import Plan


VERSION_LABEL = "org.opencontainers.image.version"
WORD = r"'([^']*)'|\"([^\"]*)\"|(\S+)"
# What is one thing to a reader of Go; comments and strings are skipped.
TOKEN = r"//[^\n]*|/\*.*?\*/|`[^`]*`|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|\w+|\S|\n"


def stamps(plan: Plan) -> list[str]:
    """The variables, each with its package, that must be there."""
    labelled = VERSION_LABEL in plan.get("config", {}).get("Labels", {})
    default = "main.version" if labelled and "stamp" not in plan["go"] else ""
    if default in plan["go"].get("stamps", ()):
        default = ""
    found = []
    for flag in plan["go"]["flags"]:
        if not re.match(r"--?ldflags=", flag):
            continue
        words = ["".join(parts) for parts in re.findall(WORD, flag.partition("=")[2])]
        values = [re.sub(r"^--?X=", "", word) for word in words if re.match(r"--?X=", word)]
        values += [after for word, after in zip(words, words[1:]) if re.fullmatch("--?X", word)]
        found += [value.partition("=")[0] for value in values]
    return [name for name in found if name != default]


def missing_stamp(plan: Plan, packages: list[dict[str, Any]], names: list[str]) -> str:
    """What is to be said of the first of the variables that is in none of the packages; nothing where all are. Of
    several programs, one need have it.

    :param packages: as `go list` gives them.
    """
    known: dict[str, list[dict[str, Any]]] = {}
    for package in packages:
        known.setdefault(linked(package), []).append(package)  # each program has a main
    replaced = overlaid(plan)
    for name in names:
        path, _, variable = name.rpartition(".")
        says = f"{plan.get('call') or 'add_go_container(' + plan['name'] + ')'}: {option_of(name, plan)} {name}, "
        if path not in known:
            candidates = [of for of, found in known.items() if not found[0].get("Standard")]
            remedy = nearest(path, candidates, "." + variable)
            if any(path == package["ImportPath"] for package in packages):
                remedy = f"Write main.{variable}: the linker calls the package of the program main."
            return f"{says}but no package {path} is in the program.\n{remedy}"
        declared = {name for package in known[path] for name in variables_of(package, replaced)}
        if variable not in declared:
            remedy = nearest(variable, sorted(declared), "", path + ".")
            where = ", ".join(package["Dir"] for package in known[path])
            return f"{says}but no such variable is declared in {where}.\n{remedy}"
    return ""


def option_of(name: str, plan: Plan) -> str:
    """What sets the variable, and a verb."""
    if name == plan["go"].get("stamp"):
        return "VERSION_VARIABLE names"
    return "STAMP names" if name in plan["go"].get("stamps", ()) else "LDFLAGS set"


def linked(package: dict[str, Any]) -> str:
    """The path of a package as the linker knows it."""
    path: str = package["ImportPath"]
    return "main" if package.get("Name") == "main" else path


def nearest(word: str, words: list[str], after: str, before: str = "") -> str:
    from difflib import get_close_matches  # which few need

    same = {each.lower(): each for each in words}
    close = get_close_matches(word.lower(), same, 1)
    if close:
        return f"Did you mean {before}{same[close[0]]}{after}?"
    return "The linker sets strings that are declared at the top of a file: var <variable> string."


def overlaid(plan: Plan) -> dict[str, str]:
    """The files that go reads in place of others; what can't be read is none, as go tells."""
    source, found = plan["source"], {}
    for flag in plan["go"]["flags"]:
        if re.match("--?overlay=", flag):
            try:
                with open(os.path.join(source, flag.partition("=")[2]), encoding="utf-8") as stream:
                    found.update(json.load(stream)["Replace"])
            except (OSError, ValueError, KeyError, AttributeError, TypeError):
                pass
    return {
        os.path.normpath(os.path.join(source, path)): os.path.join(source, other)
        for path, other in found.items()
    }


def variables_of(package: dict[str, Any], replaced: dict[str, str]) -> Iterator[str]:
    """The variables that the files of a package declare."""
    for name in [*(package.get("GoFiles") or []), *(package.get("CgoFiles") or [])]:
        path = os.path.join(package["Dir"], name)
        path = replaced.get(path, path)
        if os.path.isfile(path):
            with open(path, encoding="utf-8", errors="replace") as stream:
                yield from declared_in(stream.read())


def declared_in(text: str) -> Iterator[str]:
    """The variables that a file of Go declares outside of functions."""
    depth = 0
    group = False  # in var ( … )
    names = False  # where names are, up to their type or value
    before = "\n"
    for token in re.findall(TOKEN, text, re.DOTALL):
        if token.startswith(("//", "/*")):
            continue
        if depth == 0 and token == "var":
            names = True
        elif token == "(" and before == "var" and depth == 0:
            group, depth, names = True, 1, True
        elif token in ("(", "[", "{"):
            depth, names = depth + 1, False
        elif token in (")", "]", "}"):
            depth -= 1
            group, names = group and depth > 0, False
        elif token in ("\n", ";"):
            names = group and depth == 1
        elif names and token.isidentifier() and before in ("var", "(", "\n", ";", ","):
            yield token
        elif token != ",":
            names = False
        before = token


def missing_in_context(plan: Plan) -> str:
    """The same as :func:`missing_stamp`, without asking go: of the packages of the programs, and of those of the
    modules of the build."""
    mains = [program["package"] for program in plan["programs"]]
    local = all(main.startswith(".") for main in mains)
    roots = [("main", plan["source"], main) for main in mains if local]
    for directory in plan["go"]["modules"]:
        with open(os.path.join(directory, "go.mod"), encoding="utf-8") as stream:
            module = re.search(r"^module\s+[\"`]?([^\s\"`]+)", stream.read(), re.MULTILINE)
        if module:
            roots.append((module[1], directory, "."))
    packages, names = [], []
    for name in stamps(plan):
        path = name.rpartition(".")[0]
        for root, directory, package in roots:
            if path != root and not path.startswith(root + "/"):
                continue
            names.append(name)
            place = os.path.normpath(os.path.join(directory, package, path[len(root) + 1 :]))
            files = source_files(place, overlaid(plan))
            if files:
                packages.append({"ImportPath": path, "Dir": place, "GoFiles": files})
    return missing_stamp(plan, packages, names)


def source_files(directory: str, replaced: dict[str, str]) -> list[str]:
    """The files of Go in the directory, by name."""
    names = os.listdir(directory) if os.path.isdir(directory) else []
    names += [os.path.basename(path) for path in replaced if os.path.dirname(path) == directory]
    return [name for name in names if re.search(r"(?<!_test)\.go$", name)]
