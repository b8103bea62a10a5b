"""Builders of buildx that are BuildKit daemons with their own stores."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from contextlib import contextmanager

from daemons import daemon, free_port, wait_for
from harness import Command


class Builders:
    """A docker CLI with settings of its own, and builders of it that are BuildKit daemons with their own stores."""

    def __init__(self, state, registry, directory):
        self.directory, self.program = directory, state / "bin/buildkitd"
        self.settings = directory / "buildkitd.toml"
        self.settings.write_text(f'[registry."{registry}"]\nhttp = true\n')
        plugin = "cli-plugins/docker-buildx"
        (directory / "docker-config/cli-plugins").mkdir(parents=True)
        (directory / "docker-config" / plugin).symlink_to(state / "buildx-config" / plugin)
        self.docker = Command("docker", env={"DOCKER_CONFIG": str(directory / "docker-config")})

    @contextmanager
    def start(self, name):
        """The process, and its address."""
        address, root = f"tcp://127.0.0.1:{free_port()}", self.directory / name
        command = [
            *(self.program, "--config", self.settings, "--root", root, "--addr", address),
            *("--containerd-worker=false", "--oci-worker-binary=runc"),
            "--oci-worker-snapshotter=auto",
        ]
        ask = ["docker", "buildx", "inspect", name]
        environment = {**os.environ, **self.docker.env}

        def runs():
            said = subprocess.run(ask, env=environment, capture_output=True, text=True).stdout
            return re.search("Status: +running", said)

        try:
            with daemon(command, self.directory / f"{name}.log") as process:
                self.docker("buildx", "create", "--name", name, "--driver", "remote", address)
                wait_for(process, runs)
                yield process, address
        finally:
            shutil.rmtree(root, ignore_errors=True)
