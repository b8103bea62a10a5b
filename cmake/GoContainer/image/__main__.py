"""The command line of the image piece, called by the targets and tests that CMake declares.

Only the module of the command at hand is loaded: a check must be quick to start.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path
from typing import Any, NamedTuple


class Command(NamedTuple):
    """A command: the module with the function command_<name> that does it, what it is for, and its arguments, as
    argparse takes them."""

    module: str
    help: str
    arguments: dict[str, dict[str, Any]]


def main() -> int:
    arguments = parse(sys.argv[1:])
    try:
        module = importlib.import_module(COMMANDS[arguments.command].module)
        result: int = getattr(module, f"command_{arguments.command}")(arguments)
        return result
    except KeyboardInterrupt:
        return 130  # as shells have it
    except Exception as error:
        if not is_told(error):
            raise
        print(f"GoContainer: {error}", file=sys.stderr)
    return 1


def is_told(error: Exception) -> bool:
    """Whether the text of an error is all that the user is to see of it."""
    from checks import Skip
    from gobuild import GoError
    from source import ImageError

    return isinstance(error, (GoError, ImageError, Skip, OSError, ValueError))


def parse(words: list[str]) -> argparse.Namespace:
    """Read the command line; the first word is the command. Only the arguments of that one are declared: to
    declare all takes longer than some commands do."""
    name = words[0] if words else ""
    if name not in COMMANDS:
        listed = "".join(f"\n  {name:10} {command.help}" for name, command in COMMANDS.items())
        raise SystemExit(f"usage: image <command> ...\n{listed}")
    parser = argparse.ArgumentParser(prog=f"image {name}", description=COMMANDS[name].help)
    for argument, properties in COMMANDS[name].arguments.items():
        parser.add_argument(argument, **properties)
    return parser.parse_args(words[1:], argparse.Namespace(command=name))


PLAN: dict[str, dict[str, Any]] = {"plan": {"type": Path}}
GO: dict[str, dict[str, Any]] = {"--go": {"default": "go"}}
DEPFILE: dict[str, dict[str, Any]] = {
    "--depfile": {"type": Path, "help": "tells what the output is made of, for Ninja"}
}
PROGRAM: dict[str, dict[str, Any]] = {
    **PLAN,
    **GO,
    **DEPFILE,
    "--ca-bundle": {"type": Path, "required": True},
    "--together": {"type": Path, "help": "names the plans that may be compiled with this"},
}
BASES: dict[str, dict[str, Any]] = {
    "--bases": {"type": Path, "required": True, "help": "where fetched bases are kept"}
}
ENGINE: dict[str, dict[str, Any]] = {
    "--engine-command": {"help": "of the engine in whose store the image is"}
}
COMMANDS = {
    "build": Command(
        "building", "compile the program of a plan, write its image", {**PROGRAM, **BASES}
    ),
    "context": Command("building", "compile, for an engine that makes the image", PROGRAM),
    "library": Command(
        "building", "build the C library of add_go_library()", {**PLAN, **GO, **DEPFILE}
    ),
    "depends": Command(
        "building",
        "build a Dockerfile, and write what the build is made of",
        {
            **PLAN,
            "depfile": {"type": Path},
            "build": {"nargs": argparse.REMAINDER, "help": "the command that builds"},
        },
    ),
    "modules": Command(
        "building",
        "download the modules of a plan's program",
        {
            **PLAN,
            **GO,
            "--if-missing": {"action": "store_true", "help": "not where the program has all"},
        },
    ),
    "refresh": Command(
        "building",
        "fetch the bases of all plans anew",
        {"plans": {"type": Path, "help": "names the plans, one a line"}, **BASES},
    ),
    "check": Command(
        "checking",
        "compare the image of a plan with its declarations",
        {
            "check": {},
            **PLAN,
            "--test": {"type": Path, "help": "what add_go_container_test() declares, as JSON"},
            **ENGINE,
        },
    ),
    "baseline": Command(
        "checking", "write the sizes of a plan's image to its baseline", {**PLAN, **ENGINE}
    ),
    "show": Command(
        "checking",
        "print reference, digest, size and layers of an image",
        {"image": {"help": "<transport>:<where>, as skopeo names it"}, **ENGINE},
    ),
    "run": Command("checking", "run the program of an image without an engine", {"image": {}}),
}


if __name__ == "__main__":
    result = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(result)  # to take the interpreter apart takes as long as to assemble a small image
