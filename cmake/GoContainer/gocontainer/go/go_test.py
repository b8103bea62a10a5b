"""Runs go test and go vet with the C libraries of add_go_test(), and tells gopls of them."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gocontainer.go.build import Go
from gocontainer.go.cgo import quoted, write_tool
from gocontainer.go.cgo_link import (
    NOT_FOR_CGO,
    link_words,
    prepare,
    read_records,
    search_path,
)
from gocontainer.go.link_state import after_link, read_state
from gocontainer.go.list_packages import packages_of
from gocontainer.go.messages import pass_on

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan

# gopls compiles, too; what it does must not look like a part of a build (link_state.py), so nothing is noted.
SCRIPT = """\
#!/bin/sh
# Written by GoContainer. The compiler for gopls.
for word; do
    case $word in
    -c | -E | -S | -M | -MM | -fsyntax-only) exec {compile} "$@" ;;
    esac
done
exec {linker} "$@" -x none {libraries}
"""


def run_go(plan: Plan, go: Go, directory: Path, words: list[str]) -> int:
    """Run the go command on the packages of a plan; returns its exit code.

    :param directory: that of the plan.
    :param words: the command, test or vet, and its own flags.
    :raises GoError: there is no go command.
    :raises LinkError: a library can't be linked.
    """
    asked, variables = plan, go.environment(plan)
    if "link" in plan:
        asked = with_libraries(plan, go, directory)
        variables = go.environment(asked)
        libraries = [*search_path(directory), variables.get("LD_LIBRARY_PATH", "")]
        variables["LD_LIBRARY_PATH"] = ":".join(filter(None, libraries))
    command, *flags = words
    command_line = [command, *asked["go"]["flags"], *flags, *packages_of(plan)]
    process = go.start(command_line, variables, stderr=subprocess.PIPE)
    assert process.stderr is not None
    pass_on(process.stderr, sys.stderr.buffer, plan["source"])
    code = process.wait()
    if "link" in plan:
        after_link(directory / "link", variables, [])
    return code


def with_libraries(plan: Plan, go: Go, directory: Path) -> Plan:
    """The plan, with what makes go link its libraries.

    Go keeps results of tests, and knows nothing of the libraries. So a directory with the digest of these is among the
    flags of the linker, which go does know.
    """
    prepared = prepare(plan, go, directory, [directory / "link/none"])
    place = directory / "link"
    mark = f"-L{place / read_state(place)['linking'][:16]}"
    variables = dict(variable.split("=", 1) for variable in prepared["go"]["env"])
    variables["CGO_LDFLAGS"] = f"{variables.get('CGO_LDFLAGS', '')} {quoted(mark, plan)}".strip()
    env = [f"{name}={value}" for name, value in variables.items()]
    return {**prepared, "go": {**prepared["go"], "env": env}}


def gopls_settings(plan: Plan, directory: Path) -> dict[str, Any]:
    """The settings of gopls by which it sees the packages as go test does.

    :param directory: that of the plan; the compilers for gopls are written below it.
    """
    variables = dict(variable.split("=", 1) for variable in plan["go"]["env"])
    variables["GOWORK"] = plan["go"].get("workspace", variables.get("GOWORK", "off"))
    if "link" in plan:
        records = read_records(Path(plan["link"]["commands"]))
        libraries = link_words(plan, records["c"]["link"], "")[1:]
        (directory / "gopls").mkdir(exist_ok=True)
        for language, record in records.items():
            words = [word for word in record["compile"] if not re.match(NOT_FOR_CGO, word)]
            tool = directory / f"gopls/{language}"
            text = SCRIPT.format(
                compile=shlex.join(words),
                linker=shlex.join(record["compiler"]),
                libraries=shlex.join(libraries),
            )
            write_tool(tool, text)
            variables["CC" if language == "c" else "CXX"] = quoted(str(tool), plan)
    flags = [flag for flag in plan["go"]["flags"] if flag.startswith("-tags=")]
    return {"buildFlags": flags, "env": variables}
