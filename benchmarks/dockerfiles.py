"""Peers that build the Dockerfiles of the directory dockerfiles, and the stores that they build into."""

from __future__ import annotations

import json
import os
import shutil

from measure import call
from peers import Peer
from tools import HERE, Tools
from workloads import Workload


class Stored:
    """An image of each container, in the store of an engine; of a single one it is ``image``."""

    def image_of(self, name: str) -> str:
        return self.image if self.workload.containers == 1 else self.image.replace(":", f"-{name}:")

    def images(self) -> list[str]:
        return [self.image_of(name) for name in self.workload.names()]


class Docker(Stored):
    """In the store of a docker daemon."""

    store = "docker"
    buildx = False

    def __init__(self, tools: Tools, workload: Workload):
        super().__init__(tools, workload)
        self.image = f"benchmark-{workload.name}-{self.name}:latest"
        self.env = tools.env(DOCKER_BUILDKIT="1")
        if not self.buildx:
            # The CLI without plugins, where that is another one.
            self.env["DOCKER_CONFIG"] = os.environ.get("DOCKER_CONFIG", "")

    def version(self) -> str:
        daemon = call(["docker", "version", "-f", "{{.Server.Version}}"], self.env)
        if not self.buildx:
            return f"docker {daemon}"
        self.env["DOCKER_CONFIG"] = str(self.tools.docker_config())
        words = call(["docker", "buildx", "version"], self.env).split()
        return f"docker {daemon}, buildx {words[1]}"

    def prune(self):
        call(["docker", "rmi", "--force", *self.images()], self.env)

    def forget(self):
        call(["docker", "builder", "prune", "--all", "--force"], self.env)

    def size(self):
        sizes = call(["docker", "image", "inspect", "-f", "{{.Size}}", *self.images()], self.env)
        return sum(map(int, sizes.split()))


class Buildah(Stored):
    """In the store of buildah; its cache mounts are in a TMPDIR of its own."""

    store = "buildah"

    def __init__(self, tools: Tools, workload: Workload):
        super().__init__(tools, workload)
        self.image = f"localhost/benchmark-{workload.name}-{self.name}:latest"
        self.temporary = tools.state / "caches" / self.name
        self.temporary.mkdir(parents=True, exist_ok=True)
        self.env = tools.env(TMPDIR=self.temporary)

    def version(self) -> str:
        call(["buildah", "images", "-q"], self.env)
        return "buildah " + call(["buildah", "version"], self.env).split()[1]

    def prune(self):
        # Of an image that is not there yet buildah complains, in spite of --force.
        if call(["buildah", "images", "--quiet", "--filter", f"reference={self.image}"], self.env):
            call(["buildah", "rmi", "--force", self.image], self.env)

    def forget(self):
        call(["buildah", "rmi", "--prune", "--force"], self.env)
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir(parents=True)

    def size(self):
        # Three digits are all that it tells.
        words = call(["buildah", "images", "--json", self.image], self.env)
        number, unit = json.loads(words)[0]["size"].split()
        return round(float(number) * {"KB": 1e3, "MB": 1e6, "GB": 1e9}[unit.upper()])


class ByDockerfile:
    """Builds by hand from a Dockerfile of the directory dockerfiles."""

    dockerfile = "best"
    program = ("docker", "build")

    def command(self):
        dockerfile = HERE / "dockerfiles" / self.dockerfile
        proxy = f"PROXY={self.tools.proxy}"
        return [
            *self.program,
            "-t",
            self.image,
            "-f",
            dockerfile,
            "--build-arg",
            proxy,
            self.source,
        ]


class Handwritten(ByDockerfile, Docker, Peer):
    name = "handwritten"
    what = "the hand-written Dockerfile that this project grew from: `go build -a`, on alpine"
    dockerfile = "handwritten"
    # What changed does not matter to it: with -a, every change costs the same.
    scenarios = ("nothing", "line")


class BestBuildx(ByDockerfile, Docker, Peer):
    name = "best-buildx"
    what = "the best hand-written Dockerfile, by `docker buildx build --load`"
    program = ("docker", "buildx", "build", "--load")
    buildx = True


class BestBuildkit(ByDockerfile, Docker, Peer):
    name = "best-buildkit"
    what = "the same, by `docker build` with DOCKER_BUILDKIT=1"


class BestBuildah(ByDockerfile, Buildah, Peer):
    name = "best-buildah"
    what = "the same, by `buildah build --layers`, isolation chroot"
    program = ("buildah", "build", "--layers")
