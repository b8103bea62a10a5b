"""COPY and ADD: which file of a stage comes from where."""

from __future__ import annotations

import posixpath

from gocontainer.importing.context import Context
from gocontainer.importing.expand import expand, expand_text
from gocontainer.importing.findings import LOST, UNSAFE, Findings
from gocontainer.importing.parse import Instruction
from gocontainer.importing.stages import State, Step
from gocontainer.importing.tree import Entry, Origin, absolute

ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".txz", ".tar.zst")


def add_copy(
    state: State,
    instruction: Instruction,
    context: Context,
    states: dict[str, State],
    findings: Findings,
) -> None:
    words = [expand(word, state.variables) for word in instruction.words]
    *sources, destination = words
    of = expand(instruction.flag("from"), state.variables)
    mode, owner = (expand(instruction.flag(flag), state.variables) for flag in ("chmod", "chown"))
    place = absolute(destination, state.directory)
    known = place == state.directory or place in state.directories or len(sources) > 1
    inside = destination.endswith(("/", "/.")) or destination in (".", "..") or known

    def add(path: str, origin: Origin, content_only: bool = False) -> None:
        state.tree.add(
            Entry(
                path,
                origin,
                mode.rjust(4, "0") if mode else "",
                owner,
                instruction.line,
                content_only,
            )
        )

    texts = dict(instruction.heredocs)
    for source in sources:
        if source.startswith("<<"):
            name = source.lstrip("<-")
            path = posixpath.join(place, name) if inside else place
            text = texts.get(name, "")
            if not any(f"{quote}{name}" in instruction.lines[0] for quote in "\"'"):
                text = expand_text(text, state.variables)
            add(path, Origin("text", path, text, line=instruction.line))
        elif "://" in source or source.startswith("git@"):
            add_url(state, source, instruction, findings, place, inside)
        elif of:
            copy_from(state, of, source, place, inside, add, states, instruction, findings)
        else:
            for each in context.matches(source.strip("/") or "."):
                copy_context(
                    state, each, source, place, inside, add, context, instruction, findings
                )


def add_url(state, source, instruction, findings, place, inside) -> None:  # type: ignore[no-untyped-def]
    why = f"ADD of {source}: nothing is downloaded into an image; download it by file(DOWNLOAD … EXPECTED_HASH), and give it to FILES"
    if not instruction.flag("checksum"):
        findings.add(
            instruction.line,
            UNSAFE,
            f"ADD of {source} without --checksum: whatever is there comes in",
        )
    path = posixpath.join(place, source.rpartition("/")[2]) if inside else place
    state.tree.add(
        Entry(path, Origin("unknown", path, why, line=instruction.line), line=instruction.line)
    )


def copy_from(state, of, source, place, inside, add, states, instruction, findings) -> None:  # type: ignore[no-untyped-def]
    """COPY --from: a stage, by its name or number, or an image."""
    path = absolute(source, "/")
    other = states.get(of.lower())
    if other is None:
        content_only = posixpath.splitext(path)[1] == "" and source.endswith("/")
        if "xx" in of.rpartition("/")[2].partition(":")[0].split("-"):
            return  # the helper for cross compiling, which go needs none
        target = (
            posixpath.join(place, posixpath.basename(path))
            if inside and not content_only
            else place
        )
        add(target, Origin("image", path, of, line=instruction.line), content_only)
        return
    state.used.add(of.lower())
    if path in ("/etc/passwd", "/etc/group"):
        state.users.update(other.users)
        state.groups.update(other.groups)
        return
    origin = resolve(other, path, instruction.line)
    below = other.tree.inside(path)
    if (origin.kind in ("unknown", "image") and below) or (
        below and all(e.origin.kind == "program" for e in below)
    ):
        for entry in below:
            add(posixpath.normpath(place + entry.path[len(path.rstrip("/")) :]), entry.origin)
        return
    directory = source.endswith("/") or (
        origin.kind in ("context", "made", "image")
        and "." not in posixpath.basename(path)
        and not inside
        and origin.kind != "image"
    )
    if origin.kind == "made" or (origin.kind == "context" and "." not in posixpath.basename(path)):
        add(place, origin, True)
    elif inside and not directory:
        add(posixpath.join(place, posixpath.basename(path)), origin)
    else:
        add(place, origin, directory)


def resolve(state: State, path: str, line: int) -> Origin:
    """What a path of a stage is."""
    entry = state.tree.find(path)
    if entry and entry.origin.kind not in ("context",):
        return entry.origin.below(path[len(entry.path) :].lstrip("/"))
    if state.makes and (entry is None or path != entry.path):
        return Origin("made", path, state.stage.name, line=line)
    if entry:
        return entry.origin.below(path[len(entry.path) :].lstrip("/"))
    base = state.base
    if path in state.links or path in state.directories:
        return Origin("unknown", path, f"{path} is made by the stage {state.stage.name}", line=line)
    return Origin("image", path, base, line=line)


def copy_context(state, each, source, place, inside, add, context, instruction, findings) -> None:  # type: ignore[no-untyped-def]
    each = posixpath.normpath(each)
    directory = context.is_directory(each) or (not context.exists(each) and source.endswith("/"))
    if instruction.name == "ADD" and each.endswith(ARCHIVES):
        why = f"ADD unpacks {each}: unpack it by file(ARCHIVE_EXTRACT), and give the directory to FILES"
        findings.add(instruction.line, LOST, why)
        return
    if instruction.flag("parents") or any(name == "parents" for name, _ in instruction.flags):
        place, inside = posixpath.join(place, posixpath.dirname(each)), True
    target = place if directory or not inside else posixpath.join(place, posixpath.basename(each))
    add(posixpath.normpath(target), Origin("context", each, line=instruction.line), directory)
    state.steps.append(Step(instruction.line, each, target, content_only=directory))
