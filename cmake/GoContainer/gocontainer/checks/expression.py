"""The regular expressions of a project's tests: Go's, and ``^`` and ``$`` match at each line."""

from __future__ import annotations

import re
import warnings

from gocontainer.checks import CheckError
from gocontainer.common.automaton import Automaton
from gocontainer.common.printable import printable
from gocontainer.common.regexp import compile_go

MAX_LINE = 200


def compiled(option: str, expression: str) -> Automaton:
    """:raises CheckError: it is none of Go's; the error tells of the option."""
    try:
        return compile_go(f"(?m){expression}")
    except ValueError as error:
        pythons = is_pythons(expression)
        how = (
            "without look-arounds and back-references, and with \\z for \\Z"
            if pythons
            else "as Go does"
        )
        raise CheckError(
            "a regular expression is none of Go's",
            declared=f"{option} {printable(expression, MAX_LINE)}",
            found=f"{error}; it is one of Python's" if pythons else f"{error}",
            remedy=f"write {option} {how}: https://pkg.go.dev/regexp/syntax",
        ) from None


def is_pythons(expression: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            re.compile(expression)
        except (re.error, OverflowError, RecursionError):
            return False
    return True


def line_found(pattern: Automaton, text: str) -> str | None:
    """The line in which the first match ends, with its number, or None if there is no match."""
    found = pattern.search(text)
    if found is None:
        return None
    end = found.end()
    # A match that ends with a newline belongs to the line that the newline ends.
    if text[end - 1 : end] == "\n" and not pattern.search(rest_of_line(text, end)):
        end -= 1
    return line_at(text, end)


def line_at(text: str, place: int) -> str:
    start = text.rfind("\n", 0, place) + 1
    number = text.count("\n", 0, start) + 1
    return f"line {number}: {printable(rest_of_line(text, start), MAX_LINE)}"


def rest_of_line(text: str, place: int) -> str:
    end = text.find("\n", place)
    return text[place:] if end < 0 else text[place:end]
