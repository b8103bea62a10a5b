"""Many images by docker: in one build, and each in a build of its own."""

from __future__ import annotations

import os
import shlex

from dockerfiles import BestBuildx
from ours import OursDocker


class DockerBake(OursDocker):
    name = "docker-bake"
    what = "`docker buildx bake` with the file that GoContainer wrote: all containers in one build"
    scenarios = ("cold", "nothing", "line")

    @classmethod
    def fits(cls, workload):
        return cls.name in workload.peers

    def command(self):
        file = self.directory / "build/GoContainer/docker-bake.json"
        return ["docker", "buildx", "bake", f"--allow=fs.read={self.directory}", "--file", file]


class BestBuildxEach(BestBuildx):
    name = "best-buildx-each"
    what = "the best hand-written Dockerfile by `docker buildx build --load`, once for each service, on each processor one"
    scenarios = ("cold", "nothing", "line")

    @classmethod
    def fits(cls, workload):
        return cls.name in workload.peers

    def command(self):
        words = super().command()
        words[words.index(self.image)] = self.image_of("{}")
        words += ["--quiet", "--build-arg", f"PACKAGE={self.workload.package('{}')}"]
        each = shlex.join(["xargs", "-P", str(os.cpu_count()), "-I", "{}", *map(str, words)])
        return ["sh", "-c", f"printf '%s\\n' {' '.join(self.workload.names())} | {each}"]
