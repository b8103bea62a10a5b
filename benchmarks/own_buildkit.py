"""What peers have that build by a BuildKit of their own, or several, which stand beside docker as builders of buildx."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from measure import CommandError, call
from processors import Processors


class OwnBuildkit:
    buildx = True
    builders_count = 1
    processors: float | None = None
    """What each builder has of them; none: all."""

    def version(self):
        found = super().version()
        return f"{found}, {call([self.daemon_program(), '--version'], self.env)}"

    def prepare(self):
        for builder in self.builders():
            self.start(builder)
        super().prepare()

    def builders(self) -> list[str]:
        name = f"benchmark-{self.workload.name}-{self.name}"
        return [f"{name}-{number}" for number in range(1, self.builders_count + 1)]

    def forget(self):
        for builder in self.builders():
            call(["docker", "buildx", "prune", "--builder", builder, "--all", "--force"], self.env)

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

    def start(self, builder: str) -> None:
        """The daemon, until the benchmark ends, and the builder that stands for it."""
        place = self.tools.state / "buildkit" / builder
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        settings = place / "buildkitd.toml"
        limit = Processors(builder, self.processors) if self.processors else None
        settings.write_text(
            "".join(f'[registry."{host}"]\nhttp = true\n' for host in self.registries())
            + (f'[worker.oci]\ndefaultCgroupParent = "/{builder}"\n' if limit else "")
        )
        with socket.create_server(("127.0.0.1", 0)) as free:
            address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
        command = [
            *(limit.words() if limit else ()),
            *(self.daemon_program(), "--config", settings, "--root", place / "root"),
            *("--addr", address, "--containerd-worker=false", "--oci-worker-binary=runc"),
        ]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        atexit.register(self.stop, process, place, builder, limit)
        create = ["docker", "buildx", "create", "--name", builder, "--driver", "remote"]
        subprocess.run(["docker", "buildx", "rm", builder], env=self.env, capture_output=True)
        call([*create, address], self.env)
        for _ in range(100):
            ask = ["docker", "buildx", "inspect", "--bootstrap", builder]
            if not subprocess.run(ask, env=self.env, capture_output=True).returncode:
                return
            time.sleep(0.1)
        raise CommandError(f"buildkitd does not answer at {address}")

    def stop(self, process, place, builder, limit):
        process.terminate()
        process.wait()
        if limit:
            limit.remove()
        subprocess.run(["docker", "buildx", "rm", builder], env=self.env, capture_output=True)
        shutil.rmtree(place, ignore_errors=True)
