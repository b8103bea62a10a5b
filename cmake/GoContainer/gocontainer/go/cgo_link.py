"""Links the libraries of LINK_LIBRARIES into a program of Go.

cgo takes its compilers from CC and CXX. Here these are scripts in the directory of the plan. They run the compiler of
the CMake build with the options that CMake computed (record_command.py), each quoted for the shell, so that any path
arrives. The linker gets the libraries once, behind all objects.

Go's build cache knows nothing of these words, nor of headers and libraries outside of the module: link_state.py
does. A key that is new whenever C must be compiled again goes into CGO_CFLAGS.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.go.build import Go, compile_programs
from gocontainer.go.build_id import copy_identified
from gocontainer.go.cgo import (
    LinkError,
    call_of,
    noting,
    pkg_config,
    prepare_cgo,
    quoted,
    uses_cgo,
    write_tool,
)
from gocontainer.go.intact import remove_cut
from gocontainer.go.link_state import State, after_link, before_link, read_state
from gocontainer.go.runtime_libraries import copy_runtime_libraries
from gocontainer.read.libc import libc_of_name

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


SCRIPT = """\
#!/bin/sh
# Written by GoContainer. The compiler for cgo, with what the libraries of {call} ask for.
for word; do
    case $word in
    *.[sS]) pwd >{headers}/$$.in && exec {assemble} "$@" {noting} ;;
    esac
done
for word; do
    case $word in
    -c) pwd >{headers}/$$.in && exec {compile} "$@" {noting}{forced} ;;
    -E | -S | -M | -MM | -fsyntax-only) exec {compile} "$@" ;;
    esac
done
pwd >{headers}/$$.in
exec {linker} "$@" -x none {libraries}{trace}
"""
SHARED = r"\.so(\.[0-9.]+)?$"
# cgo reads what is in an object, so it must be of the machine, not of the optimiser; and Go compiles its
# own C, too, where each warning is an error, and which knows nothing of the project's warnings.
NOT_FOR_CGO = r"-flto|-W(?![alp],)|-pedantic"
# The words that compile, and those that link, each behind the compiler.
Record = dict[str, list[str]]


def build_with_cgo(
    plan: Plan, go: Go, directory: Path, binaries: list[Path], list_inputs: bool
) -> list[str]:
    """Compile and link the programs of the plan, and collect their shared libraries.

    :param directory: that of the plan.
    :returns: what they are built of.
    :raises GoError: one does not compile.
    :raises LinkError: a library can't be linked.
    :raises ImageError: a shared library is nowhere.
    """
    if "link" not in plan and not uses_cgo(plan):
        for binary in binaries:
            remove_cut(str(binary))
        inputs = compile_programs(plan, go, list(map(str, binaries)), list_inputs)
        return [*inputs, *copy_runtime_libraries(plan, directory, [], binaries)]
    place = directory / "link"
    # copy_identified() makes the binaries of these.
    programs = [place / program["file"] for program in plan["programs"]]
    prepared = prepare(plan, go, directory, programs)
    variables = go.environment(plan)
    try:
        inputs = compile_programs(prepared, go, list(map(str, programs)), list_inputs)
    except BaseException:
        after_link(place, variables, [])
        raise
    read = after_link(place, variables, programs)
    for program, binary in zip(programs, binaries):
        copy_identified(program, binary)
    return [
        *inputs,
        *read,
        *copy_runtime_libraries(plan, directory, search_path(directory), binaries),
    ]


def prepare(plan: Plan, go: Go, directory: Path, programs: list[Path]) -> Plan:
    """The plan, with the environment and the flags that make go link its libraries.

    :param directory: that of the plan; ``link`` in it is written to.
    :param programs: what go is to write.
    :raises LinkError: a library is shared, where all must be static.
    """
    if "link" not in plan:
        return prepare_cgo(plan, go, directory, programs)
    records = read_records(Path(plan["link"]["commands"]))
    words = link_words(plan, records["c"]["link"], programs[0].name)
    place = directory / "link"
    (place / "headers").mkdir(parents=True, exist_ok=True)
    compilers = [record["compile"] for record in records.values()]
    state = before_link(place, compilers, words, programs)
    tools = write_tools(plan, place, records, words, state)
    command = go.environment(plan).get("PKG_CONFIG", "pkg-config")
    tools["PKG_CONFIG"] = pkg_config(place, command)
    return {**with_tools(plan, tools, state["key"]), "tools": str(place)}


def read_records(commands: Path) -> dict[str, Record]:
    """What record_command.py wrote down, by language: c, and cxx where the project has C++."""
    files = {language: commands / f"{language}.json" for language in ("c", "cxx")}
    return {
        language: json.loads(file.read_text(encoding="utf-8"))
        for language, file in files.items()
        if file.exists()
    }


def link_words(plan: Plan, words: list[str], name: str) -> list[str]:
    """The words of the link command, for the file of that name.

    :raises LinkError: a library is shared, where all must be static, or not in the image.
    """
    if "-buildmode=c-shared" in plan["go"]["flags"]:
        return [*words, f"-Wl,-soname,{name}"]
    if is_static(plan):
        return [*static_words(plan, words), "-lm", "-lpthread", "-ldl"]
    if "base" in plan and "runtimeLibraries" not in plan:
        for library in shared_of(words):
            if not library.startswith(("/usr/lib", "/lib")):  # the base may have those
                raise shared_library(plan, library)
    return words


def write_tools(
    plan: Plan, place: Path, records: dict[str, Record], words: list[str], state: State
) -> dict[str, str]:
    """Write the compilers; returns what go is to call them, by their variables.

    :raises LinkError: their path can't be given to go.
    """
    headers = place / "headers"
    found = {}
    for language, record in records.items():
        # C++ in the Go package needs the C++ linker, whatever the libraries are of.
        linker = record["compiler"]
        tool = place / f"cgo-{language}"
        write_tool(
            tool, script(call_of(plan), record["compile"], linker, words[1:], headers, state)
        )
        found["CC" if language == "c" else "CXX"] = quoted(str(tool), plan)
    return found


def with_tools(plan: Plan, tools: dict[str, str], key: str) -> Plan:
    """The plan, with these compilers and the key in what go gets."""
    variables = {**dict(v.split("=", 1) for v in plan["go"]["env"]), **tools}
    for variable in ("CGO_CFLAGS", "CGO_CXXFLAGS"):
        # In place of go's default, -O2 -g.
        variables[variable] = f"-DGO_CONTAINER_{key} {variables.get(variable, '')}".strip()
    flags = list(plan["go"]["flags"])
    if is_static(plan):
        variables["CGO_LDFLAGS"] = f"-static {variables.get('CGO_LDFLAGS', '')}".strip()
        # A static glibc can't load what net and os/user would ask it for.
        tags = [flag[6:] for flag in flags if flag.startswith("-tags=")][-1:]
        flags.append("-tags=" + ",".join([*tags, "netgo", "osusergo"]))
    env = [f"{name}={value}" for name, value in variables.items()]
    return {**plan, "go": {**plan["go"], "env": env, "flags": flags}}


def is_static(plan: Plan) -> bool:
    """Whether the program is linked statically: where the image can't have shared libraries."""
    base = libc_of_name(plan["base"]) if "base" in plan else None
    return base is not None and "runtimeLibraries" not in plan


