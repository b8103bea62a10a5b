"""COPY and ADD: which file of a stage comes from where."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from gocontainer.importing.context import Context
from gocontainer.importing.expand import expand, expand_text
from gocontainer.importing.findings import LOST, UNSAFE, Findings
from gocontainer.importing.parse import Instruction
from gocontainer.importing.stages import State, Step
from gocontainer.importing.tree import Entry, Origin, absolute

ARCHIVES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".tar.bz2", ".txz", ".tar.zst")


@dataclass
class Copy:
    """One COPY or ADD, its variables replaced."""

    state: State
    instruction: Instruction
    findings: Findings
    place: str  # the destination
    inside: bool  # the destination is a directory that files get into
    mode: str
    owner: str

    @property
    def line(self) -> int:
        return self.instruction.line

    def add(self, path: str, origin: Origin, content_only: bool = False) -> None:
        entry = Entry(path, origin, self.mode, self.owner, self.line, content_only)
        self.state.tree.add(entry)

    def target(self, name: str) -> str:
        """Where a file of this name gets to."""
        return posixpath.join(self.place, posixpath.basename(name)) if self.inside else self.place


def add_copy(
    state: State,
    instruction: Instruction,
    context: Context,
    states: dict[str, State],
    findings: Findings,
) -> None:
    *sources, destination = (expand(word, state.variables) for word in instruction.words)
    of, mode, owner = (
        expand(instruction.flag(flag), state.variables) for flag in ("from", "chmod", "chown")
    )
    place = absolute(destination, state.directory)
    known = place == state.directory or place in state.directories or len(sources) > 1
    inside = known or destination.endswith(("/", "/.")) or destination in (".", "..")
    mode = mode.rjust(4, "0") if mode else ""
    copy = Copy(state, instruction, findings, place, inside, mode, owner)
    for source in sources:
        if source.startswith("<<"):
            copy_text(copy, source.lstrip("<-"))
        elif "://" in source or source.startswith("git@"):
            copy_url(copy, source)
        elif of.lower() in states:
            copy_stage(copy, states[of.lower()], source, context)
        elif of:
            copy_image(copy, of, source)
        else:
            for each in context.matches(source.strip("/") or "."):
                copy_context(copy, posixpath.normpath(each), source, context)


def copy_text(copy: Copy, name: str) -> None:
    """A heredoc."""
    text = dict(copy.instruction.heredocs).get(name, "")
    if not any(f"{quote}{name}" in copy.instruction.lines[0] for quote in "\"'"):
        text = expand_text(text, copy.state.variables)
    path = copy.target(name)
    copy.add(path, Origin("text", path, text, line=copy.line))


def copy_url(copy: Copy, url: str) -> None:
    why = (
        f"ADD of {url}: nothing is downloaded into an image; download it by "
        "file(DOWNLOAD … EXPECTED_HASH), and give it to FILES"
    )
    if not copy.instruction.flag("checksum"):
        text = f"ADD of {url} without --checksum: whatever is there comes in"
        copy.findings.add(copy.line, UNSAFE, text)
    path = copy.target(url)
    copy.add(path, Origin("unknown", path, why, line=copy.line))


def copy_image(copy: Copy, reference: str, source: str) -> None:
    if "xx" in reference.rpartition("/")[2].partition(":")[0].split("-"):
        return  # the helper for cross compiling, which go needs none
    path = absolute(source, "/")
    content_only = source.endswith("/")
    target = copy.place if content_only else copy.target(path)
    copy.add(target, Origin("image", path, reference, line=copy.line), content_only)


def copy_stage(copy: Copy, other: State, source: str, context: Context) -> None:
    path = absolute(source, "/")
    copy.state.used.add(other.stage.name)
    if path in ("/etc/passwd", "/etc/group"):
        copy.state.users.update(other.users)
        copy.state.groups.update(other.groups)
        return
    if other.base.rpartition("/")[2].partition(":")[0] == "xx" and path == "/":
        return
    origin = resolve(other, path, copy.line)
    below = other.tree.inside(path)
    programs = all(each.origin.kind == "program" for each in below)
    if below and (programs or origin.kind in ("unknown", "image")):
        for entry in below:
            rest = entry.path[len(path.rstrip("/")) :]
            copy.add(posixpath.normpath(copy.place + rest), entry.origin)
        return
    copied = other.tree.find(path)
    if source.endswith("/"):
        directory = True
    elif copied and copied.path == path:
        directory = copied.content_only
    elif origin.kind == "context" and context.exists(origin.path):
        directory = context.is_directory(origin.path)
    else:
        directory = origin.kind in ("made", "context") and "." not in posixpath.basename(path)
    copy.add(copy.place if directory else copy.target(path), origin, directory)


def resolve(state: State, path: str, line: int) -> Origin:
    """What a path of a stage is."""
    entry = state.tree.find(path)
    own = entry is not None and (entry.origin.kind != "context" or path == entry.path)
    if state.makes and not own:
        return Origin("made", path, state.stage.name, line=line)
    if entry:
        return entry.origin.below(path[len(entry.path) :].lstrip("/"))
    if path in state.links or path in state.directories:
        why = f"{path} is made by the stage {state.stage.name}"
        return Origin("unknown", path, why, line=line)
    return Origin("image", path, state.base, line=line)


def copy_context(copy: Copy, path: str, source: str, context: Context) -> None:
    directory = context.is_directory(path) or (not context.exists(path) and source.endswith("/"))
    if copy.instruction.name == "ADD" and path.endswith(ARCHIVES):
        why = f"ADD unpacks {path}: unpack it by file(ARCHIVE_EXTRACT), and give the directory to FILES"
        copy.findings.add(copy.line, LOST, why)
        return
    target = copy.place if directory else copy.target(path)
    if any(name == "parents" for name, _ in copy.instruction.flags):
        target = posixpath.join(copy.place, path)
    target = posixpath.normpath(target)
    copy.add(target, Origin("context", path, line=copy.line), directory)
    copy.state.steps.append(Step(copy.line, path, target, content_only=directory))
