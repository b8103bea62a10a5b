"""Variables in the words of a Dockerfile and of its shell commands.

A build argument stays a variable: its value is a reference, its name between two characters that no file has. The
writer makes ${NAME} of it. What a command prints, $(git describe), is kept likewise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

REFERENCE = re.compile("\x01([A-Za-z_]\\w*|ENV\\{\\w+\\})(?:\x03([^\x01]*))?\x01")
OUTPUT = re.compile("\x02([^\x02]*)\x02")
VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?:(:?[-+?=])((?:[^{}]|\{[^{}]*\})*))?\})")


def reference(name: str) -> str:
    return f"\x01{name}\x01"


def readable(text: str) -> str:
    """The text as a Dockerfile has it: with variables and commands in place of what stands for them here."""
    return OUTPUT.sub(r"$(\1)", REFERENCE.sub(r"$\1", text))


def expand(text: str, variables: Mapping[str, str], keep_unknown: bool = False) -> str:
    """The text without quotes and backslashes, its variables replaced, as a Dockerfile has them."""
    result, i, quote = "", 0, ""
    while i < len(text):
        letter = text[i]
        found = VARIABLE.match(text, i) if letter == "$" and quote != "'" else None
        if found:
            result += value_of(found, variables, keep_unknown)
            i = found.end()
            continue
        if letter == "\\" and quote != "'" and i + 1 < len(text):
            escaped = text[i + 1]
            result += escaped if not quote or escaped in '"$\\' else letter + escaped
            i += 2
            continue
        if letter in "\"'" and quote in ("", letter):
            quote = "" if quote else letter
        else:
            result += letter
        i += 1
    return result


def expand_text(text: str, variables: Mapping[str, str]) -> str:
    """The text of a heredoc, its variables replaced; quotes stay."""
    return VARIABLE.sub(lambda found: value_of(found, variables), text)


def value_of(found: re.Match[str], variables: Mapping[str, str], keep_unknown: bool = False) -> str:
    """What a match of VARIABLE stands for."""
    name, operator, other = found[1] or found[2], found[3] or "", found[4] or ""
    value = variables.get(name)
    if value is None and keep_unknown and not operator:
        return found[0]
    if "-" in operator or "=" in operator:
        argument = REFERENCE.fullmatch(value or "")
        if argument and "\x01" not in other:
            return f"\x01{argument[1]}\x03{expand(other, variables)}\x01"  # a default for that argument
        return value if value else expand(other, variables, keep_unknown)
    if "+" in operator:
        return expand(other, variables, keep_unknown) if value else ""
    return value or ""
