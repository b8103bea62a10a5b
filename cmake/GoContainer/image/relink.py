"""Tells when a program that links libraries must be compiled or linked again, which go can't.

The compilers write down which headers they read. The key that goes into CGO_CFLAGS is a new one whenever their
words or one of these headers changed: then go compiles again what is of C. It is random, as a key made of the
headers could name what go once compiled with others. Where a library changed, the old program is removed, so that
go links again.

All that is known of the last build is in ``state.json`` in the directory ``link`` beside the plan: ``compilers``,
the digest of their words; the ``key``; the ``headers`` with their digests; ``linked``, the digest of the words and
libraries of the last link that ended, and ``linking`` that of the one that began; the ``words`` of that; and
``since`` when, in nanoseconds since 1970.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from pathlib import Path
from typing import Any

from identity import digest
from source import sha256
from whole import write_whole

State = dict[str, Any]


def begin(place: Path, compilers: list[list[str]], words: list[str], program: Path) -> str:
    """Before a build: remove the program where it must be linked again; returns the key.

    :param place: the directory of the state.
    :param compilers: the words of each.
    :param words: those of the linker.
    """
    state = next_state(place, compilers)
    now = linked(words)
    if state["linked"] != now:
        program.unlink(missing_ok=True)
    state.update(linked="", linking=now, words=words, since=time.time_ns())
    write_state(place, state)
    key: str = state["key"]
    return key


def end(place: Path) -> list[str]:
    """After a build that succeeded or failed: note what the compilers read.

    :returns: the headers and libraries that the program is made of.
    """
    state = read_state(place)
    for file in (place / "headers").iterdir():
        for header in read_depfile(file.read_text(encoding="utf-8", errors="surrogateescape")):
            if Path(header).is_file():
                # One that was edited meanwhile counts as changed.
                early = Path(header).stat().st_mtime_ns < state["since"]
                state["headers"][header] = digest(header) if early else ""
        file.unlink()
    state["linked"] = state["linking"]
    write_state(place, state)
    return [*state["headers"], *files_of(state["words"])]


def next_state(place: Path, compilers: list[list[str]]) -> State:
    """The state of the last build, or one with a new key where C must be compiled again."""
    state = read_state(place)
    known = sha256(json.dumps(compilers).encode())
    # What a build that was killed had compiled is unknown.
    left = list((place / "headers").iterdir())
    if state["compilers"] == known and not left and not changed(state["headers"]):
        return state
    for file in left:
        file.unlink()
    key = secrets.token_hex(8)
    return {**nothing(), "compilers": known, "key": key, "linked": state["linked"]}


def read_depfile(text: str) -> list[str]:
    """The files behind the colon of a rule that a compiler wrote."""
    _, _, files = text.replace("\\\n", " ").partition(": ")
    words = re.findall(r"(?:\\.|\$\$|\S)+", files)
    return [re.sub(r"\\(.)|\$(\$)", r"\1\2", word) for word in words]


def files_of(words: list[str]) -> list[str]:
    return [word for word in words[1:] if word.startswith("/") and Path(word).is_file()]


def linked(words: list[str]) -> str:
    """Tells these words, and the content of their files, from others."""
    return sha256(json.dumps([words, *map(digest, files_of(words))]).encode())


def changed(headers: dict[str, str]) -> bool:
    return any(not Path(h).is_file() or digest(h) != known for h, known in headers.items())


def nothing() -> State:
    """The state before the first build."""
    return {"compilers": "", "key": "", "headers": {}, "linked": "", "words": []}


def read_state(place: Path) -> State:
    file = place / "state.json"
    if not file.exists():
        return nothing()
    state: State = json.loads(file.read_text(encoding="utf-8"))
    return state


def write_state(place: Path, state: State) -> None:
    write_whole(place / "state.json", json.dumps(state).encode())
