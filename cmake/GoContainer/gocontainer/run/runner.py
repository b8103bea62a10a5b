"""Runs the programs of an image: one interface, whether its engine does it or the image is unpacked here."""

from __future__ import annotations

import contextlib
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Union

from gocontainer.common.engines import engine_of

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan
    from gocontainer.run.invocation import Completed, Invocation
    from gocontainer.run.network import Network

Stream = Union[int, IO[bytes], None]


@dataclass(frozen=True)
class Streams:
    """The standard streams of a program, as subprocess.Popen takes them: by default those of this process."""

    stdin: Stream = None
    stdout: Stream = None
    stderr: Stream = None


class Running(ABC):
    """A program that was started. ``process`` ends as it does, and leads its process group."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    @abstractmethod
    def address(self, port: str) -> str | None:
        """Where a port that was asked for is reached; None as long as it is not."""

    def inner_address(self, port: str) -> str | None:
        """Where this process itself reaches it, if that is elsewhere."""
        return None

    @abstractmethod
    def runs(self) -> bool:
        """Whether the program still runs, which the process may be slow to tell."""

    @abstractmethod
    def signal(self, number: int) -> None:
        """Send the program a signal."""

    @abstractmethod
    def ask_to_end(self) -> None:
        """Ask the program to end, by the STOPSIGNAL of the image."""

    def started(self) -> bool:
        """Whether there was a program at all."""
        return True

    def outcome(self, done: Completed) -> Completed:
        """What came of it, as its process told it.

        :raises ImageError: it was no program that ended.
        """
        return done


class Runner(ABC):
    """Runs programs of one image, one after the other."""

    @abstractmethod
    def exposed(self) -> list[str]:
        """The ports of EXPOSE that can be published, such as 8080/tcp."""

    @abstractmethod
    def check_stop_signal(self) -> None:
        """:raises ImageError: the STOPSIGNAL of the image is none."""

    @abstractmethod
    def start(
        self, invocation: Invocation, streams: Streams, ports: Mapping[str, int] | None = None
    ) -> Running:
        """Start a program.

        :param ports: ports of the program, and which of 127.0.0.1 each is; 0 for a free one.
        :raises ImageError: the image can't be run.
        :raises NotStartedError: it has no such program.
        :raises Skip: this machine can't isolate a program.
        """

    @abstractmethod
    def keep(self) -> None:
        """Let the next program find the files as the last one left them."""


@contextlib.contextmanager
def runner_of(
    plan: Plan,
    directory: Path,
    engine_command: str | None,
    user: str | None = None,
    programs: int = 1,
    service: str | None = None,
    network: Network | None = None,
) -> Iterator[Runner]:
    """What runs programs of the image of a plan; none of them is left when the context ends.

    :param directory: that of the plan.
    :param user: of the last program, if it is not the image's.
    :param programs: how many will run.
    :param service: what the name of its container begins with; what is left of such a one is removed first.
    :param network: that of a service which is to see others.
    :raises ImageError: the image is not built, or can't be read.
    :raises Skip: this machine can't isolate a program.
    """
    if not is_run_by_engine(plan):
        from gocontainer.read.index import index_of
        from gocontainer.run.unpacked import unpacked

        with unpacked(index_of(plan, directory, engine_command), user, network) as runner:
            yield runner
    else:
        from gocontainer.read.index import image_of
        from gocontainer.run.container import containers

        identity = image_of(plan, directory).partition(":")[2]
        command = engine_command or plan["engine"]
        with containers(
            plan["engine"], command, identity, programs, service, network
        ) as containing:
            yield containing


def is_run_by_engine(plan: Plan) -> bool:
    """Whether the engine runs images, also one for that platform. For that of its own machine it can."""
    if engine_of(plan).run is None:
        return False
    if "part" not in plan:
        return True
    from gocontainer.run.emulation import is_started_by_kernel

    return is_started_by_kernel(plan["platform"]["architecture"])
