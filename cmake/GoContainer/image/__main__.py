"""The command line of the image piece, called by the targets and tests that CMake declares.

Each command loads what it needs itself: a check must be quick to start.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from pathlib import Path
from typing import Any

from checks import CHECKS, CheckError, Skip, Test, check_of
from declared import place_of
from gobuild import GoError, download_modules, has_packages
from inputs import staged_inputs, write_depfile
from layout import TRANSPORTS, open_image
from source import ImageError
from together import Container, Program, program_of

START = time.time_ns()
# What CTest takes for "skipped" (SKIP_RETURN_CODE).
SKIPPED = 77


def main() -> int:
    arguments = parse()
    try:
        result: int = arguments.command(arguments)
        return result
    except (GoError, ImageError, Skip, OSError, ValueError) as error:
        print(f"GoContainer: {error}", file=sys.stderr)
    return 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="image", description=__doc__)
    commands = parser.add_subparsers(required=True)

    make = commands.add_parser("build", help="compile the program of a plan, write its image")
    make.add_argument("plan", type=Path)
    make.add_argument("--go", default="go")
    make.add_argument("--ca-bundle", type=Path, required=True)
    make.add_argument("--depfile", type=Path, help="tells what the image is made of, for Ninja")
    make.add_argument(
        "--together", type=Path, help="names the plans that may be compiled with this"
    )
    make.add_argument("--bases", type=Path, required=True, help="where fetched bases are kept")
    make.set_defaults(command=command_build)

    context = commands.add_parser("context", help="compile, for an engine that makes the image")
    context.add_argument("plan", type=Path)
    context.add_argument("--go", default="go")
    context.add_argument("--ca-bundle", type=Path, required=True)
    context.add_argument("--depfile", type=Path)
    context.add_argument("--together", type=Path)
    context.set_defaults(command=command_context)

    library = commands.add_parser("library", help="build the C library of add_go_library()")
    library.add_argument("plan", type=Path)
    library.add_argument("--go", default="go")
    library.add_argument("--depfile", type=Path)
    library.set_defaults(command=command_library)

    depends = commands.add_parser("depends", help="write what a Dockerfile's build is made of")
    depends.add_argument("plan", type=Path)
    depends.add_argument("--depfile", type=Path, required=True)
    depends.set_defaults(command=command_depends)

    modules = commands.add_parser("modules", help="download the modules of a plan's program")
    modules.add_argument("plan", type=Path)
    modules.add_argument("--go", default="go")
    modules.add_argument("--if-missing", action="store_true", help="not where the program has all")
    modules.set_defaults(command=command_modules)

    refresh = commands.add_parser("refresh", help="fetch the bases of all plans anew")
    refresh.add_argument("plans", type=Path, help="names the plans, one a line")
    refresh.add_argument("--bases", type=Path, required=True)
    refresh.set_defaults(command=command_refresh)

    check = commands.add_parser("check", help="compare the image of a plan with its declarations")
    check.add_argument("check", choices=CHECKS, metavar="check")
    check.add_argument("plan", type=Path)
    check.add_argument("--test", type=Path, help="what add_go_container_test() declares, as JSON")
    check.add_argument("--engine-command", help="of the engine in whose store the image is")
    check.set_defaults(command=command_check)

    baseline = commands.add_parser(
        "baseline", help="write the sizes of a plan's image to its baseline"
    )
    baseline.add_argument("plan", type=Path)
    baseline.add_argument("--engine-command", help="of the engine in whose store the image is")
    baseline.set_defaults(command=command_baseline)

    show = commands.add_parser("show", help="print reference, digest, size and layers of an image")
    show.add_argument("image", help=", ".join(t + ":" for t in TRANSPORTS))
    show.add_argument("--engine-command", help="docker or podman by default")
    show.set_defaults(command=command_show)

    start = commands.add_parser("run", help="run the program of an image without an engine")
    start.add_argument("image")
    start.set_defaults(command=command_run)
    return parser.parse_args()


def command_build(arguments: argparse.Namespace) -> int:
    from assemble import assemble
    from fetch import base_inputs

    plan, directory = read_json(arguments.plan), arguments.plan.parent
    program = compiled(plan, arguments)
    archive = directory / (plan["name"] + ".tar")
    if assemble(plan, program.binary, arguments.ca_bundle, archive, arguments.bases):
        with open_image(f"oci-archive:{archive}") as image:
            print(f"{plan['tags'][0]} {image.digest} {sum(image.layer_sizes()):,} bytes")
    if arguments.depfile is not None:
        inputs = [str(arguments.ca_bundle), *base_inputs(plan, arguments.bases)]
        inputs += [*program.inputs, *staged_inputs(directory)]
        write_depfile(arguments.depfile, inputs, program.since)
    return 0


def command_context(arguments: argparse.Namespace) -> int:
    from context import prepare

    plan, directory = read_json(arguments.plan), arguments.plan.parent
    program = compiled(plan, arguments)
    prepare(plan, program.binary, arguments.ca_bundle, directory)
    if arguments.depfile is not None:
        inputs = [*program.inputs, str(arguments.ca_bundle), *staged_inputs(directory)]
        write_depfile(arguments.depfile, inputs, program.since)
    return 0


def compiled(plan: dict[str, Any], arguments: argparse.Namespace) -> Program:
    container = Container(plan, arguments.plan.parent)
    listed = arguments.depfile is not None
    return program_of(container, arguments.go, listed, arguments.together, START)


def command_library(arguments: argparse.Namespace) -> int:
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
    from dockerignore import Ignore, context_paths

    plan, directory = read_json(arguments.plan), arguments.plan.parent
    ignore = Ignore((directory / "Dockerfile.dockerignore").read_text(encoding="utf-8"))
    paths = [*context_paths(Path(plan["context"]), ignore), *staged_inputs(directory)]
    write_depfile(arguments.depfile, paths, START)
    return 0


def command_modules(arguments: argparse.Namespace) -> int:
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
    return CheckError(
        "a regular expression is none that Python knows",
        found=f"{error.pattern!r}: {error}",
        remedy=f"correct it in {test.call()}",
    )


def command_baseline(arguments: argparse.Namespace) -> int:
    from checks.growth import write_baseline

    plan = read_json(arguments.plan)
    directory = arguments.plan.parent
    test = Test(plan["name"], plan, directory, engine_command=arguments.engine_command)
    print(write_baseline(test))
    return 0


def command_show(arguments: argparse.Namespace) -> int:
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
    from run import run

    with open_image(arguments.image) as image:
        return run(image)


def read_json(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return document


if __name__ == "__main__":
    sys.exit(main())
