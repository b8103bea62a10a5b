"""Makes images from Dockerfiles by `docker buildx bake`, those of several containers of one module at once.

Ninja builds each container by a process of its own. In docker-bake.json, containers of one module have the same named
context ``build``, a target that compiles the programs of all of them (build/bake_programs.cmake). The first process makes
the images of all that Ninja was asked for and that are out of date. The others wait and find theirs made. If that can't be
done, each process makes its own image.
"""

from __future__ import annotations

import binascii
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from gocontainer.common.lock import GROUPS, Places
from gocontainer.go.context_inputs import context_inputs
from gocontainer.go.group import Container, is_left_alone, is_stale, read_text
from gocontainer.go.handover import MADE, REFUSED, TAKEN, Handover, read_handover
from gocontainer.go.ninja_request import request_of_ninja
from gocontainer.go.times import time_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

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


class Group:
    """The containers whose programs docker-bake.json compiles together with those of one container.

    :param command: builds targets of the file, which are its last words.
    """

    def __init__(self, container: Container, file: str, command: list[str]) -> None:
        self.container = container
        self.file = file
        self.command = command
        targets = json.loads(read_text(file))["target"]
        contexts = {name: each.get("contexts", {}).get("build") for name, each in targets.items()}
        places = {name: str(Path(each["dockerfile"]).parent) for name, each in targets.items()}
        own = next((name for name in places if places[name] == container.directory), None)
        self.shared = contexts.get(own)
        self.newest: int | None = None
        self.places = {n: places[n] for n in places if self.shared and contexts[n] == self.shared}

    def make(self, since: int) -> Handover | None:
        """What this process made for all, or another one made for this container; None where it is to be built alone.

        :raises BuilderError: what builds can't do so.
        """
        request = request_of_ninja()
        if self.shared is None or request is None:
            return None
        lock = Places(Path(self.file).with_name("bake.lock"))
        number = GROUPS + binascii.crc32(self.shared.encode())
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

    def stale(self, request: Request) -> Iterator[tuple[str, Container]]:
        """The container, and those that Ninja was asked for, that are out of date, and that no process has built yet; each
        behind the name of its target. Others with FILES are left out, as these may not be staged yet."""
        times: dict[str, int] = {}
        for target, place in self.places.items():
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
            yield target, other

    def bake(self, wanted: dict[str, Container], request: Request, since: int) -> None:
        """Make the images, and hand them over. What is said of one that can't be made is left to the build of its own
        container.

        :raises BuilderError: what builds can't do so.
        """
        with tempfile.NamedTemporaryFile(suffix=".json") as metadata:
            words = [*self.command, "--file", self.file, "--metadata-file", metadata.name, *wanted]
            shown = sys.stderr.isatty()  # live progress can't wait for the end
            done = subprocess.run(
                words,
                check=False,
                cwd="/",  # bake asks before it reads what is outside
                stderr=None if shown else subprocess.PIPE,
            )
            made = json.loads(read_text(metadata.name)) if done.returncode == 0 else {}
        broken = done.returncode in BUILDER_STATUSES
        if (made or broken) and not shown:
            sys.stderr.buffer.write(done.stderr)
        elif not (made or broken) and shown:
            print("GoContainer: not all of these can be built, so each is built by itself.")
        for target, container in wanted.items():
            left = Handover(request.ninja, REFUSED)
            if target in made:
                image = made[target]["containerimage.config.digest"]
                files = [f"{container.directory}/{name}" for name in BESIDE_PLAN]
                left = Handover(request.ninja, MADE, since, says=image, inputs=files)
            left.leave(container.directory)
        if broken:
            raise BuilderError(done.returncode)
