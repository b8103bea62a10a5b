"""go, as a stage runs it."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gocontainer.importing.findings import LOST, WASTEFUL
from gocontainer.importing.go_build import GoBuild, read_go_build
from gocontainer.importing.tree import Entry, Origin, absolute

if TYPE_CHECKING:
    from gocontainer.importing.run import Run


def do_go(run: Run) -> bool:
    words = run.command.words
    if len(words) < 2:
        return True
    if words[1] in ("build", "install"):
        add_build(run)
    elif words[1] == "generate":
        run.say(
            LOST,
            "go generate: commit what it writes, or make it by add_custom_command() and give it to OVERLAY",
        )
    elif words[1] in ("test", "vet"):
        run.say(LOST, f"go {words[1]}: an image is no place for tests; declare them by add_test()")
    elif words[1] in ("run", "tool"):
        run.say(
            LOST,
            f"{' '.join(words[:4])}: if it writes sources, make them by add_custom_command() and OVERLAY",
        )
    elif words[1] == "mod" and words[2:3] == ["tidy"]:
        run.say(WASTEFUL, "go mod tidy in a build changes what is built; left out")
    elif words[1] == "get":
        run.say(WASTEFUL, "go get in a build changes what is built; left out")
    return True


def add_build(run: Run) -> None:
    build = read_go_build(run.command.words, run.line)
    state = run.state
    build.directory = absolute(build.directory, state.directory)
    if build.install and any("@" in package for package in build.packages):
        for package in build.packages:
            add_tool(run, package)
        return
    build.source = source_directory(run, build)
    known = {**state.variables, **run.command.environment}
    build.environment = {name: value for name, value in known.items() if re.match("GO|CGO_", name)}
    for flag in build.wasteful:
        run.say(WASTEFUL, f"go build {flag} only makes the build slower; left out")
    state.builds.append(build)
    build.packages = [each for word in build.packages for each in packages(run, build, word)]
    for package in build.packages:
        origin = Origin("program", package, build=build, line=run.line)
        state.tree.add(Entry(place(run, build, package), origin, line=run.line))


def add_tool(run: Run, package: str) -> None:
    name = package.partition("@")[0].rpartition("/")[2]
    why = f"{name} is a program of another module: require its package in go.mod (tool), and give it to PROGRAMS"
    path = f"{run.state.variables.get('GOBIN') or '/go/bin'}/{name}"
    run.state.tree.add(Entry(path, Origin("unknown", path, why, line=run.line), line=run.line))


def packages(run: Run, build: GoBuild, word: str) -> list[str]:
    """The main packages that a pattern such as ./cmd/... stands for."""
    if not word.endswith("..."):
        return [word]
    top = build.source
    start = posixpath.normpath(posixpath.join(top, word[:-3]))
    found = [posixpath.relpath(each, top or ".") for each in run.job.context.main_packages(start)]
    if not found:
        run.say(
            LOST, f"{word}: the context has no package main there, so its programs are not known"
        )
    return ["." if each == "." else f"./{each}" for each in found]


def source_directory(run: Run, build: GoBuild) -> str:
    """Where go runs, relative to the context."""
    for path in (f"{build.directory}/go.mod", build.directory):
        origin = run.state.tree.resolve(absolute(path, "/"))
        if origin and origin.kind == "context":
            found = posixpath.dirname(origin.path) if path.endswith("/go.mod") else origin.path
            return "" if found == "." else found
    return ""


def place(run: Run, build: GoBuild, package: str) -> str:
    """Where a program is in the stage."""
    path = absolute(build.output or ".", build.directory)
    several = len(build.packages) > 1
    if build.output and not (
        several
        or build.output.endswith(("/", "/."))
        or build.output == "."
        or path in run.state.directories
    ):
        return path
    name = package.rstrip("/").rpartition("/")[2].removesuffix(".go")
    if name in (".", "..", "", "main"):
        top = posixpath.normpath(posixpath.join(build.source, package if name != "main" else "."))
        name = posixpath.basename(top.strip("./"))
        if not name:
            _, module = run.job.context.module("")
            name = re.sub(r"/v\d+$", "", module).rpartition("/")[2] or posixpath.basename(
                build.directory
            )
    if build.install:
        path = build.environment.get("GOBIN") or "/go/bin"
    return absolute(name, path)
