"""GO_CACHE on this machine: the caches of its user, and what go does with them meanwhile and afterwards."""

from __future__ import annotations

import os
import subprocess

from gocontainer.common.platforms import plans_of
from gocontainer.go.build import with_overlay
from gocontainer.go.go_cache import GoCache, key_of
from gocontainer.go.list_packages import packages_of, start_list

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from gocontainer.common.plan import Plan
    from gocontainer.go.build import Go
    from gocontainer.go.cache_entries import Entry
    from gocontainer.go.group import Container

# Bytes of an entry that counts as one of the build by its time alone: few packages have so few.
SMALL = 64 << 10


class MachineCache(GoCache):
    """Those caches, of a plan in that directory."""

    def __init__(self, plan: Plan, go: Go, directory: str) -> None:
        """:raises GoError: go does not tell its settings."""
        self.plan, self.go = plan, go
        self.containers: Iterable[Container] = ()
        self.environment = go.environment(plan)
        cache = self.environment.get("GOCACHE", "off")
        host = f"{go.settings.get('GOHOSTOS', '')}-{go.settings.get('GOHOSTARCH', '')}"
        key = key_of(plan, plan["go"].get("version") or go.settings.get("GOVERSION", ""), host)
        caches = (cache, self.environment.get("GOMODCACHE", ""))
        # Go empties this directory with its cache, but trims no file of such a name.
        marks = os.path.join(cache, "00")
        super().__init__(plan, key, caches, marks, os.path.join(directory, "go-cache.new"))

    def write_for(self, containers: Iterable[Container], since: int) -> None:
        """As :meth:`write`, after a build of these containers."""
        self.containers = containers
        self.write(since)

    def extract(self) -> None:
        """Have go extract the modules that it needs, as it does when it lists the packages."""
        if "workspace" not in self.plan["go"]:  # of which go may write the checksums
            start_list(self.plan, self.go.command, self.environment).communicate()

    def used_since(self, since: float) -> dict[str, Entry]:
        """The entries of that time, without the packages of other builds."""
        used = super().used_since(since)
        packages = self.packages()
        if packages is None:
            return used
        return {
            action: entry
            for action, entry in used.items()
            if entry.output in packages or entry.size <= SMALL
        }

    def packages(self) -> set[str] | None:
        """The outputs that are packages of the containers; None where go can't tell."""
        plans = [
            each
            for container in self.containers
            for each in plans_of(with_overlay(container.plan, container.directory))
        ]
        if any(has_c(plan) or "workspace" in plan["go"] for plan in plans):
            return None
        found: set[str] = set()
        for plan in plans:
            words = ["list", "-deps", "-export", "-f", "{{.Export}}", *plan["go"]["flags"]]
            asked = self.go.start(
                [*words, *packages_of(plan)],
                self.go.environment(plan),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            said, _ = asked.communicate()
            if asked.returncode != 0:
                return None
            found.update(os.path.basename(line)[:-2] for line in said.decode().splitlines())
        return found


def has_c(plan: Plan) -> bool:
    """Whether C may be in it, with flags that only its build knows."""
    return "link" in plan or "runtimeLibraries" in plan or "CGO_ENABLED=1" in plan["go"]["env"]
