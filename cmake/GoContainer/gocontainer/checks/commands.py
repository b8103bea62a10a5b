"""The command tests of a structure test: programs of the image, called without its ENTRYPOINT."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

from gocontainer.checks import Test
from gocontainer.checks.files import nearest_line
from gocontainer.common.automaton import Found
from gocontainer.common.engines import ENGINES, engine_of
from gocontainer.common.printable import printable
from gocontainer.common.regexp import compile_go, decode_go
from gocontainer.read.source import ImageError
from gocontainer.run.complete import run_image
from gocontainer.run.invocation import Invocation, check_started

# container-structure-test waits for ever; a program that hangs is ended here.
TIMEOUT_SECONDS = 600.0
# Of each stream; that tool keeps all.
MAX_OUTPUT_BYTES = 64 << 20
# Go's os.Expand: ${name}, which is dropped without its }, one of the shell's own, or $name.
VARIABLE = re.compile(r"\$(?:\{([^}]*)\}|(\{)|([*#$@!?0-9-]|[A-Za-z0-9_]+))")
# containerRunOptions that are flags of docker run.
FLAGS = {
    "privileged": "--privileged",
    "allocateTty": "--tty",
    "capabilities": "--cap-add",
    "bindMounts": "--volume",
}


@dataclass(frozen=True)
class Surroundings:
    """What all command tests of a file share: the image's environment with globalEnvVars, those
    alone, and containerRunOptions with the directory that a relative envFile starts at."""

    image_env: Mapping[str, str]
    env: Mapping[str, str]
    options: Mapping[str, Any]
    directory: Path


def expand(text: str, env: Mapping[str, str]) -> str:
    """$name and ${name} by their values, or nothing, exactly as Go's os.Expand does."""

    def value(found: re.Match[str]) -> str:
        return "" if found[2] else env.get(found[1] if found[1] is not None else found[3], "")

    return VARIABLE.sub(value, text)


def expanded(variables: list[dict[str, Any]], env: Mapping[str, str]) -> dict[str, str]:
    """Their values by their names; a key may have a = and the beginning of a value, too."""
    pairs = (f"{v.get('key', '')}={expand(v.get('value', ''), env)}" for v in variables)
    return {name: value for name, _, value in (pair.partition("=") for pair in pairs)}


def command_errors(test: Test, spec: dict[str, Any], around: Surroundings) -> list[str]:
    """What is wrong in a command test.

    :raises Skip: this machine can't run the image.
    """
    options = around.options
    if flags_of(options) and engine_of(test.plan).run is None:
        given = ", ".join(option for option in FLAGS if options.get(option))
        able = " or ".join(name for name, engine in ENGINES.items() if engine.run is not None)
        return [
            f"containerRunOptions {given} can't be had with the engine {test.plan['engine']}; "
            f"configure with {able}"
        ]
    own = expanded(spec.get("envVars", []), around.image_env)
    env = {**around.env, **own}
    setup = spec.get("setup", [])
    # That tool puts the variables of the test itself into the image with its setup.
    seen = {**around.image_env, **(own if setup else {})}
    words = [expand(word, seen) for word in [spec["command"], *spec.get("args", [])]]
    if not words[0]:
        return ["the command is empty, as the image has no such variables"]
    try:
        last = invocation(words, {**env, **outer_environment(options, around.directory)}, options)
        before = [invocation(command, env, options) for command in setup]
        done = run_image(test.plan, test.directory, test.engine_command, last, before)
        check_started(done)
    except (ImageError, ValueError) as error:
        return [str(error)]
    errors = []
    for name, stream in (("Error", done.stderr), ("Output", done.stdout)):
        where = {"Error": "stderr", "Output": "stdout"}[name]
        text = decode_go(stream)
        wanted, unwanted = spec.get(f"expected{name}", []), spec.get(f"excluded{name}", [])
        if unwanted and len(stream) >= MAX_OUTPUT_BYTES:
            errors.append(f"{where} is longer than the {MAX_OUTPUT_BYTES:,} bytes that are kept")
        errors += lacking(f"expected{name}", wanted, text, where)
        errors += unwelcome(f"excluded{name}", unwanted, text, where)
    if done.exit_code != spec.get("exitCode", 0):
        said = done.stderr.decode(errors="replace").strip()
        tail = f"; stderr: {shortened(said)}" if said else ""
        errors.append(f"exit code {done.exit_code}, not {spec.get('exitCode', 0)}{tail}")
    return errors


def invocation(words: list[str], env: dict[str, str], options: Mapping[str, Any]) -> Invocation:
    return Invocation(
        entrypoint=words,
        env=env,
        user=options.get("user") or None,
        timeout=TIMEOUT_SECONDS,
        output=MAX_OUTPUT_BYTES,
        flags=tuple(flags_of(options)),
    )


def flags_of(options: Mapping[str, Any]) -> list[str]:
    flags = []
    for option, flag in FLAGS.items():
        value = options.get(option)
        if isinstance(value, list):
            flags += [f"{flag}={item}" for item in value]
        elif value:
            flags.append(flag)
    return flags


def outer_environment(options: Mapping[str, Any], directory: Path) -> dict[str, str]:
    """What envFile and envVars give; variables without a value are left out."""
    given = {}
    if options.get("envFile"):
        given = read_env_file(directory / options["envFile"])
    given.update({name: os.environ.get(name, "") for name in options.get("envVars", [])})
    return {name: value for name, value in given.items() if value}


def read_env_file(file: Path) -> dict[str, str]:
    """Lines of <name>=<value>; empty ones and those that begin with # are left out.

    :raises ValueError: there is no such file, or another line in it.
    """
    given = {}
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ValueError(f"envFile can't be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = re.fullmatch(
            r"""\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(?:"([^"$\\]*)"|'([^']*)'|([^"'$\\#]*))\s*""",
            line,
        )
        if not found:
            raise ValueError(
                f"envFile: line {number} of {file} is not <name>=<value>, "
                "or has a $, \\ or # in its value, which needs single quotes"
            )
        given[found[1]] = next(v for v in (*found.groups()[1:], "") if v is not None).strip()
    return given


def lacking(member: str, expressions: list[str], text: str, where: str) -> list[str]:
    """What is wrong where each of the expressions is to be found."""

    def wrong(expression: str, found: Found | None) -> str | None:
        if found:
            return None
        near = nearest_line(expression, text)
        hint = f"; the nearest line is {shortened(near)}" if near else ""
        return f"is not in {where}{hint}"

    return not_as_wanted(member, expressions, text, wrong)


def unwelcome(member: str, expressions: list[str], text: str, where: str) -> list[str]:
    """What is wrong where none of the expressions is to be found."""

    def wrong(_: str, found: Found | None) -> str | None:
        if not found:
            return None
        number = text.count("\n", 0, max(found.end() - 1, 0)) + 1
        line = shortened(text.split("\n")[number - 1])
        return f"is in line {number} of {where}: {line}"

    return not_as_wanted(member, expressions, text, wrong)


def not_as_wanted(
    member: str,
    expressions: list[str],
    text: str,
    wrong: Callable[[str, Found | None], str | None],
) -> list[str]:
    """The errors of the expressions; one that is not an expression of Go is an error either way."""
    errors = []
    for expression in expressions:
        try:
            why = wrong(expression, compile_go(expression).search(text))
        except ValueError as error:
            why = f"is not a regular expression of Go: {error}"
        if why:
            errors.append(f'{member} "{expression}" {why}')
    return errors


def shortened(text: str, most: int = 160) -> str:
    """The beginning, on one line."""
    return f'"{printable(text, most + 1)}"'
