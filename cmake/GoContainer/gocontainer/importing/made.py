"""Custom commands for what a stage makes by other programs than go, such as node."""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import TYPE_CHECKING

from gocontainer.importing.expand import REFERENCE, reference
from gocontainer.importing.findings import CHANGED, LOST
from gocontainer.importing.stages import State, Step
from gocontainer.importing.tree import Origin, is_below

if TYPE_CHECKING:
    from gocontainer.importing.call import Call
    from gocontainer.importing.evaluate import Import

HERE = "${CMAKE_CURRENT_SOURCE_DIR}"
THERE = "${CMAKE_CURRENT_BINARY_DIR}"
CMAKE = '"${CMAKE_COMMAND}" -E'


def built(origin: Origin) -> str:
    """The path of what a stage made, in the build tree."""
    return f"{reference('CMAKE_CURRENT_BINARY_DIR')}/{origin.of}{origin.path}"


def add_made(call: Call, name: str, job: Import) -> None:
    state = job.states[name]
    text = custom_command(state, job)
    if text not in call.before:
        call.before.append(text)
        job.findings.add(
            state.stage.origin.line,
            CHANGED,
            f"the stage {name} became a custom command, which runs on this machine",
        )


def custom_command(state: State, job: Import) -> str:
    name = state.stage.name
    steps = [each for step in state.steps for each in expanded(step, job)]
    sources = list(dict.fromkeys(step.source for step in steps if step.source))
    sources = [
        each
        for each in sources
        if not any(is_below(each, other) and each != other for other in sources)
    ]
    patterns = "\n  ".join(
        quoted(f"{HERE}/{each}" + ("/*" if job.context.is_directory(each) else ""))
        for each in sources
    )
    lines = [
        f"# What the stage {name} makes",
        f"file(GLOB_RECURSE {name}_sources CONFIGURE_DEPENDS\n  {patterns}\n)",
        "add_custom_command(",
        f"  OUTPUT {name}.built",
        f"  COMMAND {CMAKE} rm -rf {name}",
        *dict.fromkeys(line for step in steps for line in command(step, state, job)),
        f"  COMMAND {CMAKE} touch {name}.built",
        f"  DEPENDS ${{{name}_sources}}",
        "  VERBATIM",
        ")",
    ]
    return "\n".join(lines)


def expanded(step: Step, job: Import) -> list[Step]:
    """A copy of the whole context, as copies of what is in it, as the build tree may be there, too."""
    if step.source not in (".",):
        return [step]
    names = [
        name for name in job.context.entries() if not name.endswith((".go", "go.mod", "go.sum"))
    ]
    return [
        Step(
            step.line,
            name.rstrip("/"),
            posixpath.join(step.destination, name.rstrip("/")),
            content_only=name.endswith("/"),
        )
        for name in names
    ]


def command(step: Step, state: State, job: Import) -> list[str]:
    name = state.stage.name
    if step.source:
        target = f"{name}{step.destination}"
        if step.content_only:
            return [
                f"  COMMAND {CMAKE} copy_directory {quoted(f'{HERE}/{step.source}')} {quoted(target)}"
            ]
        return [
            f"  COMMAND {CMAKE} make_directory {quoted(posixpath.dirname(target))}",
            f"  COMMAND {CMAKE} copy {quoted(f'{HERE}/{step.source}')} {quoted(target)}",
        ]
    directory = quoted(f"{THERE}/{name}{step.directory}")
    words = shlex.split(step.script)
    settings = [
        f"{key}={value}"
        for key, value in state.pairs["ENV"].items()
        if key not in ("PATH", "PNPM_HOME")
    ]
    while words and re.match(r"\w+=", words[0]):
        settings.append(words.pop(0))
    if "\x02" in step.script:
        job.findings.add(
            step.line, LOST, f"{words[0]}: what a command of the shell prints is not known"
        )
        return []
    environment = " ".join(quoted(each) for each in [*settings, *words])
    return [
        f"  COMMAND {CMAKE} chdir {directory} {CMAKE if settings else ''}{' env ' if settings else ''}{environment}"
    ]


def quoted(text: str) -> str:
    """A word of CMake; references in it stay."""
    from gocontainer.importing.write import quote

    return quote(
        text.replace("${CMAKE_CURRENT_SOURCE_DIR}", reference("CMAKE_CURRENT_SOURCE_DIR")).replace(
            "${CMAKE_CURRENT_BINARY_DIR}", reference("CMAKE_CURRENT_BINARY_DIR")
        )
    )


def add_text(call: Call, origin: Origin, job: Import) -> str:
    """A file of the build tree with the text of a heredoc; its path."""
    name = f"texts/{origin.path.lstrip('/')}"
    if "@" in origin.of or "\x02" in origin.of:
        job.findings.add(
            origin.line, CHANGED, f"{origin.path}: look at its text, which has a command or an @"
        )
    fence = "="
    while f"]{fence}]" in origin.of:
        fence += "="
    content = REFERENCE.sub(r"@\1@", origin.of)
    text = (
        f"file(\n  CONFIGURE\n  OUTPUT {name}\n  CONTENT [{fence}[\n{content}]{fence}]\n  @ONLY\n)"
    )
    if text not in call.before:
        call.before.append(text)
    return f"{reference('CMAKE_CURRENT_BINARY_DIR')}/{name}"
