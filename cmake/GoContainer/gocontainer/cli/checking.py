"""The commands that look at an image. Each loads only what it needs, so that it starts quickly."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from gocontainer.checks import CheckError, Test, check_of
from gocontainer.checks.call_site import place_of
from gocontainer.checks.see import see
from gocontainer.common.engines import engine_of
from gocontainer.common.platforms import choose_platform
from gocontainer.common.printable import safe
from gocontainer.common.skip import Skip

# What CTest takes for "skipped" (SKIP_RETURN_CODE).
SKIPPED = 77
START = time.time_ns()


def command_test(arguments: SimpleNamespace) -> int:
    """Do one check; a failure tells where in which CMakeLists.txt it was declared, and where it is described."""
    file = Path(arguments.plan)
    plan = choose_platform(json.loads(file.read_bytes()), arguments.platform)
    declared = json.loads(Path(arguments.test).read_bytes()) if arguments.test else {}
    test = Test(
        declared.get("name", f"{plan['name']}.{arguments.check}"),
        plan,
        file.parent,
        declared,
        arguments.engine_command,
    )
    try:
        print(safe(f"{arguments.check}: {check_of(arguments.check)(test)}"))
    except Skip as reason:
        if arguments.on_skip == "fail":
            why = f"GO_CONTAINER_REQUIRE_TESTS is ON, and {reason}"
            print(safe(f"{arguments.check}: FAILED: {why}"), file=sys.stderr)
            return 1
        print(safe(f"GoContainer: skipped, because {reason}"))
        return SKIPPED
    except CheckError as error:
        add_places(error, test, arguments.check)
        print(f"{arguments.check}: FAILED: {error}", file=sys.stderr)
        return 1
    if arguments.checked and not arguments.platform:
        from gocontainer.checks.together import check_others

        with contextlib.suppress(OSError, ValueError):  # what is not written, other tests find out
            check_others(test, arguments.check, Path(arguments.checked), START)
    return 0


def add_places(error: CheckError, test: Test, check: str) -> None:
    """Add where the test was declared, and where the reference describes it."""
    declared = [error.facts.get("declared", ""), error.problem]
    place = place_of(test.name)
    if place is not None:
        error.facts["call"] = f"{test.call()} in {place}"
    described = see(test.call().partition("(")[0], check, declared)
    if described is not None:
        error.facts["see"] = described


def command_baseline(arguments: SimpleNamespace) -> int:
    from gocontainer.checks.growth import write_baseline

    file = Path(arguments.plan)
    plan = choose_platform(json.loads(file.read_bytes()), arguments.platform)
    test = Test(plan["name"], plan, file.parent, engine_command=arguments.engine_command)
    print(write_baseline(test))
    return 0


def command_run(arguments: SimpleNamespace) -> int:
    """Run the image of a plan as the check RUN does, or an image by itself without an engine."""
    from gocontainer.report.named import open_named, plan_file
    from gocontainer.run.terminal import run

    file, command = plan_file(arguments.image), arguments.engine_command
    if file is not None:
        from gocontainer.run.runner import runner_of

        plan = choose_platform(json.loads(file.read_bytes()), arguments.platform)
        with runner_of(plan, file.parent, command) as runner:
            return run(runner, daemon=engine_of(plan).daemon)
    from gocontainer.run.unpacked import unpacked

    with contextlib.ExitStack() as stack:
        with open_named(arguments.image, command, arguments.platform) as image:
            runner = stack.enter_context(unpacked(image.index))
        return run(runner)
