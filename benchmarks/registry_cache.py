"""The peer whose caches travel: a BuildKit of its own, and a registry that has what it built before."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from dockerfiles import ByDockerfile, Docker
from measure import CommandError, call
from peers import Peer
from registered import Registered


class BuildkitRegistryCache(Registered, ByDockerfile, Docker, Peer):
    name = "buildkit-registry-cache"
    what = (
        "the same by a BuildKit of its own, with `--cache-from` of a registry on this machine, which has "
        "all layers of the sources as they were: of the same ones, nothing is compiled"
    )
    scenarios = ("cold", "fresh")
    program = ("docker", "buildx", "build", "--load")
    buildx = True
    counted = False

    def version(self):
        found = super().version()
        return f"{found}, {call([self.daemon_program(), '--version'], self.env)}"

    def prepare(self):
        super().prepare()
        self.start()
        cache = f"type=registry,ref={self.cache},mode=max"
        call([*self.command(), "--cache-to", cache], self.env)

    @property
    def cache(self) -> str:
        return f"{self.host}/{self.workload.name}/cache:latest"

    def command(self):
        bases = f"{self.bases()}/golang:alpine"
        return [
            *super().command(),
            *(
                "--builder",
                self.builder,
                "--build-context",
                f"golang:alpine=docker-image://{bases}",
            ),
            *("--cache-from", f"type=registry,ref={self.cache}"),
        ]

    @property
    def builder(self) -> str:
        return f"benchmark-{self.workload.name}"

    def forget(self):
        call(["docker", "buildx", "prune", "--builder", self.builder, "--all", "--force"], self.env)

    def bases(self) -> str:
        """The registry of the tests, where the builder finds its image."""
        if host := os.environ.get("GO_CONTAINER_TEST_REGISTRY"):
            return host
        raise CommandError("GO_CONTAINER_TEST_REGISTRY is not set: no registry has golang:alpine")

    def daemon_program(self) -> Path:
        return Path(os.environ.get("GO_CONTAINER_TEST_STATE", "")) / "bin/buildkitd"

    def start(self) -> None:
        """The daemon, until the benchmark ends, and the builder that stands for it."""
        place = self.directory / "buildkit"
        place.mkdir()
        settings = place / "buildkitd.toml"
        settings.write_text(
            "".join(f'[registry."{host}"]\nhttp = true\n' for host in (self.bases(), self.host))
        )
        with socket.create_server(("127.0.0.1", 0)) as free:
            address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        command = [
            *(self.daemon_program(), "--config", settings, "--root", place / "root"),
            *("--addr", address, "--containerd-worker=false", "--oci-worker-binary=runc"),
        ]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        atexit.register(self.stop, process, place)
        create = ["docker", "buildx", "create", "--name", self.builder, "--driver", "remote"]
        subprocess.run(["docker", "buildx", "rm", self.builder], env=self.env, capture_output=True)
        call([*create, address], self.env)
        for _ in range(100):
            ask = ["docker", "buildx", "inspect", "--bootstrap", self.builder]
            if not subprocess.run(ask, env=self.env, capture_output=True).returncode:
                return
            time.sleep(0.1)
        raise CommandError(f"buildkitd does not answer at {address}")

    def stop(self, process, place):
        process.terminate()
        process.wait()
        subprocess.run(["docker", "buildx", "rm", self.builder], env=self.env, capture_output=True)
        shutil.rmtree(place, ignore_errors=True)
