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


def referenced(text: str) -> str:
    """The text with ${NAME} for each reference."""
    return REFERENCE.sub(lambda found: f"${found[1]}" if found[1].startswith("ENV{") else f"${{{found[1]}}}", text)


def quote(word: str) -> str:
    """A word of CMake that stands for exactly this text."""
    escaped = re.sub(r'([\\"$])', r"\\\1", word)
    text = referenced(escaped)
    return text if PLAIN.match(text) and "\\" not in text else f'"{text}"'


def write(calls: list[Call], job: Import) -> str:
    parts = [f"cmake_minimum_required(VERSION 3.25)\nproject({calls[0].name} LANGUAGES NONE)\nenable_testing()\ninclude(GoContainer)"]
    bodies = [text for call in calls for text in [*call.before, write_call(call)]]
    variables = cache_variables(calls, bodies, job)
    return "\n\n".join(parts + variables + list(dict.fromkeys(bodies))) + "\n"


def cache_variables(calls: list[Call], bodies: list[str], job: Import) -> list[str]:
    """set(… CACHE STRING …) for each build argument that the text uses, in the order of the Dockerfile."""
    used: dict[str, str] = {}
    names = set(re.findall(r"\$\{(\w+)\}", "\n".join(bodies)))
    defaults = {found[1]: found[2] for call in calls for option in call.options for word in option.words
                for found in REFERENCE.finditer(word) if found[2]}  # fmt: skip
    for name, (default, _) in reversed(list(job.arguments.items())):
        if name in names:
            text = quote(default or defaults.get(name, ""))
            names |= set(re.findall(r"\$\{(\w+)\}", text))
            used[name] = f'set({name} {text if text else chr(34) * 2} CACHE STRING "The build argument {name}")'
    lines = list(reversed(used.values()))
    return ["\n".join(lines)] if lines else []


def write_call(call: Call) -> str:
    lines = ["add_go_container(", f"  {call.name}"]
    for option in call.options:
        words = [option.keyword, *map(quote, option.words)]
        for keyword, values in option.own:
            words += [keyword, *map(quote, values)]
        lines += wrapped(words)
    return "\n".join([*lines, ")"])


def wrapped(words: list[str]) -> list[str]:
    lines = ["  " + words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) >= WIDTH:
            lines.append("    " + word)
        else:
            lines[-1] += f" {word}"
    return lines
