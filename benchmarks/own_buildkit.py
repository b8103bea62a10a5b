"""What peers have that build by a BuildKit of their own, which stands beside docker as a builder of buildx."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from measure import CommandError, call


class OwnBuildkit:
    buildx = True

    def version(self):
        found = super().version()
        return f"{found}, {call([self.daemon_program(), '--version'], self.env)}"

    def prepare(self):
        self.start()
        super().prepare()

    @property
    def builder(self) -> str:
        return f"benchmark-{self.workload.name}-{self.name}"

    def forget(self):
        call(["docker", "buildx", "prune", "--builder", self.builder, "--all", "--force"], self.env)

    def registries(self) -> list[str]:
        """Those that the builder asks, by plain HTTP."""
        return [self.bases()]

    def bases(self) -> str:
        """The registry of the tests, where the builder finds its image."""
        if host := os.environ.get("GO_CONTAINER_TEST_REGISTRY"):
            return host
        raise CommandError("GO_CONTAINER_TEST_REGISTRY is not set: no registry has golang:alpine")

    def daemon_program(self) -> Path:
        return Path(os.environ.get("GO_CONTAINER_TEST_STATE", "")) / "bin/buildkitd"

    def start(self) -> None:
        """The daemon, until the benchmark ends, and the builder that stands for it."""
        place = self.tools.state / "buildkit" / self.builder
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        settings = place / "buildkitd.toml"
        settings.write_text(
            "".join(f'[registry."{host}"]\nhttp = true\n' for host in self.registries())
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
