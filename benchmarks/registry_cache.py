"""The peer whose caches travel: a BuildKit of its own, and a registry that has what it built before."""

from __future__ import annotations

from dockerfiles import ByDockerfile, Docker
from measure import call
from own_buildkit import OwnBuildkit
from peers import Peer
from registered import Registered


class BuildkitRegistryCache(OwnBuildkit, Registered, ByDockerfile, Docker, Peer):
    name = "buildkit-registry-cache"
    what = (
        "the same by a BuildKit of its own, with `--cache-from` of a registry on this machine, which has "
        "all layers of the sources as they were: of the same ones, nothing is compiled"
    )
    scenarios = ("cold", "fresh")
    program = ("docker", "buildx", "build", "--load")
    counted = False

    def prepare(self):
        super().prepare()
        cache = f"type=registry,ref={self.cache},mode=max"
        call([*self.command(), "--cache-to", cache], self.env)

    @property
    def cache(self) -> str:
        return f"{self.host}/{self.workload.name}/cache:latest"

    def registries(self):
        return [*super().registries(), self.host]

    def command(self):
        bases = f"{self.bases()}/golang:alpine"
        return [
            *super().command(),
            *(
                "--builder",
                *self.builders(),
                "--build-context",
                f"golang:alpine=docker-image://{bases}",
            ),
            *("--cache-from", f"type=registry,ref={self.cache}"),
        ]
