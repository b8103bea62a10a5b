"""The commands that look at an image. Each loads only what it needs, so that it starts quickly."""

from __future__ import annotations

import contextlib
import json
import sys
from pathlib import Path
from types import SimpleNamespace

from gocontainer.checks import CheckError, Test, check_of
from gocontainer.checks.call_site import place_of
from gocontainer.common.engines import engine_of
from gocontainer.common.platforms import choose_platform, platform_of
from gocontainer.common.printable import printable, safe
from gocontainer.common.skip import Skip

# What CTest takes for "skipped" (SKIP_RETURN_CODE).
SKIPPED = 77


def command_check(arguments: SimpleNamespace) -> int:
    """Do one check; a failure tells where in which CMakeLists.txt it was declared."""
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
        place = place_of(test.name)
        if place is not None:
            error.facts["call"] = f"{test.call()} in {place}"
        print(f"{arguments.check}: FAILED: {error}", file=sys.stderr)
        return 1
    return 0


def command_baseline(arguments: SimpleNamespace) -> int:
    from gocontainer.checks.growth import write_baseline

    file = Path(arguments.plan)
    plan = choose_platform(json.loads(file.read_bytes()), arguments.platform)
    test = Test(plan["name"], plan, file.parent, engine_command=arguments.engine_command)
    print(write_baseline(test))
    return 0


def command_show(arguments: SimpleNamespace) -> int:
    from gocontainer.read.layout import open_image

    platform = platform_of(arguments.platform) if arguments.platform else None
    with open_image(arguments.image, arguments.engine_command, platform) as image:
        sizes = image.layer_sizes()
        print(f"reference {printable(', '.join(image.references)) or '(none)'}")
        print(f"digest    {image.digest or '(none: this archive keeps no manifest)'}")
        print(f"id        {image.id}")
        print(f"size      {sum(sizes):,} bytes")
        for layer, size in zip(image.layers, sizes):
            print(f"layer     {printable(layer.diff_id)} {size:,} bytes")
    return 0


def command_run(arguments: SimpleNamespace) -> int:
    """Run the image of a plan as the check RUN does, or an image by itself without an engine."""
    from gocontainer.run.terminal import run

    file = Path(arguments.image)
    if file.name == "plan.json":
        from gocontainer.run.runner import runner_of

        plan = choose_platform(json.loads(file.read_bytes()), arguments.platform)
        with runner_of(plan, file.parent, arguments.engine_command) as runner:
            return run(runner, daemon=engine_of(plan).daemon)
    from gocontainer.read.layout import open_image
    from gocontainer.run.unpack import indexed
    from gocontainer.run.unpacked import unpacked

    platform = platform_of(arguments.platform) if arguments.platform else None
    with contextlib.ExitStack() as stack:
        with open_image(arguments.image, platform=platform) as image, indexed(image) as index:
            runner = stack.enter_context(unpacked(index))
        return run(runner)
