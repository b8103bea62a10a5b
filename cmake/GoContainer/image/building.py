"""The commands of the image piece that build: each loads what it needs itself, as it must be quick to start."""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from together import Program

START = time.time_ns()


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


def read_json(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return document
