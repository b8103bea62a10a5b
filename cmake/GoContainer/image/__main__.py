"""The command line of the image piece, called by the targets and tests that CMake declares."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from assemble import assemble
from check import CHECKS, CheckError
from gobuild import GoError, build, download_modules
from layout import TRANSPORTS, ImageError, open_image
from run import run


def main() -> int:
    arguments = parse()
    try:
        result: int = arguments.command(arguments)
        return result
    except CheckError as error:
        print(f"{arguments.check}: FAILED: {error}", file=sys.stderr)
    except (GoError, ImageError, OSError, ValueError) as error:
        print(f"GoContainer: {error}", file=sys.stderr)
    return 1


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="image", description=__doc__)
    commands = parser.add_subparsers(required=True)

    make = commands.add_parser("build", help="compile the program of a plan, write its image")
    make.add_argument("plan", type=Path)
    make.add_argument("--go", default="go")
    make.add_argument("--ca-bundle", type=Path, required=True)
    make.add_argument("--bases", type=Path, required=True, help="where fetched bases are kept")
    make.set_defaults(command=command_build)

    modules = commands.add_parser("modules", help="download the modules of a plan's program")
    modules.add_argument("plan", type=Path)
    modules.add_argument("--go", default="go")
    modules.set_defaults(command=command_modules)

    check = commands.add_parser("check", help="compare the image of a plan with its declarations")
    check.add_argument("check", choices=CHECKS)
    check.add_argument("plan", type=Path)
    check.add_argument("--engine-command", help="of the engine in whose store the image is")
    check.set_defaults(command=command_check)

    show = commands.add_parser("show", help="print reference, digest, size and layers of an image")
    show.add_argument("image", help=", ".join(t + ":" for t in TRANSPORTS))
    show.add_argument("--engine-command", help="docker or podman by default")
    show.set_defaults(command=command_show)

    start = commands.add_parser("run", help="run the program of an image without an engine")
    start.add_argument("image")
    start.set_defaults(command=command_run)
    return parser.parse_args()


def command_build(arguments: argparse.Namespace) -> int:
    plan = read_plan(arguments.plan)
    binary = build(plan, arguments.go, arguments.plan.parent / "bin")
    archive = arguments.plan.with_name(plan["name"] + ".tar")
    if assemble(plan, binary, arguments.ca_bundle, archive, arguments.bases):
        with open_image(f"oci-archive:{archive}") as image:
            print(f"{plan['tags'][0]} {image.digest} {sum(image.layer_sizes()):,} bytes")
    return 0


def command_modules(arguments: argparse.Namespace) -> int:
    download_modules(read_plan(arguments.plan), arguments.go)
    return 0


def command_check(arguments: argparse.Namespace) -> int:
    plan = read_plan(arguments.plan)
    with open_image(image_of(plan, arguments.plan.parent), arguments.engine_command) as image:
        print(f"{arguments.check}: {CHECKS[arguments.check](plan, image)}")
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
    with open_image(arguments.image) as image:
        return run(image)


def read_plan(file: Path) -> dict[str, Any]:
    plan: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return plan


def image_of(plan: dict[str, Any], directory: Path) -> str:
    """Where the image of a plan is. An engine's image goes by the id that the build wrote down:
    the tag may by now be another build's."""
    builtin = plan["engine"] == "builtin"
    file = directory / (f"{plan['name']}.tar" if builtin else "image.id")
    if not file.exists():
        raise ImageError(
            f"the image of {plan['name']} is not built yet ({file}). "
            f"Build it: cmake --build <build directory> --target {plan['name']}"
        )
    if builtin:
        return f"oci-archive:{file}"
    store = "docker-daemon" if plan["engine"] == "docker" else "containers-storage"
    return f"{store}:{file.read_text(encoding='ascii').strip()}"


if __name__ == "__main__":
    sys.exit(main())