def static_words(plan: Plan, words: list[str]) -> list[str]:
    """The words, with the static library in place of a shared one where there is one beside it."""
    sanitizer = next((word for word in words if word.startswith("-fsanitize=")), None)
    if sanitizer:
        raise LinkError(
            f"{call_of(plan)}: a sanitizer, {sanitizer}, can't be linked statically, as BASE {plan['base']} "
            "needs it.\n"
            "Write RUNTIME_LIBRARIES ON: then the image gets the shared libraries that the program needs."
        )
    archives = {word: re.sub(SHARED, ".a", word) for word in shared_of(words)}
    for word, archive in archives.items():
        if not Path(archive).exists():
            raise shared_library(plan, word)
    return [archives.get(word, word) for word in words]


def shared_of(words: list[str]) -> list[str]:
    """The shared libraries among the words."""
    return [word for word in words if word.startswith("/") and re.search(SHARED, word)]


def shared_library(plan: Plan, library: str) -> LinkError:
    return LinkError(
        f"{call_of(plan)}: LINK_LIBRARIES has a shared library, {library}, which is not "
        f"in BASE {plan['base']}.\n"
        "Make it a static one, or write RUNTIME_LIBRARIES ON: then the image gets the shared libraries "
        "that the program needs."
    )


def search_path(directory: Path) -> list[str]:
    """The directories of the shared libraries that a program was linked with; it has no RPATH.

    :param directory: that of the plan.
    """
    words = read_state(directory / "link")["words"]
    return sorted({str(Path(library).parent) for library in shared_of(words)})


def script(
    call: str,
    compiler: list[str],
    linker: list[str],
    libraries: list[str],
    headers: Path,
    state: State,
) -> str:
    """A compiler that knows the words of the records."""
    words = [word for word in compiler if not re.match(NOT_FOR_CGO, word)]
    without = without_includes(words)
    notes = shlex.quote(str(headers))
    return SCRIPT.format(
        call=call,
        assemble=shlex.join(without),
        compile=shlex.join(words),
        # What such a header declares and Go's own C does not use is not an error there.
        forced="" if without == words else " -Wno-error",
        headers=notes,
        noting=noting(notes, state),
        linker=shlex.join(linker),
        libraries=shlex.join(libraries),
        trace=f" -Xlinker --dependency-file={notes}/$$.d" if state["trace"] else "",
    )


def without_includes(words: list[str]) -> list[str]:
    """The words without headers that are included by force, which no assembler file can have."""
    found, rest = [], iter(words)
    for word in rest:
        if word in ("-include", "-imacros"):
            next(rest, None)
        else:
            found.append(word)
    return found
