"""The commands that build.

Loading modules is most of what a small build costs besides go. So each command loads what it needs itself, and if it
can, while go runs.
"""

from __future__ import annotations

import gc
import os
import time

from gocontainer.common.lock import hold
from gocontainer.common.platforms import plans_of
from gocontainer.go.turn import Turn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import SimpleNamespace
    from typing import Callable

    from gocontainer.common.plan import Plan
    from gocontainer.go.compile import Programs
    from gocontainer.go.group import Container

    # Makes what follows from programs that are compiled; returns what is to be said of it.
    Write = Callable[[Container, Programs, SimpleNamespace], str]

START = time.time_ns()


def command_build(arguments: SimpleNamespace) -> int:
    return make(arguments, write_archive, archive_modules)


def archive_modules(plan: Plan) -> list[str]:
    found = ["gocontainer.write.assemble", "gocontainer.write.base_store"]
    if "sbom" in plan:
        found += [
            "gocontainer.sbom.documents",
            *(f"gocontainer.sbom.{each}" for each in plan["sbom"]),
        ]
        if "licenses" in plan:
            found.append("gocontainer.sbom.license_text")
    return found


def write_archive(container: Container, programs: Programs, arguments: SimpleNamespace) -> str:
    from pathlib import Path

    from gocontainer.write.assemble import assemble
    from gocontainer.write.base_store import base_inputs

    plan, bases, ca_bundle = container.plan, Path(arguments.bases), Path(arguments.ca_bundle)
    archive = Path(container.directory, plan["name"] + ".tar")
    stage_more(container, arguments)
    image = assemble(plan, paths(programs), ca_bundle, archive, bases)
    if "sbom" in plan:
        from gocontainer.sbom.documents import write_documents

        write_documents(plan, Path(container.directory))
    if arguments.depfile:
        found = [path for each in plans_of(plan) for path in base_inputs(each, bases)]
        list_inputs(container, programs, [arguments.ca_bundle, *found])
    return f"{plan['tags'][0]} {image.digest} {image.size:,} bytes" if image else ""


def command_context(arguments: SimpleNamespace) -> int:
    return make(arguments, write_context, lambda plan: ["gocontainer.write.context"])


def write_context(container: Container, programs: Programs, arguments: SimpleNamespace) -> str:
    from pathlib import Path

    from gocontainer.write.context import prepare

    directory = Path(container.directory)
    stage_more(container, arguments)
    prepare(container.plan, paths(programs), Path(arguments.ca_bundle), directory)
    if arguments.depfile:
        list_inputs(container, programs, [arguments.ca_bundle])
    return ""


def stage_more(container: Container, arguments: SimpleNamespace) -> None:
    """Put what few containers have into the directory ``context``."""
    if "timezones" in container.plan:
        from pathlib import Path

        from gocontainer.go.timezones import stage_timezones

        stage_timezones(container.plan, arguments.go, Path(container.directory))


def paths(programs: Programs) -> list[Path]:
    from pathlib import Path

    return [Path(binary) for binary in programs.binaries]


def list_inputs(container: Container, programs: Programs, others: list[str]) -> None:
    from pathlib import Path

    from gocontainer.go.depfile import write_depfile
    from gocontainer.go.inputs import staged_inputs

    directory = Path(container.directory)
    inputs = [*programs.inputs, *others, *staged_inputs(directory)]
    write_depfile(directory / "inputs.d", inputs, programs.since)


def make(arguments: SimpleNamespace, write: Write, modules: Callable[[Plan], Iterable[str]]) -> int:
    """Compile the programs of a plan, and write what follows from it; nothing, where the process of another
    container did it already.

    :param modules: what ``write`` needs for a plan.
    """
    directory = os.path.dirname(arguments.plan)
    turn = Turn(directory, arguments.together)
    if turn.is_over():
        return 0

    from gocontainer.go.build import Go

    plan = read_plan(arguments.plan)
    if any(kind in plan for kind in ("files", "overlay", "directories", "symlinks")):
        hold(os.path.join(directory, "build.lock"))  # what is staged stays as it is
    if plan["programs"]:
        go = Go(arguments.go, plan)
    load_meanwhile("gocontainer.go.inputs", "gocontainer.go.depfile", *modules(plan))
    from gocontainer.go.compile import Programs, compile, make_others
    from gocontainer.go.group import Container
    from gocontainer.go.traced import Traced

    container = Container(plan, directory)
    started = time.time_ns()
    if "goCache" in plan and plan["programs"]:
        from gocontainer.go.cache_machine import MachineCache

        cache = MachineCache(plan, go, directory)
        cache.fetch()
    begun = time.time_ns()
    if plan["programs"]:
        programs = compile(container, go, bool(arguments.depfile), turn, START)
    else:
        programs = Programs([], list_libraries(plan, directory), START)

    compiled = time.time_ns()

    def write_all(container: Container, programs: Programs) -> str:
        traced = Traced(container.plan, container.directory) if arguments.depfile else None
        if "licenses" in container.plan:
            from gocontainer.go.licenses import collect_licenses

            programs.inputs += collect_licenses(container.plan, go, container.directory)
        written = time.time_ns()
        says = write(container, programs, arguments)
        if traced:
            if "goCache" in plan:
                traced.add("Go cache", started, begun)
            traced.add("go build", begun, compiled)
            traced.add("image", written, time.time_ns())
            traced.end(START)
        return says

    if says := write_all(container, programs):
        print(says)
    if turn.waiting:
        gc.enable()  # what is left of many images is much
        make_others(turn, write_all)
    if "goCache" in plan and plan["programs"]:
        cache.write_for([container, *turn.waiting], START)
    return 0


