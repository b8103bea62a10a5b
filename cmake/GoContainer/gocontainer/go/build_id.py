"""Gives a program that links libraries an identity which follows from its content alone.

The IDs that go and the linker write into it hold what cgo_link.py tells go, too: a random key, and the path of
the build directory.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from gocontainer.read.elf import read_elf
from gocontainer.read.source import digest_of

# Bytes before the ID in such a note (System V ABI, "Note Section"): its sizes and type, "GNU" or "Go".
NOTE_HEADER = 16
ID_NOTES = (".note.gnu.build-id", ".note.go.buildid")


def copy_identified(program: Path, binary: Path) -> None:
    """Copy what go wrote to ``binary``, where that is another file; an archive stays as it is."""
    if program == binary:
        return
    beside = binary.with_name(binary.name + ".new")
    beside.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(program, beside)
    if binary.suffix != ".a":
        identify(beside)
    beside.replace(binary)


def identify(file: Path) -> None:
    """Write the digest of the file, without its IDs, in their places."""
    with file.open("r+b") as stream:
        sections = read_elf(stream).sections
        notes = [sections[name] for name in ID_NOTES if name in sections]
        for offset, size in notes:
            stream.seek(offset + NOTE_HEADER)
            stream.write(bytes(size - NOTE_HEADER))
        stream.flush()
        identity = digest(str(file)).encode() * 2
        for offset, size in notes:
            stream.seek(offset + NOTE_HEADER)
            stream.write(identity[: size - NOTE_HEADER])


def digest(file: str) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with Path(file).open("rb") as stream:
        return digest_of(stream).partition(":")[2]
