"""BuildKit daemons without docker, which a test starts and may stop."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from daemons import daemon, free_port, wait_for


class BuildKit:
    """A place for BuildKit daemons with stores of their own, one after the other at one address. They reach the tests'
    registry."""

    def __init__(self, state, registry, directory):
        self.state, self.directory = state, directory
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.server: list[str] = []  # flags of the daemon
        self.client: list[str] = []  # flags of buildctl
        self.settings = directory / "buildkitd.toml"
        self.settings.write_text(f'[registry."{registry}"]\nhttp = true\n')

    @contextmanager
    def start(self, name):
        """The process."""
        root = self.directory / name
        command = [
            *(self.state / "bin/buildkitd", "--config", self.settings, "--root", root),
            *("--addr", self.address, "--containerd-worker=false", "--oci-worker-binary=runc"),
            *("--oci-worker-snapshotter=auto", *self.server),
        ]
        ask = [self.state / "bin/buildctl", "--addr", self.address, *self.client]
        ask += ["debug", "workers"]
        try:
            with daemon(command, self.directory / f"{name}.log") as process:
                wait_for(process, lambda: subprocess.run(ask, capture_output=True).returncode == 0)
                yield process
        finally:
            unmount(root)
            shutil.rmtree(root, ignore_errors=True)


def unmount(root):
    """What the steps of a daemon left mounted that was killed."""
    places = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for place in reversed(places):
        if place.startswith(f"{root}{os.sep}"):
            subprocess.run(["umount", "-l", place], capture_output=True)
