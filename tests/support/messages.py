"""What CMake prints of an error or a warning, without what it puts around it."""

from __future__ import annotations

import re
from pathlib import Path


def error_of(stderr: str) -> str:
    """The error that stopped a configure run, without its last line; that line must name a place of the reference."""
    text = text_of(stderr, "CMake Error")
    if text.startswith("include(GoContainer)"):  # there is nothing to look up
        return text
    error, _, see = text.rstrip("\n").rpartition("\n")
    described(see)
    return error + "\n"


def described(see: str) -> str:
    """What a line such as "See MAX_SIZE in <file>:683" names, which the line of the file must mention."""
    found = re.fullmatch(r"See (\w+) in (.+):(\d+)", see)
    assert found, f"this names no place of the reference: {see}"
    word, file, number = found.groups()
    line = Path(file).read_text().splitlines()[int(number) - 1]
    assert re.search(rf"``{word}[ `]|^[.][.] \w+:: {word}$", line), f"{see}, which is {line}"
    return word


def without_see(failures: str) -> str:
    """Failures of checks without their last lines, which must name places of the reference."""
    found = re.findall(r"^  see +(.+)\n?", failures, re.MULTILINE)
    assert len(found) == failures.count(": FAILED: ")
    for see in found:
        described(f"See {see}")
    return re.sub(r"^  see .+\n?", "", failures, flags=re.MULTILINE)


def text_of(stderr: str, begin: str, end: str = "") -> str:
    """What the error or warning says, and the user's own line; not the module's inner call stack."""
    told = stderr[stderr.index(begin) :]
    lines = (told.partition(end)[0] if end else told).splitlines()
    text = [line for line in lines if line.startswith("   ")]
    return "\n".join(line[3:] for line in text) + "\n"
