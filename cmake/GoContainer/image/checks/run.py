"""The check RUN: calls the program of the image, and looks at how it ended and what it said."""

from __future__ import annotations

import difflib
import re
import shlex
from dataclasses import dataclass
from typing import Any

from invocation import MAX_OUTPUT_BYTES, Completed, Invocation
from printable import printable
from run import run_image

from checks import CheckError, Test

TAIL_LINES = 10
MAX_LINE = 200
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
    for option in ("outputMatches", "outputExcludes", "errorMatches"):
        for pattern in arguments.get(option, []):
            re.compile(pattern)  # a bad one is told of before anything runs
    done = run_image(test.plan, test.directory, test.engine_command, invocation)
    said = text_of(done)
    if not done.started and said.exit_code != arguments.get("exitCode", 0):
        raise not_started(test, said)
    check_exit_code(test, said, arguments.get("exitCode", 0), invocation.timeout)
    for pattern in arguments.get("outputMatches", []):
        check_matches(test, said, "OUTPUT_MATCHES", pattern)
    for pattern in arguments.get("outputExcludes", []):
        check_excludes(test, said, pattern)
    for pattern in arguments.get("errorMatches", []):
        check_matches(test, said, "ERROR_MATCHES", pattern)
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


def text_of(done: Completed) -> Said:
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
    else:
        program = test.plan["binary"]
        remedy = f"begin RUN with the program, {program}, as the container has no ENTRYPOINT"
    return wrong(
        test,
        said,
        "the image has no such program",
        f"EXIT_CODE {test.arguments.get('exitCode', 0)}",
        f"exit code {said.exit_code}",
        remedy,
    )


def check_matches(test: Test, said: Said, option: str, pattern: str) -> None:
    names = ("stdout", "stderr") if option == "OUTPUT_MATCHES" else ("stderr", "stdout")
    here, other = (getattr(said, name) for name in names)
    if re.search(pattern, here, re.M):
        return
    nearest, remedy = nearest_to(pattern, here, other, names[1], option)
    raise wrong(
        test,
        said,
        f"{names[0]} does not match",
        f"{option} {pattern}",
        f"no match in {lines(here)}",
        remedy or f"mend the program, or change {option}",
        nearest,
    )


def nearest_to(
    pattern: str, here: str, other: str, other_name: str, option: str
) -> tuple[str | None, str | None]:
    """What comes nearest to a match, and the remedy that it suggests."""
    swapped = "ERROR_MATCHES" if option == "OUTPUT_MATCHES" else "OUTPUT_MATCHES"
    if found := re.search(pattern, other, re.M):
        return f"{other_name} has it, {line_at(other, found.start())}", f"use {swapped}"
    if found := re.search(pattern, here, re.M | re.I):
        return (
            f"only the case differs, {line_at(here, found.start())}",
            f"correct the case, or begin {option} with (?i)",
        )
    if pattern in here:
        return (
            f"these very characters, {line_at(here, here.index(pattern))}",
            f"some of them mean something else in a regular expression: escape them by \\ in {option}",
        )
    close = difflib.get_close_matches(pattern, here.splitlines(), 1, 0.5)
    return (f"this line: {printable(close[0], MAX_LINE)}" if close else None), None


def check_excludes(test: Test, said: Said, pattern: str) -> None:
    if found := re.search(pattern, said.stdout, re.M):
        raise wrong(
            test,
            said,
            "stdout has what it must not have",
            f"OUTPUT_EXCLUDES {pattern}",
            line_at(said.stdout, found.start()),
            "mend the program, or change OUTPUT_EXCLUDES",
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
    facts.update(stdout=tail(said.stdout), stderr=tail(said.stderr))
    facts["remedy"] = remedy
    return CheckError(problem, **facts)


def line_at(text: str, position: int) -> str:
    number = text.count("\n", 0, position) + 1
    return f"line {number}: {printable(text.split(chr(10))[number - 1], MAX_LINE)}"


def tail(text: str) -> str:
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
