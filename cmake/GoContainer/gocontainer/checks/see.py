"""Finds the place of the reference that a failed check is about, as call/see.cmake does for errors of calls."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

REFERENCE = Path(__file__).absolute().parents[3] / "GoContainer.cmake"


def see(command: str, check: str, texts: Iterable[str], reference: Path = REFERENCE) -> str | None:
    """``<word> in <file>:<line>`` of the first option of the command in these texts that the reference describes, or
    else of the check, of TESTS or of the command. None where the reference is not beside this package.

    :param command: such as add_go_container_test.
    :param check: such as max-layers, which is MAX_LAYERS there.
    """
    try:
        lines = reference.read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    unquoted = re.sub(r'"[^"]*"', "", " ".join(texts))
    words = re.findall(r"\b[A-Z][A-Z0-9_]+\b", unquoted)
    found = places(lines, command)
    for word in (*words, check.upper().replace("-", "_"), "TESTS", command):
        if word in found:
            return f"{word} in {reference}:{found[word]}"
    return None


def places(lines: list[str], command: str) -> dict[str, int]:
    """The number of the line that describes each option of the command, or else mentions it first, and that of the
    command."""
    entries: dict[str, int] = {}
    mentions: dict[str, int] = {}
    section = ""
    for number, line in enumerate(lines, 1):
        begun = re.match(r"\.\. (?:command|variable):: (.*)", line)
        if begun:
            section = begun[1]
            entries.setdefault(section, number)
        elif section == command:
            kind = entries if re.fullmatch("  ``.*``", line) else mentions
            for word in re.findall("``([A-Z][A-Z0-9_]+)[ `]", line):
                kind.setdefault(word, number)
    return {**mentions, **entries}
