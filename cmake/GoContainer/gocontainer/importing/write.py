"""The text of a CMakeLists.txt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gocontainer.importing.expand import REFERENCE

if TYPE_CHECKING:
    from gocontainer.importing.call import Call
    from gocontainer.importing.evaluate import Import

PLAIN = re.compile(r"(?:[\w./:=@+,%^~*?!&|<>{}-]|\$\{\w+\}|\$ENV\{\w+\})+\Z")
KEYWORD = re.compile(r"[A-Z][A-Z_]+\Z")
WIDTH = 100
# The options of which a build argument has several values, with blanks between them.
LISTS = {"BUILD_TAGS", "GCFLAGS", "LDFLAGS"}


def referenced(text: str) -> str:
    """The text with ${NAME} for each reference."""
    return REFERENCE.sub(
        lambda found: f"${found[1]}" if found[1].startswith("ENV{") else f"${{{found[1]}}}", text
    )


def quote(word: str) -> str:
    """A word of CMake that stands for exactly this text."""
    escaped = re.sub(r'([\\"$])', r"\\\1", word)
    text = referenced(escaped)
    return text if PLAIN.match(text) and "\\" not in text else f'"{text}"'


def write(calls: list[Call], job: Import) -> str:
    parts = [
        f"cmake_minimum_required(VERSION 3.25)\nproject({calls[0].name} LANGUAGES NONE)\nenable_testing()\ninclude(GoContainer)"
    ]
    bodies = [text for call in calls for text in [*call.before, write_call(call)]]
    variables = cache_variables(calls, bodies, job)
    return "\n\n".join(parts + variables + list(dict.fromkeys(bodies))) + "\n"


def cache_variables(calls: list[Call], bodies: list[str], job: Import) -> list[str]:
    """set(… CACHE STRING …) for each build argument that the text uses, in the order of the Dockerfile."""
    used: dict[str, str] = {}
    names = set(re.findall(r"\$\{(\w+)\}|@(\w+)@", "\n".join(bodies)))
    names = {name for pair in names for name in pair}
    defaults = {found[1]: found[2] for call in calls for option in call.options for word in option.words
                for found in REFERENCE.finditer(word) if found[2]}  # fmt: skip
    lists = {found[1] for call in calls for option in call.options if option.keyword in LISTS for word in option.words
             if (found := REFERENCE.fullmatch(word))}  # fmt: skip
    for name, (default, _) in reversed(list(job.arguments.items())):
        if name in names:
            value = default or defaults.get(name, "")
            text = quote(" ".join(value.replace(",", " ").split()) if name in lists else value)
            text = text.strip('"').replace(" ", ";") if name in lists and "\\" not in text else text
            names |= set(re.findall(r"\$\{(\w+)\}", text))
            used[name] = (
                f'set({name} {text if text else chr(34) * 2} CACHE STRING "The build argument {name}")'
            )
    lines = list(reversed(used.values()))
    return ["\n".join(lines)] if lines else []


def write_call(call: Call) -> str:
    lines = ["add_go_container(", f"  {call.name}"]
    if call.suffix:
        lines = ["add_go_container_variant(", f"  {call.name} {call.suffix}"]
    for option in call.options:
        parts = [" ".join([keyword, *map(quote, words)]) for keyword, words in option.own]
        lines += wrapped([option.keyword, *map(quote, option.words)])
        for part in parts:
            if len(lines[-1]) + len(part) >= WIDTH:
                lines.append(f"    {part}")
            else:
                lines[-1] += f" {part}"
    return "\n".join([*lines, ")"])


def wrapped(words: list[str]) -> list[str]:
    lines = ["  " + words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) >= WIDTH:
            lines.append("    " + word)
        else:
            lines[-1] += f" {word}"
    return lines
