"""Many images by a BuildKit of its own: in one build, and each in a build of its own."""

from __future__ import annotations

import os
import shlex

from dockerfiles import BestBuildx
from ours import OursDocker
from own_buildkit import OwnBuildkit


class Many(OwnBuildkit):
    scenarios = ("cold", "nothing", "line")

    @classmethod
    def fits(cls, workload):
        return cls.name in workload.peers


class DockerMany(Many, OursDocker):
    name = "docker-many"
    what = "GoContainer, engine `docker` with buildx and a BuildKit of its own, all containers of a project"

    def words(self, name):
        return [*super().words(name), "BUILDER_IMAGE", f"{self.bases()}/golang:alpine"]

    def configure(self):
        return [*super().configure(), "-D", f"GO_CONTAINER_BUILDER={';'.join(self.builders())}"]


class DockerOneMachine(DockerMany):
    """A builder with a part of a processor, so that two of them, the client and the daemon have room on two."""

    name = "docker-one-machine"
    what = "the same, where the BuildKit has 0.6 of a processor"
    processors = 0.6


class DockerTwoMachines(DockerOneMachine):
    name = "docker-two-machines"
    what = "the same by two such builders, each of which has half of the containers"
    builders_count = 2


class DockerBake(DockerMany):
    name = "docker-bake"
    what = "the same containers, by `docker buildx bake` with the file that GoContainer wrote"

    def command(self):
        file = self.directory / "build/GoContainer/docker-bake.json"
        builder = ["--builder", *self.builders(), f"--allow=fs.read={self.directory}"]
        return ["docker", "buildx", "bake", *builder, "--file", file]


class BestBuildxEach(Many, BestBuildx):
    name = "best-buildx-each"
    what = "the same BuildKit, and the best hand-written Dockerfile by `docker buildx build --load` once for each, on each processor one"

    def command(self):
        words = super().command()
        words[words.index(self.image)] = self.image_of("{}")
        words += ["--quiet", "--builder", *self.builders()]
        words += ["--build-context", f"golang:alpine=docker-image://{self.bases()}/golang:alpine"]
        words += ["--build-arg", f"PACKAGE={self.workload.package('{}')}"]
        each = shlex.join(["xargs", "-P", str(os.cpu_count()), "-I", "{}", *map(str, words)])
        return ["sh", "-c", f"printf '%s\\n' {' '.join(self.workload.names())} | {each}"]
