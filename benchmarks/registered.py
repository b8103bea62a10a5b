"""What peers have that use the benchmark's registry; see registries.py."""

from __future__ import annotations

from measure import CommandError
from tools import Tools
from workloads import Workload


class Registered:
    """A peer that talks to the registry at ``host``: its own address, or that of the proxy that counts."""

    counted = True
    """Whether what it sends is counted. A daemon's is not: BuildKit of docker 20.10 waits for ever now and then, where
    the same is built for another registry."""

    def __init__(self, tools: Tools, workload: Workload, host: str = ""):
        super().__init__(tools, workload)
        self.host = host or tools.registry().address
        if host:
            # The proxy that counts is another registry to it, which needs a project of its own.
            self.directory = self.directory.with_name(self.name + "-counted")
            self.source = self.directory / "source"

    def size(self):
        raise CommandError(
            "what goes to a registry, or comes from there, has the size of its image"
        )
