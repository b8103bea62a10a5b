"""RUN: what the commands of a shell do to a stage."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING

from gocontainer.importing.accounts import add_group, add_user
from gocontainer.importing.compiling import do_go
from gocontainer.importing.fetching import do_download, do_git, do_keyscan
from gocontainer.importing.filesystem import (
    do_cd,
    do_chmod,
    do_chown,
    do_echo,
    do_ln,
    do_mkdir,
    do_move,
    do_setcap,
)
from gocontainer.importing.findings import CHANGED, LOST, UNSAFE, WASTEFUL
from gocontainer.importing.makefile import Makefile
from gocontainer.importing.packages import do_apk, do_apt, do_dnf
from gocontainer.importing.parse import Instruction
from gocontainer.importing.run import Run, printable
from gocontainer.importing.shell import read_script
from gocontainer.importing.stages import State, Step
from gocontainer.importing.tree import absolute

if TYPE_CHECKING:
    from gocontainer.importing.evaluate import Import

LOOP = re.compile(
    r"\bfor\s+(\w+)\s+in\s+([\w./ -]+?)\s*(?:;|\n)\s*do\b(.*?)(?:;|\n)\s*done\b", re.DOTALL
)
MAKES = {
    "npm",
    "npx",
    "yarn",
    "pnpm",
    "node",
    "bun",
    "bunx",
    "deno",
    "hugo",
    "ng",
    "vite",
    "tailwindcss",
    "esbuild",
}
HARMLESS = {
    "set", "true", ":", "ls", "pwd", "test", "[", "export", "date", "uname", "file", "ldd", "which", "sleep", "id",
    "update-ca-certificates", "rm", "env", "xx-verify", "xx-info", "strip", "exit", "corepack",
    "upx-verify", "touch", "rmdir", "wait", "trap", "unset", "gofmt", "golangci-lint", "staticcheck", "sync",
    "apt-mark", "dpkg-reconfigure", "ldconfig", "xx-clang", "hash", "type", "command", "read", "shift", "source", ".",
}  # fmt: skip


def run_script(state: State, script: str, instruction: Instruction, job: Import) -> None:
    back = state.directory
    for command in read_script(unroll(script), state.variables):
        state.variables.update(command.environment if not command.words else {})
        run_command(Run(state, command, instruction, job), script)
    state.directory = back


def unroll(script: str) -> str:
    """The script, a loop over known words written out."""

    def each(found: re.Match[str]) -> str:
        return "".join(
            f"{found[1]}={word}; {found[3].strip()}; " for word in found[2].split()
        ).rstrip("; ")

    return LOOP.sub(each, script)


def run_command(run: Run, script: str) -> None:
    name = run.command.name
    if run.command.follows == "|" and name in ("sh", "bash"):
        run.say(UNSAFE, "runs what it downloads")
        return
    if name in MAKES:
        add_step(run)
    elif name in DOES:
        if run.command.nested and name not in ("echo", "cd", "printf"):
            run.say(
                CHANGED,
                "a condition or a loop: all its branches were taken, one after the other; look at it",
            )
        if not DOES[name](run):
            unknown(run)
    elif name and name not in HARMLESS:
        unknown(run)


def unknown(run: Run) -> None:
    words = printable(run.command.words)
    if run.state.makes:
        add_step(run)
        return
    hint = ""
    if re.search(r"\bgo(lang)?\b", run.state.base):
        hint = "; if it makes sources, make them by add_custom_command(), and give them to OVERLAY"
    run.say(LOST, f"RUN {words}: what this does is not known{hint}")


def add_step(run: Run) -> None:
    run.state.makes = True
    words = [*(f"{k}={v}" for k, v in run.command.environment.items()), *run.command.words]
    run.state.steps.append(Step(run.line, directory=run.state.directory, script=shlex.join(words)))


def do_user(run: Run) -> bool:
    return add_user(
        run.state, [run.command.name, *run.command.words[1:]], run.line, run.job.findings
    )


def do_group(run: Run) -> bool:
    return add_group(
        run.state, [run.command.name, *run.command.words[1:]], run.line, run.job.findings
    )


def do_make(run: Run) -> bool:
    """Runs what the Makefile of the context would run."""
    directory, words = make_words(run.command.words[1:])
    given = dict(word.split("=", 1) for word in words if "=" in word)
    environment = {**run.state.variables, **run.command.environment}
    directory = run.path(directory)
    place = run.state.tree.resolve(absolute("Makefile", directory))
    text = run.job.context.read(place.path) if place and place.kind == "context" else ""
    if not text:
        run.say(
            LOST,
            f"{printable(run.command.words)}: the context has no Makefile, so what it runs is not known",
        )
        return True
    makefile = Makefile(text, {name: value for name, value in given.items() if value}, environment)
    found = [
        line
        for each in [w for w in words if "=" not in w] or [makefile.first]
        for line in makefile.commands(each)
    ]
    if (
        not any(re.search(r"\bgo\b.*\b(build|install)\b", line) for line in found)
        and not run.state.builds
    ):
        run.say(LOST, f"{printable(run.command.words)}: the Makefile has no go build for it")
    given = {**run.command.environment, **given}
    known = {**makefile.variables, **given, **run.state.variables}
    for line in found:
        back, run.state.directory = run.state.directory, directory
        for command in read_script(unroll(line), known):
            command.environment = {
                **{k: v for k, v in given.items() if k.startswith(("CGO", "GO"))},
                **command.environment,
            }
            run_command(Run(run.state, command, run.instruction, run.job), line)
        run.state.directory = back
    return True


def make_words(words: list[str]) -> tuple[str, list[str]]:
    """The directory in which make runs, and its words without options."""
    directory, found, rest = ".", [], list(words)
    while rest:
        word = rest.pop(0)
        name, _, value = word.partition("=")
        if word in ("-C", "-f", "--directory") and rest:
            value = rest.pop(0)
            directory = directory if word == "-f" else value
        elif name == "--directory":
            directory = value
        elif word.startswith("-C"):
            directory = word[2:]
        elif not word.startswith("-"):
            found.append(word)
    return directory, found


def do_upx(run: Run) -> bool:
    run.say(
        WASTEFUL,
        "upx: the program is unpacked at each start, and layers are compressed anyway; left out",
    )
    return True


DOES: dict[str, Callable[[Run], bool]] = {
    "cd": do_cd, "mkdir": do_mkdir, "chown": do_chown, "chmod": do_chmod, "ln": do_ln, "cp": do_move, "mv": do_move,
    "install": do_move, "echo": do_echo, "printf": do_echo, "cat": do_echo, "curl": do_download, "wget": do_download,
    "setcap": do_setcap, "adduser": do_user, "useradd": do_user, "addgroup": do_group, "groupadd": do_group,
    "make": do_make, "git": do_git, "ssh-keyscan": do_keyscan, "upx": do_upx, "go": do_go, "xx-go": do_go, "goxx-go": do_go, "apk": do_apk, "xx-apk": do_apk,
    "dnf": do_dnf, "microdnf": do_dnf, "yum": do_dnf, "zypper": do_dnf, "tdnf": do_dnf,
    "apt-get": do_apt, "apt": do_apt, "xx-apt": do_apt, "xx-apt-get": do_apt,
}  # fmt: skip
