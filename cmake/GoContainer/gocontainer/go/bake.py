"""Makes images from Dockerfiles by `docker buildx bake`, those of several containers of one module at once.

Ninja builds each container by a process of its own. In docker-bake.json, containers of one module and builder have the same
named context ``build``, a target that compiles the programs of all of them (build/bake_programs.cmake). The first process
makes the images of all that Ninja was asked for and that are out of date, with all builders at once. The others wait and
find theirs made. If that can't be done, each process makes its own image.
"""

from __future__ import annotations

import binascii
import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from gocontainer.common.lock import GROUPS, Places
from gocontainer.go.context_inputs import context_inputs
from gocontainer.go.group import Container, is_left_alone, is_stale, read_text
from gocontainer.go.handover import MADE, REFUSED, TAKEN, Handover, read_handover
from gocontainer.go.ninja_request import request_of_ninja
from gocontainer.go.times import time_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gocontainer.go.ninja_request import Request

# The last one is new when the image is gone.
BESIDE_PLAN = ("Dockerfile", "Dockerfile.dockerignore", "pruned")
# Of scripts/watch_builder.sh: what builds is silent, or gone, or has no room.
BUILDER_STATUSES = range(90, 94)


class BuilderError(Exception):
    """What builds can't do so; it is no use to try again at once.

    :param status: that of scripts/watch_builder.sh.
    """

    def __init__(self, status: int) -> None:
        self.status = status


class Together(NamedTuple):
    """What the file ``together`` in the directory of a container says.

    :param module: is the same for all that are compiled of the same.
    :param command: builds targets of docker-bake.json by the builder of the container.
    """

    module: str
    command: tuple[str, ...]


def read_together(directory: str) -> Together:
    module, *command = read_text(f"{directory}/together").splitlines()
    return Together(module, tuple(command))


class Wanted(NamedTuple):
    """A container whose image is to be made, by the command of :class:`Together`."""

    container: Container
    command: tuple[str, ...]


class Bake:
    """A process that makes the images of one builder. What it says waits for the end, except in a terminal.

    :param command: that of :class:`Together`.
    :param file: docker-bake.json.
    :param targets: those of the file that are wanted.
    :param work: an empty directory.
    :param live: whether the progress is shown as it is.
    """

    def __init__(
        self, command: Iterable[str], file: str, targets: list[str], work: str, live: bool
    ) -> None:
        self.targets = targets
        self.metadata = f"{work}/metadata.json"
        self.said = Path(work, "said")
        self.live = live
        words = [*command, "--file", file, "--metadata-file", self.metadata, *targets]
        with self.said.open("wb") as said:
            # bake asks before it reads what is outside.
            self.process = subprocess.Popen(words, cwd="/", stderr=None if live else said)

    def end(self) -> dict[str, str]:
        """The ids of the images by target; empty where they could not be made."""
        works = self.process.wait() == 0
        if works or self.is_broken():
            sys.stderr.buffer.write(self.said.read_bytes())
        elif self.live:
            print("GoContainer: not all of these can be built, so each is built by itself.")
        if not works:
            return {}
        made = json.loads(read_text(self.metadata))
        return {target: made[target]["containerimage.config.digest"] for target in self.targets}

    def is_broken(self) -> bool:
        """Whether what builds is silent, gone or full."""
        return self.process.returncode in BUILDER_STATUSES


class Group:
    """The containers whose programs docker-bake.json compiles together with those of one container, also by other builders."""

    def __init__(self, container: Container, file: str) -> None:
        self.container = container
        self.file = file
        self.together = read_together(container.directory)
        self.newest: int | None = None

    def make(self, since: int) -> Handover | None:
        """What this process made for all, or another one made for this container; None where it is to be built alone.

        :raises BuilderError: what builds can't do so.
        """
        request = request_of_ninja()
        if request is None:
            return None
        lock = Places(Path(self.file).with_name("bake.lock"))
        number = GROUPS + binascii.crc32(self.together.module.encode())
        lock.hold(number)
        made = self.made_for(self.container.directory, request)
        if made is None and not is_left_alone(self.container, request):
            wanted = dict(self.stale(request))
            if len(wanted) > 1:
                self.bake(wanted, request, since)
                made = self.made_for(self.container.directory, request)
        Handover(request.ninja, TAKEN).leave(self.container.directory)
        lock.let_go(number)
        return made

    def made_for(self, directory: str, request: Request) -> Handover | None:
        """What a process of the same Ninja made for the container in that directory, if nothing changed since."""
        left = read_handover(directory)
        if left is None or left.state != MADE or left.ninja != request.ninja:
            return None
        return left if left.holds(directory) and self.newest_input() <= left.since else None

    def newest_input(self) -> int:
        """When the newest of what all are built of changed, in nanoseconds since 1970."""
        if self.newest is None:
            self.newest = max(time_of(path, None) for path in context_inputs(self.container))
        return self.newest

    def stale(self, request: Request) -> Iterator[tuple[str, Wanted]]:
        """The container, and those that Ninja was asked for, that are out of date, and that no process has built yet; each
        behind the name of its target. Others with FILES are left out, as these may not be staged yet."""
        times: dict[str, int] = {}
        for target, each in json.loads(read_text(self.file))["target"].items():
            if "build" not in each.get("contexts", {}):
                continue  # it is built by itself
            place = str(Path(each["dockerfile"]).parent)
            together = read_together(place)
            if together.module != self.together.module:
                continue
            other = self.container
            if place != other.directory:
                other = Container(json.loads(read_text(f"{place}/plan.json")), place)
                left = read_handover(place)
                if (
                    not request.wants(other.plan)
                    or "files" in other.plan
                    or (left and left.ninja == request.ninja and left.state != MADE)
                    or self.made_for(place, request)
                    or not is_stale(other, times)
                ):
                    continue
            yield target, Wanted(other, together.command)

    def bake(self, wanted: dict[str, Wanted], request: Request, since: int) -> None:
        """Make the images, and hand them over. What is said of one that can't be made is left to the build of its own
        container.

        :raises BuilderError: the builder of this container can't do so.
        """
        targets: dict[tuple[str, ...], list[str]] = {}
        for target, each in wanted.items():
            targets.setdefault(each.command, []).append(target)
        live = sys.stderr.isatty() and len(targets) == 1
        with ExitStack() as stack:
            bakes = {}
            for command, names in targets.items():
                work = stack.enter_context(tempfile.TemporaryDirectory())
                bakes[command] = Bake(command, self.file, names, work, live)
            made = {command: bake.end() for command, bake in bakes.items()}
        for target, each in wanted.items():
            left = Handover(request.ninja, REFUSED)
            if target in made[each.command]:
                files = [f"{each.container.directory}/{name}" for name in BESIDE_PLAN]
                left = Handover(request.ninja, MADE, since, made[each.command][target], files)
            left.leave(each.container.directory)
        own = bakes[self.together.command]
        if own.is_broken():
            raise BuilderError(own.process.returncode)
