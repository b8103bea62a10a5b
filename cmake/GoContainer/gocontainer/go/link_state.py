"""Tells when a program with C in it must be compiled or linked again, which go can't.

The compilers, the linker and pkg-config write down which files they read. If one of these files or a compiler's
command line changed, go gets a new key. go takes that for other compilers and compiles all C again. The key is random:
a digest of the files could repeat, and go would find what it once compiled. With a new key, or another library, the
old program is removed, so that go links again.

``state.json`` in the directory ``link`` beside the plan keeps what is known of the last build:

- ``compilers``: the digest of their command lines; ``programs``: the programs that compile
- ``key``: what go got
- ``trace``, ``assembler``: whether the linker and the assemblers can tell what they read
- ``read``: the files that were read, each with its digest and what the system said of it
- ``linked``: the digest of the command line and libraries of the last link that ended
- ``linking``, ``words``, ``since``: that digest of the link that began last, its command line, and when it began, in
  nanoseconds since 1970
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gocontainer.common.atomic import sync, write_atomically
from gocontainer.go.build_id import digest
from gocontainer.read.source import sha256

State = dict[str, Any]


def before_link(
    place: Path, compilers: list[list[str]], words: list[str], programs: list[Path]
) -> State:
    """Before a build: remove the programs where they must be linked again; returns the state, with the key.

    :param place: the directory of the state.
    :param compilers: the words of each; the first one links, too.
    :param words: those of the linker.
    """
    former = read_state(place)
    state = next_state(place, former, compilers)
    now = linked(words)
    if state["key"] != former["key"] or state["linked"] != now:
        for program in programs:
            program.unlink(missing_ok=True)
    state.update(linked="", linking=now, words=words, since=time.time_ns())
    write_state(place, state)
    return state


def after_link(place: Path, variables: dict[str, str], programs: list[Path]) -> list[str]:
    """After a build: note what the compilers read.

    :param variables: the environment of the go command.
    :param programs: what go wrote; none after a build that failed.
    :returns: the files that the programs are made of.
    """
    state = read_state(place)
    for file in sorted((place / "headers").iterdir()):
        for path in files_read(file, variables):
            if os.path.isfile(path):  # noqa: PTH113 (hundreds)
                # One that was edited meanwhile counts as changed.
                early = all(time < state["since"] for time in status(path)[1:3])
                state["read"][path] = [digest(path) if early else "", *status(path)]
    for path in filter(None, map(shutil.which, state["programs"])):
        state["read"][path] = [digest(path), *status(path)]
    for program in programs:
        sync(program)  # half of it would be taken for up to date after a power cut
        state["linked"] = state["linking"]
    write_state(place, state)
    for file in (place / "headers").iterdir():
        file.unlink()
    return [*state["read"], *files_of(state["words"])]


def next_state(place: Path, state: State, compilers: list[list[str]]) -> State:
    """The state of the last build, or one with a new key where C must be compiled again."""
    known = sha256(json.dumps(compilers).encode())
    # What a build that was killed had compiled is unknown.
    left = list((place / "headers").iterdir())
    if state["compilers"] == known and not left and not changed(state["read"]):
        return state
    for file in left:
        file.unlink()
    if state["compilers"] == known:
        trace, assembler = state["trace"], state["assembler"]
    else:
        trace, assembler = can_trace(compilers[0]), all(map(can_note, compilers))
    key = secrets.token_hex(8)
    return {
        **nothing(),
        "compilers": known,
        "key": key,
        "trace": trace,
        "assembler": assembler,
        "programs": [compiler[0] for compiler in compilers],
        "linked": state["linked"],
    }


def can_trace(compiler: list[str]) -> bool:
    """Whether the linker of the compiler can write down what it reads."""
    return works([*compiler, "-Wl,--dependency-file=/dev/null", "-Wl,--version"])


def can_note(compiler: list[str]) -> bool:
    """Whether the assembler of the compiler can, which no compiler does for .incbin and .include."""
    null = "/dev/null"
    return works([*compiler, "-c", "-x", "assembler", null, "-o", null, f"-Wa,--MD,{null}"])


def works(probe: list[str]) -> bool:
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(probe, stdin=quiet, stdout=quiet, stderr=quiet, check=False)
    except OSError:
        return False  # go tells of a compiler that is not there
    return done.returncode == 0


def files_read(note: Path, variables: dict[str, str]) -> Iterator[str]:
    """The files that a compiler, the linker or pkg-config noted; ``<note>.in`` tells where it ran."""
    text = note.read_text(encoding="utf-8", errors="surrogateescape")
    if note.suffix in (".d", ".as"):
        where = note.with_suffix(".in").read_text(encoding="utf-8", errors="surrogateescape")
        for path in read_depfile(text):
            yield os.path.normpath(os.path.join(where.rstrip("\n"), path))  # noqa: PTH118
    elif note.suffix == ".pc":
        command, where, *words = text.splitlines()
        yield from package_files(command, words, where, variables)


def package_files(
    command: str, words: list[str], where: str, variables: dict[str, str]
) -> Iterator[str]:
    """The files in which this pkg-config finds the packages, and those that they require.

    :param words: what it was asked.
    :param where: the directory in which it ran.
    """
    names = [word for word in words if not word.startswith("-")]
    seen: set[str] = set()
    while names:
        name = names.pop()
        if name in seen or not re.match(r"[\w./]", name):
            continue
        seen.add(name)

        def ask(*words: str, name: str = name) -> list[str]:
            done = subprocess.run(
                [command, *words, name],
                cwd=where,
                env=variables,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                check=False,
            )
            return done.stdout.decode(errors="surrogateescape").splitlines()

        for directory in ask("--variable=pcfiledir"):
            yield os.path.join(where, directory, name + ".pc")  # noqa: PTH118
        required = ask("--print-requires", "--print-requires-private")
        names += [line.split()[0] for line in required if line.split()]


def read_depfile(text: str) -> list[str]:
    """The files behind the colon of a rule that a compiler or the linker wrote."""
    _, _, files = text.replace("\\\n", " ").partition(": ")
    rule, _, _ = files.partition("\n")  # the linker's has one more for each file
    words = re.findall(r"(?:\\.|\$\$|\S)+", rule)
    return [re.sub(r"\\(.)|\$(\$)", r"\1\2", word) for word in words]


def files_of(words: list[str]) -> list[str]:
    return [word for word in words[1:] if word.startswith("/") and Path(word).is_file()]


def linked(words: list[str]) -> str:
    """Tells these words, and the content of their files, from others."""
    return sha256(json.dumps([words, *map(digest, files_of(words))]).encode())


def changed(read: dict[str, list[Any]]) -> bool:
    """Whether one of the files is another now. Where the system says the same of it, it is not read."""
    for path, (known, *said) in read.items():
        if not os.path.isfile(path):  # noqa: PTH113 (hundreds)
            return True
        if not known or (status(path) != said and digest(path) != known):
            return True
    return False


def status(path: str) -> list[int]:
    """What is another one when the file was changed or replaced."""
    found = os.stat(path)  # noqa: PTH116 (hundreds)
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def nothing() -> State:
    """The state before the first build."""
    return {
        "compilers": "",
        "key": "",
        "trace": False,
        "assembler": False,
        "read": {},
        "programs": [],
        "linked": "",
        "words": [],
    }


def read_state(place: Path) -> State:
    """What is known; nothing where it can't be read, or another version wrote it."""
    try:
        state: State = json.loads((place / "state.json").read_text(encoding="utf-8"))
        return state if nothing().keys() <= state.keys() else nothing()
    except (OSError, ValueError, AttributeError):
        return nothing()


def write_state(place: Path, state: State) -> None:
    write_atomically(place / "state.json", json.dumps(state).encode())
