"""FILES, FROM_IMAGE, DIRECTORIES, SYMLINKS and CAPABILITIES: what is in an image beside its programs."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gocontainer.importing.findings import CHANGED, LOST, WASTEFUL
from gocontainer.importing.made import add_made, add_text, built
from gocontainer.importing.options import Option
from gocontainer.importing.stages import State
from gocontainer.importing.tree import Entry

if TYPE_CHECKING:
    from gocontainer.importing.call import Call
    from gocontainer.importing.evaluate import Import

CERTIFICATES = re.compile(
    r"/etc/(ssl|pki|ca-certificates)(/|$)|/usr/(local/)?share/ca-certificates(/|$)"
)
ZONES = re.compile(r"/usr/share/zoneinfo(/|$)|.*/zoneinfo\.zip$|/etc/localtime$")


def add_files(call: Call, state: State, job: Import) -> None:
    entries = {entry.path + "/" * entry.content_only: entry for entry in state.tree.entries}
    for entry in entries.values():
        kind = entry.origin.kind
        if ZONES.match(entry.path):
            if not any(option.keyword == "TIMEZONES" for option in call.options):
                call.add("TIMEZONES", "ON")
        elif CERTIFICATES.match(entry.path) and kind != "context":
            pass  # each image has them
        elif (
            kind == "context"
            and state.builds
            and (entry.path.endswith(("/go.mod", "/go.sum", "/go.work", ".go")))
        ):
            pass  # sources
        elif kind == "context":
            add_context(call, entry, job)
        elif kind == "image":
            add_image(call, entry, job)
        elif kind == "made":
            add_made(call, entry.origin.of, job)
            add_file(
                call,
                entry,
                built(entry.origin),
                entry.content_only,
                [("DEPENDS", [f"{entry.origin.of}.built"])],
            )
        elif kind == "text":
            add_file(call, entry, add_text(call, entry.origin, job), False, [])
        elif kind == "unknown" and not any(e.text == entry.origin.of for e in job.findings.found):
            job.findings.add(entry.line, LOST, f"{entry.path}: {entry.origin.of}")
    add_overlays(call, state, job)
    add_directories(call, state)
    if state.links:
        call.add("SYMLINKS", *(f"{path}={target}" for path, target in state.links.items()))
    add_capabilities(call, state, job)


def add_context(call: Call, entry: Entry, job: Import) -> None:
    path = entry.origin.path
    if CERTIFICATES.match(entry.path):
        text = "certificates of your own: add them to a bundle, and set GO_CONTAINER_CA_BUNDLE"
        job.findings.add(entry.line, LOST, f"{path}: {text}")
        return
    if path in (".", ""):
        text = "the whole context is copied into the image; name the files that the program reads: FILES"
        job.findings.add(entry.line, WASTEFUL, text)
        job.findings.add(
            entry.line,
            LOST,
            f"COPY . {entry.path}: which of the files the program reads is not known",
        )
        return
    if not job.context.exists(path):
        job.findings.add(entry.line, LOST, f"{path}: there is no such file in the context")
        return
    add_file(call, entry, path, entry.content_only, [])


def add_file(
    call: Call, entry: Entry, path: str, content_only: bool, own: list[tuple[str, list[str]]]
) -> None:
    """FILES for one file or directory, joined with the option before it if that has the same place, mode and owner."""
    if (
        content_only
        and entry.path != "/"
        and posixpath.basename(path) == posixpath.basename(entry.path)
    ):
        content_only, destination = False, posixpath.dirname(entry.path)
    else:
        destination = entry.path if content_only else posixpath.dirname(entry.path)
    details = [("DESTINATION", [destination])] if destination != "/" else []
    name = posixpath.basename(entry.path)
    if not content_only and name != posixpath.basename(path):
        details.append(("RENAME", [name]))
    if entry.mode and not entry.content_only:
        details.append(("CHMOD", [entry.mode]))
    if entry.owner and entry.owner not in ("root", "0", "0:0", "root:root"):
        details.append(("CHOWN", [entry.owner]))
    details += own
    if path.isupper() and path.isalpha():
        path = f"./{path}"  # or CMake might take it for a keyword
    word = path + "/" * content_only
    last = call.options[-1]
    if last.keyword == "FILES" and last.own == details and "RENAME" not in dict(details):
        last.words.append(word)
    else:
        call.options.append(Option("FILES", [word], details, entry.line))


def add_image(call: Call, entry: Entry, job: Import) -> None:
    path = entry.origin.path
    if entry.origin.of == "scratch":
        job.findings.add(
            entry.line, LOST, f"{entry.path}: the stage has no such file, as far as it was read"
        )
        return
    if entry.mode or entry.owner:
        job.findings.add(
            entry.line,
            LOST,
            f"{entry.path}: FROM_IMAGE keeps the modes and owners of the other image",
        )
    details = []
    if entry.content_only and path != entry.path:
        path, details = f"{path.rstrip('/')}/", [("DESTINATION", [entry.path])]
    elif posixpath.basename(path) != posixpath.basename(entry.path) and entry.path != path:
        text = f"{entry.path}: FROM_IMAGE can't rename {path}; it is beside it, under its own name"
        job.findings.add(entry.line, CHANGED, text)
        details = [("DESTINATION", [posixpath.dirname(entry.path)])]
    elif entry.path != path:
        details = [("DESTINATION", [posixpath.dirname(entry.path)])]
    call.options.append(Option("FROM_IMAGE", [entry.origin.of, path], details, entry.line))


def add_overlays(call: Call, state: State, job: Import) -> None:
    """What stages of node and heredocs lay into the sources of the program."""
    for compiles in job.states.values():
        build = next((each for each in compiles.builds), None)
        if build is None or compiles.stage.name not in state.used | {state.stage.name}:
            continue
        module = job.context.module(build.source)[0]
        top = posixpath.normpath(
            posixpath.join(build.directory, posixpath.relpath(module or ".", build.source or "."))
        )
        for entry in compiles.tree.entries:
            if entry.origin.kind not in ("made", "text") or not entry.path.startswith(
                top.rstrip("/") + "/"
            ):
                continue
            inside = posixpath.relpath(entry.path, top)
            details = []
            if entry.origin.kind == "made":
                add_made(call, entry.origin.of, job)
                word, details = (
                    built(entry.origin) + "/" * entry.content_only,
                    [("DEPENDS", [f"{entry.origin.of}.built"])],
                )
            else:
                word = add_text(call, entry.origin, job)
            place = inside if entry.content_only else posixpath.dirname(inside)
            details = ([("DESTINATION", [place])] if place else []) + details
            call.options.append(Option("OVERLAY", [word], details, entry.line))


def add_directories(call: Call, state: State) -> None:
    programs = {entry.path for entry in state.tree.entries if not entry.content_only}
    joined: dict[tuple[str, str], list[str]] = {}
    for path, each in state.directories.items():
        if path in programs or path == "/":
            continue
        joined.setdefault((each.mode, each.owner), []).append(path)
    for (mode, owner), paths in joined.items():
        details = [("CHMOD", [mode])] if mode else []
        if owner and owner not in ("root", "0", "0:0", "root:root"):
            details.append(("CHOWN", [owner]))
        call.options.append(Option("DIRECTORIES", paths, details))


def add_capabilities(call: Call, state: State, job: Import) -> None:
    programs = {entry.path for entry in state.tree.entries if entry.origin.kind == "program"}
    found = dict(state.capabilities)
    for compiles in job.states.values():
        for path, value in compiles.capabilities.items():
            origin = compiles.tree.resolve(path)
            found.update(
                {e.path: value for e in state.tree.entries if e.origin == origin and origin}
            )
    words = [f"{path}={value}" for path, value in found.items() if path in programs]
    for path in set(state.capabilities) - programs:
        job.findings.add(
            state.stage.origin.line,
            LOST,
            f"setcap {path}: CAPABILITIES are for Go programs of the image",
        )
    if words:
        call.add("CAPABILITIES", *words)
