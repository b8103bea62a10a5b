"""Starts the program of a service, whose words go to a log."""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from gocontainer.run.invocation import Invocation, Mount
from gocontainer.run.log import keep_log
from gocontainer.run.network import Network
from gocontainer.run.runner import Running, Streams, runner_of

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan

# How long the last words of a program that was killed may take.
LOG_SECONDS = 5.0


@dataclass(frozen=True)
class Service:
    """A service of the image of a plan, as add_go_container_service() declares it; ``timeout`` is in
    seconds."""

    plan: Plan
    directory: Path
    engine_command: str
    declared: dict[str, Any]

    @property
    def place(self) -> Path:
        return Path(self.declared["directory"])

    @property
    def container(self) -> str:
        """What the name of each container begins with: what a killed run left is found by it."""
        place = hashlib.sha256(bytes(self.place)).hexdigest()[:12]
        return f"go-container-{self.plan['name'].replace('+', '-')}-{place}"

    @property
    def port(self) -> str:
        return f"{self.declared['port']}/tcp"

    @property
    def env(self) -> dict[str, str]:
        return dict(variable.split("=", 1) for variable in self.declared.get("env", []))

    @property
    def mounts(self) -> tuple[Mount, ...]:
        return tuple(
            Mount(each["source"], each["target"], each.get("readOnly", False))
            for each in self.declared.get("mounts", [])
        )

    @property
    def network(self) -> Network | None:
        network = self.declared.get("network")
        if network is None:
            return None
        return Network(network["name"], Path(network["directory"]), self.plan["name"])

    def secrets(self) -> dict[str, bytes]:
        """The secrets by their names.

        :raises OSError: a file of one can't be read.
        :raises KeyError: the environment lacks the variable of one.
        """
        return {each["id"]: secret_of(each) for each in self.declared.get("secrets", [])}


def secret_of(declared: dict[str, str]) -> bytes:
    if "env" in declared:
        return os.environb[os.fsencode(declared["env"])]
    return Path(declared["src"]).read_bytes()


@contextlib.contextmanager
def begin(service: Service, log: IO[bytes]) -> Iterator[Running]:
    """Start the program; when the context ends, it is killed, and its log is whole.

    :raises ImageError: the image is not there, or can't be read.
    :raises Skip: this machine can't isolate the program.
    """
    with runner_of(
        service.plan,
        service.directory,
        service.engine_command,
        service=service.container,
        network=service.network,
    ) as runner:
        runner.check_stop_signal()
        said, saying = os.pipe()
        try:
            running = runner.start(
                Invocation(
                    service.declared.get("args"),
                    env=service.env,
                    mounts=service.mounts,
                    secrets=service.secrets(),
                ),
                Streams(subprocess.DEVNULL, saying, saying),
                {service.port: service.declared.get("hostPort", 0)},
            )
        finally:
            os.close(saying)
        copying = keep_log(said, log)
        try:
            yield running
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait()
            copying.join(LOG_SECONDS)  # a process that got away may still hold the pipe
