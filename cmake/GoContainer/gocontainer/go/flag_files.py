"""The files that flags and variables of the go command name, whatever flag it is: -modfile, -overlay, -pgo,
-toolexec, a script of the linker in -extldflags, … Go itself looks at the content of the first three only."""

from __future__ import annotations

import json
import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from gocontainer.common.plan import Plan

VARIABLES = ("GOFLAGS", "CC", "CXX", "FC", "AR", "PKG_CONFIG")
SEEN = re.compile(r"--?(modfile|overlay|pgo)=")


def unseen_files(plan: Plan, environment: dict[str, str]) -> list[str]:
    """Those that go does not look at."""
    flags = [flag for flag in plan["go"]["flags"] if not SEEN.match(flag)]
    return named_files({**plan, "go": {**plan["go"], "flags": flags}}, environment)


def named_files(plan: Plan, environment: dict[str, str]) -> list[str]:
    """Their paths, sorted, absolute, all of which exist.

    :param environment: that of the go command.
    """
    names = {variable.partition("=")[0] for variable in plan["go"].get("env", [])}
    names.update(plan["go"].get("passEnv", []), VARIABLES)
    values = [environment[name] for name in sorted(names) if environment.get(name)]
    tools = plan.get("tools", "\0")  # the scripts of cgo.py, which change only when the plan does
    found = set()
    for value in [*plan["go"]["flags"], *values]:
        if "overlay" in plan and re.match("--?overlay=", value):
            continue  # those of OVERLAY are known
        for word in re.split(r"[\s'\",=:]+", value):
            path = os.path.join(plan["source"], word)
            if word and os.path.isfile(path) and not path.startswith(tools):
                found.update(with_its_own(path, value, plan["source"]))
    return sorted(found)


def with_its_own(path: str, flag: str, source: str) -> set[str]:
    """The file, and those that it stands for: go.sum beside another go.mod, what -overlay puts in place of sources."""
    found = {path}
    if "-modfile=" in flag:
        found.add(re.sub(r"\.mod$", "", path) + ".sum")
    if "-overlay=" in flag:
        try:
            with open(path, encoding="utf-8") as stream:
                found.update(filter(None, json.load(stream)["Replace"].values()))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass  # go tells
    paths = (os.path.normpath(os.path.join(source, name)) for name in found)
    return {path for path in paths if os.path.isfile(path)}


def state_of(files: list[str]) -> str:
    """Tells the files, with their content, from others.

    :raises OSError: one can't be read.
    """
    import hashlib  # which few need

    now = hashlib.sha256()
    for path in files:
        with open(path, "rb") as stream:
            now.update(f"{path}\n{hashlib.sha256(stream.read()).hexdigest()}\n".encode())
    return now.hexdigest()


def flags_again(state: str, flags: list[str], program: str) -> list[str]:
    """Before a build: where the files are others than those that the program was built with, remove it, so that go
    links again; returns the flags by which go compiles again, too, what another -toolexec would make another.

    :param state: that of the files.
    :raises OSError: the program can't be removed.
    """
    try:
        with open(note_of(program), encoding="utf-8") as stream:
            if stream.read() == state:
                return []
        os.remove(note_of(program))  # until it is built with them
    except (OSError, ValueError):
        pass  # it is the first build
    if os.path.exists(program):
        os.remove(program)
    return ["-a"] if any("-toolexec" in flag for flag in flags) else []


def remember(state: str, program: str) -> None:
    """After a build with the files of that state.

    :raises OSError: that can't be written.
    """
    with open(note_of(program) + ".new", "w", encoding="utf-8") as stream:
        stream.write(state)
    os.replace(note_of(program) + ".new", note_of(program))


def note_of(program: str) -> str:
    return program + ".named"