def list_libraries(plan: Plan, directory: str) -> list[str]:
    """The libraries of this machine that were collected with FILES, for RUNTIME_LIBRARIES."""
    file = os.path.join(directory, "libraries.txt")
    if "runtimeLibraries" not in plan or not os.path.exists(file):
        return []
    with open(file, encoding="utf-8") as stream:
        return stream.read().splitlines()


def load_meanwhile(*modules: str) -> None:
    """Load what is needed later while the go command runs, which takes another processor."""
    import threading

    gc.disable()  # what is loaded stays, and to look through it takes a tenth of the time

    def load() -> None:
        for module in modules:
            __import__(module)

    threading.Thread(target=load, daemon=True).start()


def command_library(arguments: SimpleNamespace) -> int:
    from pathlib import Path

    from gocontainer.go.build import Go
    from gocontainer.go.c_library import publish_library
    from gocontainer.go.depfile import write_depfile
    from gocontainer.go.program import build

    plan, directory = read_plan(arguments.plan), os.path.dirname(arguments.plan)
    listed = bool(arguments.depfile)
    files, inputs = build(plan, Go(arguments.go, plan), directory, listed)
    publish_library(plan, Path(files[0]), Path(directory))
    if listed:
        write_depfile(Path(arguments.depfile), inputs, START)
    return 0


def command_modules(arguments: SimpleNamespace) -> int:
    from gocontainer.go.build import Go, download_modules

    plan = read_plan(arguments.plan)
    if plan["programs"]:
        download_modules(plan, Go(arguments.go, plan))
    return 0


def command_missing_modules(arguments: SimpleNamespace) -> int:
    from gocontainer.go.build import Go, download_modules, has_packages

    plan = read_plan(arguments.plan)
    go = Go(arguments.go, plan)
    if not has_packages(plan, go):
        download_modules(plan, go)
    return 0


def command_fetch_go_cache(arguments: SimpleNamespace) -> int:
    from gocontainer.go.cache_container import cache_of_container

    cache_of_container(read_plan(arguments.plan), arguments).fetch()
    return 0


def command_write_go_cache(arguments: SimpleNamespace) -> int:
    from gocontainer.go.cache_container import cache_of_container

    cache_of_container(read_plan(arguments.plan), arguments).write()
    return 0


def command_oci(arguments: SimpleNamespace) -> int:
    from pathlib import Path

    from gocontainer.write.oci_archive import write_oci

    write_oci(read_plan(arguments.plan), Path(arguments.archive))
    return 0


def command_index(arguments: SimpleNamespace) -> int:
    from pathlib import Path

    from gocontainer.write.oci_archive import write_index

    directory = Path(arguments.plan).parent
    write_index(
        read_plan(arguments.plan), directory, Path(arguments.archive), arguments.engine_command
    )
    return 0


def command_refresh(arguments: SimpleNamespace) -> int:
    from pathlib import Path

    from gocontainer.write.base_store import refresh_bases

    with open(arguments.plans, encoding="utf-8") as lines:
        plans = [read_plan(line) for line in lines.read().splitlines()]
    each = [part for plan in plans for part in plans_of(plan)]
    for base in dict.fromkeys(refresh_bases(each, Path(arguments.bases))):
        print(f"image-refresh: {base} is another image now.")
    return 0


def read_plan(file: str) -> Plan:
    import json

    with open(file, encoding="utf-8") as stream:
        plan: Plan = json.load(stream)
    return plan
