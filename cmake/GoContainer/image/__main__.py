"""The command line of the image piece, called by the targets and tests that CMake declares.

Each command loads what it needs itself: a check must be quick to start.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

if TYPE_CHECKING:
    import re

    from checks import CheckError, Test
    from together import Program

START = time.time_ns()
# What CTest takes for "skipped" (SKIP_RETURN_CODE).
SKIPPED = 77


class Command(NamedTuple):
    """A command: what does it, what it is for, and its arguments, as argparse takes them."""

    do: Callable[[argparse.Namespace], int]
    help: str
    arguments: dict[str, dict[str, Any]]


def main() -> int:
    arguments = parse(sys.argv[1:])
    try:
        return COMMANDS[arguments.command].do(arguments)
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


def command_build(arguments: argparse.Namespace) -> int:
    plan, directory = read_json(arguments.plan), arguments.plan.parent
    load_meanwhile("assemble", "depfile", "fetch")
    program = compiled(plan, arguments)

    from assemble import assemble
    from fetch import base_inputs

    archive = directory / (plan["name"] + ".tar")
    image = assemble(plan, program.binary, arguments.ca_bundle, archive, arguments.bases)
    if image is not None:
        print(f"{plan['tags'][0]} {image.digest} {image.size:,} bytes")
    if arguments.depfile is not None:
        from depfile import write_depfile
        from inputs import staged_inputs

        inputs = [str(arguments.ca_bundle), *base_inputs(plan, arguments.bases)]
        inputs += [*program.inputs, *staged_inputs(directory)]
        write_depfile(arguments.depfile, inputs, program.since)
    return 0


def command_context(arguments: argparse.Namespace) -> int:
    plan, directory = read_json(arguments.plan), arguments.plan.parent
    load_meanwhile("context", "depfile")
    program = compiled(plan, arguments)

    from context import prepare

    prepare(plan, program.binary, arguments.ca_bundle, directory)
    if arguments.depfile is not None:
        from depfile import write_depfile
        from inputs import staged_inputs

        inputs = [*program.inputs, str(arguments.ca_bundle), *staged_inputs(directory)]
        write_depfile(arguments.depfile, inputs, program.since)
    return 0


def load_meanwhile(*modules: str) -> None:
    """Load what is needed later while the go command runs, which takes another processor."""
    gc.disable()  # what is loaded stays, and to look through it takes a tenth of the time

    def load() -> None:
        for module in modules:
            importlib.import_module(module)

    threading.Thread(target=load, daemon=True).start()


def compiled(plan: dict[str, Any], arguments: argparse.Namespace) -> Program:
    from together import Container, program_of

    container = Container(plan, arguments.plan.parent)
    listed = arguments.depfile is not None
    return program_of(container, arguments.go, listed, arguments.together, START)


def command_library(arguments: argparse.Namespace) -> int:
    from depfile import write_depfile
    from library import publish
    from program import build

    plan, directory = read_json(arguments.plan), arguments.plan.parent
    listed = arguments.depfile is not None
    file, inputs = build(plan, arguments.go, directory, listed)
    publish(plan, file, directory)
    if listed:
        write_depfile(arguments.depfile, inputs, START)
    return 0


def command_depends(arguments: argparse.Namespace) -> int:
    import subprocess

    from depfile import write_depfile
    from dockerignore import Ignore, context_paths
    from inputs import staged_inputs

    plan, directory = read_json(arguments.plan), arguments.plan.parent
    ignore = Ignore((directory / "Dockerfile.dockerignore").read_text(encoding="utf-8"))
    with subprocess.Popen(arguments.build) as build:
        paths = [*context_paths(Path(plan["context"]), ignore), *staged_inputs(directory)]
        write_depfile(arguments.depfile, paths, START)
    return build.returncode


def command_modules(arguments: argparse.Namespace) -> int:
    from gobuild import download_modules, has_packages

    plan = read_json(arguments.plan)
    if not (arguments.if_missing and has_packages(plan, arguments.go)):
        download_modules(plan, arguments.go)
    return 0


def command_refresh(arguments: argparse.Namespace) -> int:
    from fetch import refresh_bases

    plans = [read_json(Path(line)) for line in arguments.plans.read_text("utf-8").splitlines()]
    for base in refresh_bases(plans, arguments.bases):
        print(f"image-refresh: {base} is another image now.")
    return 0


def command_check(arguments: argparse.Namespace) -> int:
    """Do one check; a failure tells where in which CMakeLists.txt it was declared."""
    import re

    from checks import CheckError, Skip, Test, check_of
    from declared import place_of

    plan = read_json(arguments.plan)
    declared = read_json(arguments.test) if arguments.test else {}
    test = Test(
        declared.get("name", f"{plan['name']}.{arguments.check}"),
        plan,
        arguments.plan.parent,
        declared,
        arguments.engine_command,
    )
    try:
        print(f"{arguments.check}: {check_of(arguments.check)(test)}")
    except Skip as reason:
        print(f"GoContainer: skipped, because {reason}")
        return SKIPPED
    except (CheckError, re.error) as failure:
        error = failure if isinstance(failure, CheckError) else bad_expression(failure, test)
        place = place_of(test.name)
        if place is not None:
            error.facts["call"] = f"{test.call()} in {place}"
        print(f"{arguments.check}: FAILED: {error}", file=sys.stderr)
        return 1
    return 0


def bad_expression(error: re.error, test: Test) -> CheckError:
    from checks import CheckError

    return CheckError(
        "a regular expression is none that Python knows",
        found=f"{error.pattern!r}: {error}",
        remedy=f"correct it in {test.call()}",
    )


def command_baseline(arguments: argparse.Namespace) -> int:
    from checks import Test
    from checks.growth import write_baseline

    plan = read_json(arguments.plan)
    directory = arguments.plan.parent
    test = Test(plan["name"], plan, directory, engine_command=arguments.engine_command)
    print(write_baseline(test))
    return 0


def command_show(arguments: argparse.Namespace) -> int:
    from layout import open_image

    with open_image(arguments.image, arguments.engine_command) as image:
        sizes = image.layer_sizes()
        print(f"reference {', '.join(image.references) or '(none)'}")
        print(f"digest    {image.digest or '(none: this archive keeps no manifest)'}")
        print(f"id        {image.id}")
        print(f"size      {sum(sizes):,} bytes")
        for layer, size in zip(image.layers, sizes):
            print(f"layer     {layer.diff_id} {size:,} bytes")
    return 0


def command_run(arguments: argparse.Namespace) -> int:
    from layout import open_image
    from run import run

    with open_image(arguments.image) as image:
        return run(image)


def read_json(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return document


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
        command_build, "compile the program of a plan, write its image", {**PROGRAM, **BASES}
    ),
    "context": Command(command_context, "compile, for an engine that makes the image", PROGRAM),
    "library": Command(
        command_library, "build the C library of add_go_library()", {**PLAN, **GO, **DEPFILE}
    ),
    "depends": Command(
        command_depends,
        "build a Dockerfile, and write what the build is made of",
        {
            **PLAN,
            "depfile": {"type": Path},
            "build": {"nargs": argparse.REMAINDER, "help": "the command that builds"},
        },
    ),
    "modules": Command(
        command_modules,
        "download the modules of a plan's program",
        {
            **PLAN,
            **GO,
            "--if-missing": {"action": "store_true", "help": "not where the program has all"},
        },
    ),
    "refresh": Command(
        command_refresh,
        "fetch the bases of all plans anew",
        {"plans": {"type": Path, "help": "names the plans, one a line"}, **BASES},
    ),
    "check": Command(
        command_check,
        "compare the image of a plan with its declarations",
        {
            "check": {},
            **PLAN,
            "--test": {"type": Path, "help": "what add_go_container_test() declares, as JSON"},
            **ENGINE,
        },
    ),
    "baseline": Command(
        command_baseline, "write the sizes of a plan's image to its baseline", {**PLAN, **ENGINE}
    ),
    "show": Command(
        command_show,
        "print reference, digest, size and layers of an image",
        {"image": {"help": "<transport>:<where>, as skopeo names it"}, **ENGINE},
    ),
    "run": Command(command_run, "run the program of an image without an engine", {"image": {}}),
}


if __name__ == "__main__":
    result = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(result)  # to take the interpreter apart takes as long as to assemble a small image
