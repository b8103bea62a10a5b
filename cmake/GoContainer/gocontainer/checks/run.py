"""The check RUN: calls the program of the image, and looks at how it ended and what it said."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gocontainer.checks import CheckError, Test
from gocontainer.common.printable import printable
from gocontainer.run.complete import run_image
from gocontainer.run.invocation import MAX_OUTPUT_BYTES, Completed, Invocation

if TYPE_CHECKING:
    from gocontainer.common.automaton import Automaton

TAIL_LINES = 10
MAX_LINE = 200
# The options that have regular expressions, and their members of a test.
EXPRESSIONS = {
    "OUTPUT_MATCHES": "outputMatches",
    "OUTPUT_EXCLUDES": "outputExcludes",
    "ERROR_MATCHES": "errorMatches",
}
# What a shell or an engine means by it.
CODES = {
    126: "what was called can't be executed",
    127: "the image has no such program",
    134: "the program was ended by SIGABRT",
    137: "the program was killed, mostly for want of memory",
    139: "the program crashed (SIGSEGV)",
}


@dataclass(frozen=True)
class Said:
    """What the program said, as text."""

    exit_code: int | None
    stdout: str
    stderr: str


def check_run(test: Test) -> str:
    """Call the program as ``test.arguments`` say, and compare its end and its words with them."""
    arguments = test.arguments
    invocation = invocation_of(arguments)
    expressions = [
        (option, expression)
        for option, member in EXPRESSIONS.items()
        for expression in arguments.get(member, [])
    ]
    if expressions:
        from gocontainer.checks.expression import compiled  # takes a while, and many runs have none

    # A bad one is told of before anything runs.
    patterns = [compiled(option, expression) for option, expression in expressions]
    done = run_image(test.plan, test.directory, test.engine_command, invocation)
    said = decoded(done)
    if not done.started and said.exit_code != arguments.get("exitCode", 0):
        raise not_started(test, said)
    check_exit_code(test, said, arguments.get("exitCode", 0), invocation.timeout)
    for (option, expression), pattern in zip(expressions, patterns):
        look = check_excludes if option == "OUTPUT_EXCLUDES" else check_matches
        look(test, said, option, expression, pattern)
    return f"exit code {said.exit_code}, {lines(said.stdout)} on stdout, {lines(said.stderr)} on stderr"


def invocation_of(arguments: dict[str, Any]) -> Invocation:
    return Invocation(
        arguments["run"],
        arguments.get("entrypoint"),
        dict(variable.split("=", 1) for variable in arguments.get("env", [])),
        arguments.get("user"),
        arguments.get("stdin", "").encode(),
        arguments.get("timeout", Invocation.timeout),
    )


def decoded(done: Completed) -> Said:
    words = (stream.decode(errors="replace") for stream in (done.stdout, done.stderr))
    return Said(done.exit_code, *words)


def check_exit_code(test: Test, said: Said, expected: int, timeout: float) -> None:
    if said.exit_code is None:
        raise wrong(
            test,
            said,
            "the program did not end in time",
            f"TIMEOUT {timeout:g}",
            "it ran on, and was killed",
            "raise TIMEOUT, or find out what it waits for",
        )
    if said.exit_code != expected:
        meaning = CODES.get(said.exit_code)
        raise wrong(
            test,
            said,
            "the program ended with another exit code",
            f"EXIT_CODE {expected}",
            f"exit code {said.exit_code}" + (f": {meaning}" if meaning else ""),
            f"mend the program, or write EXIT_CODE {said.exit_code}",
        )


def not_started(test: Test, said: Said) -> CheckError:
    if test.arguments.get("entrypoint", test.plan["config"].get("Entrypoint")):
        remedy = "correct the name of the program, or put it into the image"
    elif test.plan["programs"]:
        program = test.plan["programs"][0]["path"]
        remedy = f"begin RUN with the program, {program}, as the container has no ENTRYPOINT"
    else:
        remedy = "begin RUN with a program of FILES, as the container has no ENTRYPOINT"
    return wrong(
        test,
        said,
        "the image has no such program",
        f"EXIT_CODE {test.arguments.get('exitCode', 0)}",
        f"exit code {said.exit_code}",
        remedy,
    )


def check_matches(test: Test, said: Said, option: str, expression: str, pattern: Automaton) -> None:
    names = ("stdout", "stderr") if option == "OUTPUT_MATCHES" else ("stderr", "stdout")
    here, other = (getattr(said, name) for name in names)
    if pattern.search(here):
        return
    nearest, remedy = nearest_to(expression, pattern, here, other, names[1], option)
    raise wrong(
        test,
        said,
        f"{names[0]} does not match",
        f"{option} {expression}",
        f"no match in {lines(here)}",
        remedy or f"mend the program, or change {option}",
        nearest,
    )


def nearest_to(
    expression: str, pattern: Automaton, here: str, other: str, other_name: str, option: str
) -> tuple[str | None, str | None]:
    """What comes nearest to a match, and the remedy that it suggests."""
    from gocontainer.checks.expression import compiled, line_at, line_found

    swapped = "ERROR_MATCHES" if option == "OUTPUT_MATCHES" else "OUTPUT_MATCHES"
    if line := line_found(pattern, other):
        return f"{other_name} has it, {line}", f"use {swapped}"
    if line := line_found(compiled(option, f"(?i){expression}"), here):
        return f"only the case differs, {line}", f"correct the case, or begin {option} with (?i)"
    if expression in here:
        return (
            f"these very characters, {line_at(here, here.index(expression))}",
            f"some of them mean something else in a regular expression: escape them by \\ in {option}",
        )
    from difflib import get_close_matches  # which few need

    close = get_close_matches(expression, here.splitlines(), 1, 0.5)
    return (f"this line: {printable(close[0], MAX_LINE)}" if close else None), None


def check_excludes(
    test: Test, said: Said, option: str, expression: str, pattern: Automaton
) -> None:
    from gocontainer.checks.expression import line_found

    if line := line_found(pattern, said.stdout):
        raise wrong(
            test,
            said,
            "stdout has what it must not have",
            f"{option} {expression}",
            line,
            f"mend the program, or change {option}",
        )


def wrong(
    test: Test,
    said: Said,
    problem: str,
    declared: str,
    found: str,
    remedy: str,
    nearest: str | None = None,
) -> CheckError:
    words = shlex.join(["RUN", *test.arguments["run"]])
    facts = {
        "declared": f"{printable(words, MAX_LINE)}\n{printable(declared, MAX_LINE)}",
        "found": found,
    }
    if nearest:
        facts["nearest"] = nearest
    facts.update(stdout=last_lines(said.stdout), stderr=last_lines(said.stderr))
    facts["remedy"] = remedy
    return CheckError(problem, **facts)


def last_lines(text: str) -> str:
    """The last lines, each behind a bar."""
    every = text.splitlines()
    if not every:
        return "(nothing)"
    shown = [f"| {printable(line, MAX_LINE)}" for line in every[-TAIL_LINES:]]
    if len(every) > TAIL_LINES:
        shown.insert(0, f"(the last {TAIL_LINES} of {lines(text)})")
    if len(text) >= MAX_OUTPUT_BYTES:
        shown.append("(there was more, which was not kept)")
    return "\n".join(shown)


def lines(text: str) -> str:
    count = len(text.splitlines())
    return f"{count:,} line{'s'[: count != 1]}"
