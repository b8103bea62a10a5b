"""The compilers that go gets for cgo: scripts that run others, and write down what these read (link_state.py).

Go's build cache knows nothing of headers and libraries outside of the package that names them. So with CGO the
compilers are go's own, behind scripts in a directory that has another name whenever C must be compiled again.
"""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.common.atomic import write_atomically
from gocontainer.go.build import Go, GoError
from gocontainer.go.link_state import State, before_link

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


SCRIPT = """\
#!/bin/sh
# Written by GoContainer. The compiler for cgo; what it reads is noted.
for word; do
    case $word in
    -c) pwd >{notes}/$$.in && exec {compile} "$@" {noting} ;;
    -E | -S | -M | -MM | -fsyntax-only | -\\#\\#\\# | --version) exec {compile} "$@" ;;
    esac
done
{trace}exec {linker}
"""
TRACE = "pwd >{notes}/$$.in\n"
PKG_CONFIG = """\
#!/bin/sh
# Written by GoContainer. Notes which packages are asked for.
{{ printf '%s\\n' {command} && pwd && printf '%s\\n' "$@"; }} >{notes}/$$.pc
exec {command} "$@"
"""


class LinkError(ValueError):
    """What LINK_LIBRARIES name can't be linked; the text says why, and what to do."""


def uses_cgo(plan: Plan) -> bool:
    """Whether C may be part of the program."""
    return "CGO_ENABLED=1" in plan["go"]["env"]


def prepare_cgo(plan: Plan, go: Go, directory: Path, programs: list[Path]) -> Plan:
    """The plan, with compilers that note what they read.

    :param directory: that of the plan; ``link`` in it is written to.
    :param programs: what go is to write.
    :raises GoError: go does not tell its compilers.
    :raises LinkError: their path can't be given to go.
    """
    settings = settings_of(plan, go)
    place = directory / "link"
    (place / "headers").mkdir(parents=True, exist_ok=True)
    compilers = {name: shlex.split(settings[name]) for name in ("CC", "CXX")}
    state = before_link(place, list(compilers.values()), [], programs)
    tools = place / f"cgo-{state['key']}"
    for former in place.glob("cgo-*"):
        if former != tools:
            shutil.rmtree(former)
    variables = dict(variable.split("=", 1) for variable in plan["go"]["env"])
    for name, compiler in compilers.items():
        tool = tools / name.lower()
        write_tool(tool, script(place, compiler, compiler, [], state))
        variables[name] = quoted(str(tool), plan)
    variables["PKG_CONFIG"] = pkg_config(place, settings["PKG_CONFIG"])
    env = [f"{name}={value}" for name, value in variables.items()]
    return {**plan, "tools": str(place), "go": {**plan["go"], "env": env}}


def settings_of(plan: Plan, go: Go) -> dict[str, str]:
    """The compilers that go itself would call, and pkg-config.

    :raises GoError: it does not tell.
    """
    words = ["env", "-json", "CC", "CXX", "PKG_CONFIG"]
    process = go.start(words, go.environment(plan), stdout=subprocess.PIPE)
    output, _ = process.communicate()
    if process.returncode != 0:
        raise GoError(f"{plan['name']}: {go.command} env failed, see above")
    settings: dict[str, str] = json.loads(output)
    return settings


def pkg_config(place: Path, command: str) -> str:
    """Write the script that stands in for this pkg-config; returns what go is to call it.

    :param place: the directory for what is noted.
    """
    tool = place / "pkg-config"
    notes = shlex.quote(str(place / "headers"))
    write_tool(tool, PKG_CONFIG.format(notes=notes, command=shlex.quote(command)))
    return str(tool)


def script(
    place: Path, compiler: list[str], linker: list[str], libraries: list[str], state: State
) -> str:
    """A compiler that notes what it reads.

    :param place: the directory of the notes.
    :param compiler: its words.
    :param linker: the words that link.
    :param libraries: the words behind the objects.
    :param state: that of :func:`link_state.before_link`.
    """
    notes = shlex.quote(str(place / "headers"))
    link = f'{shlex.join(linker)} "$@" {shlex.join(libraries)}'.rstrip()
    if state["trace"]:
        link += f" -Xlinker --dependency-file={notes}/$$.d"
    return SCRIPT.format(
        notes=notes,
        noting=noting(notes, state),
        compile=shlex.join(compiler),
        linker=link,
        trace=TRACE.format(notes=notes) if state["trace"] else "",
    )


def noting(notes: str, state: State) -> str:
    """The words by which a compiler and its assembler write down what they read.

    :param notes: the directory, as a word of the shell.
    """
    words = f"-MD -MF {notes}/$$.d"
    if state["assembler"]:
        words += f" -Xassembler --MD -Xassembler {notes}/$$.as"
    return words


def write_tool(file: Path, text: str) -> None:
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        write_atomically(file, text.encode(), 0o755)


def call_of(plan: Plan) -> str:
    """What declared the plan, for errors."""
    call: str = plan.get("call", f"add_go_container({plan['name']})")
    return call


def quoted(path: str, plan: Plan) -> str:
    """The path as go takes it: in quotes, without escapes.

    :raises LinkError: it has both kinds of quotes.
    """
    if "'" in path and '"' in path:
        raise LinkError(
            f"{call_of(plan)}: the path of the build directory has both kinds of quotes, "
            f"{path}, which the go command can't read.\nBuild in another directory."
        )
    quote = '"' if "'" in path else "'"
    return f"{quote}{path}{quote}"
