"""Compiles the programs of one module together, where several of them are to be built.

`go build` and `go list` load all packages of a program, which costs as much for fifty programs of one module
as for one. Ninja builds each container by a process of its own. The first of them
compiles the programs of all containers that Ninja was asked for and that are out of date. The others wait and
find theirs compiled. Ninja's command line tells what it was asked for. If it can't be read, or a program does not
compile, each process compiles its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import subprocess
import sys

from gocontainer.common.lock import Places, number_of
from gocontainer.common.plan import Alone, Own
from gocontainer.go.build import Go, binaries_of
from gocontainer.go.flag_files import unseen_files
from gocontainer.go.handover import COMPILED, REFUSED, Handover, read_handover
from gocontainer.go.intact import remove_cut
from gocontainer.go.list_packages import packages_of, parse, start_list
from gocontainer.go.ninja_request import Request
from gocontainer.go.reason import changed_inputs

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from collections.abc import Iterator
    from typing import Any

    from gocontainer.common.plan import Plan


class Container:
    """A container of the build tree: its plan, and the directory of that."""

    def __init__(self, plan: Plan, directory: str) -> None:
        self.plan = plan
        self.directory = directory


def can_wait(other: Container, places: Places) -> bool:
    """Keep the process of the other container waiting, unless it is at work or has FILES to stage first."""
    return not other.plan.get("files") and places.try_to_hold(number_of(other.directory))


def common(plan: Plan) -> dict[str, object]:
    """What programs that are compiled together must have in common."""
    return {m: value for m, value in sorted(plan.items()) if m not in Own.__annotations__}


def is_plain(plan: Plan) -> bool:
    """Is the plan one of those that this file knows, and will go name each program as the directory of its
    package is named?"""
    packages, names = packages_of(plan), program_names(plan)
    environment = dict(variable.split("=", 1) for variable in plan["go"]["env"])
    named = all(
        package.startswith("./") and not re.search(r"(^|/)(\.{0,2}|v[0-9]+|_[^/]*)$", package)
        for package in packages
    )
    # The programs that go would not link again, and those with C, are made with care.
    alone = (
        not Alone.__annotations__.keys().isdisjoint(plan)
        or "platforms" in plan
        or environment.get("CGO_ENABLED") == "1"
        or unseen_files(plan, environment)
    )
    return named and 0 < len(set(names)) == len(packages) and not alone


def is_left_alone(container: Container, request: Request) -> bool:
    """Did a process of the same Ninja try already, in vain?"""
    left = read_handover(container.directory)
    return left is not None and left.state == REFUSED and left.ninja == request.ninja


def stale(plans: str, container: Container, request: Request) -> Iterator[Container]:
    """The container, and those of the same module and flags that Ninja was asked for and that are out of
    date; of each name that a program can have, one package."""
    yield container
    names = named_packages(container.plan)
    times: dict[str, int] = {}
    for line in read_text(plans).splitlines():
        other = Container(json.loads(read_text(line)), os.path.dirname(line))
        its_own = named_packages(other.plan)
        if (
            other.directory != container.directory
            and all(names.get(name, package) == package for name, package in its_own.items())
            and request.wants(other.plan)
            and is_plain(other.plan)
            and common(other.plan) == common(container.plan)
            and is_stale(other, times)
        ):
            names.update(its_own)
            yield other


def program_names(plan: Plan) -> list[str]:
    """The names that go gives to the programs, in their order."""
    return [program["package"].rpartition("/")[2] for program in plan["programs"]]


def named_packages(plan: Plan) -> dict[str, str]:
    return {package.rpartition("/")[2]: package for package in packages_of(plan)}


def built_programs(container: Container, out: str) -> list[tuple[str, str]]:
    """Of each program of the container: where go writes it in the directory ``out``, and where it belongs."""
    built = [os.path.join(out, name) for name in program_names(container.plan)]
    return list(zip(built, binaries_of(container.plan, container.directory)))


def is_stale(container: Container, times: dict[str, int]) -> bool:
    """As Ninja finds it out: the image is gone, or an input of the last build is newer. A wrong answer costs
    time only.

    :param times: of the paths that were looked at before.
    """
    changed = changed_inputs(container.plan, container.directory, times)
    return next(changed, None) is not None


def read_text(file: str) -> str:
    with open(file, encoding="utf-8") as stream:
        return stream.read()


def compile_together(
    containers: list[Container], go: Go, directory: str, since: int, request: Request
) -> None:
    """Compile the programs by one `go build`, and hand over what came of it for each container. What go says of a program
    that does not compile is left to the build of its own container."""
    import tempfile  # which takes long to load, and one of many comes here

    plan = containers[0].plan
    packages = list(dict.fromkeys(p for each in containers for p in packages_of(each.plan)))
    variables = go.environment(plan)
    listing = start_list(plan, go.command, variables, packages)
    with tempfile.TemporaryDirectory(dir=directory) as out:
        offer_former_programs(containers, out)
        flags = ["-v", *plan["go"]["flags"], "-o", out + os.sep]
        build = go.start(["build", *flags, *packages], variables, stderr=subprocess.PIPE)
        output, _ = listing.communicate()
        listed = [] if listing.returncode else list(parse(output.decode()))
        _, said = build.communicate()
        if "workspace" in plan["go"] and go.checksums.restore():
            listed = []  # the build of each container tells
        if listed and build.returncode == 0:
            from io import BytesIO

            from gocontainer.go.messages import names_every, pass_on

            pass_on(BytesIO(said), sys.stderr.buffer, plan["source"], names_every(plan))
        from gocontainer.go.inputs import inputs_among
        from gocontainer.go.stamps import missing_stamp, stamps

        uses = [built for each in containers for built, _ in set(built_programs(each, out))]
        shared = {built for built in uses if uses.count(built) > 1}  # by variants of one container
        for container in containers:
            left = Handover(request.ninja, REFUSED)
            programs = built_programs(container, out)
            parts = parts_of(container.plan, listed)
            wrong = missing_stamp(container.plan, parts, stamps(container.plan))
            if (
                parts
                and not wrong  # else the build of its own tells
                and all(is_compiled(*program, build.returncode == 0) for program in programs)
                and (build.returncode == 0 or shared.isdisjoint(built for built, _ in programs))
            ):
                keep(programs, shared)
                inputs = inputs_among(container.plan, parts, variables)
                left = Handover(request.ninja, COMPILED, since, inputs=inputs)
            left.leave(container.directory)


def offer_former_programs(containers: list[Container], out: str) -> None:
    """Put them where go is to write the new ones: it links none again that it finds up to date."""
    for container in containers:
        for built, former in built_programs(container, out):
            with contextlib.suppress(OSError):
                remove_cut(former)
                os.link(former, built)


def is_compiled(built: str, former: str, all_are: bool) -> bool:
    """Whether go has the program there; where not all compile, the former one may be up to date or not."""
    there = os.path.exists(built)
    return there and (all_are or not os.path.exists(former) or not os.path.samefile(built, former))


def parts_of(plan: Plan, listed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of the packages that the programs of the plan are made of; none where one is not a program."""
    directories = {os.path.normpath(os.path.join(plan["source"], p)) for p in packages_of(plan)}
    mains = [package for package in listed if package["Dir"] in directories]
    if any(main.get("Name") != "main" for main in mains):
        return []  # go says nothing of it
    names = {name for main in mains for name in (main["ImportPath"], *main.get("Deps", []))}
    return [package for package in listed if package["ImportPath"] in names]


def keep(programs: list[tuple[str, str]], shared: set[str]) -> None:
    """Put what was built where it belongs; a package may be the program of several paths.

    :param shared: what other containers need, too.
    """
    for built, binary in dict.fromkeys(programs):
        os.makedirs(os.path.dirname(binary), exist_ok=True)
        if built in shared:
            from shutil import copyfile  # which tempfile has loaded

            built = copyfile(built, binary + ".new")
        os.chmod(built, 0o755)  # whatever the umask is
        os.replace(built, binary)
