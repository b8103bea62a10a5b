"""GoContainer on a fresh machine of a CI system, where a registry has what another machine left there."""

from __future__ import annotations

from measure import call
from ours import Builtin, OursDocker
from registered import Registered


class GoCache(Registered):
    """With GO_CACHE, which this machine filled before."""

    scenarios = ("fresh",)
    counted = False

    def words(self, name):
        return [*super().words(name), "GO_CACHE", f"{self.host}/{self.workload.name}/{self.name}"]

    def prepare(self):
        super().prepare()
        call(self.command(), self.env)

    def forget(self):
        super().forget()
        for mark in self.directory.glob("build/CMakeFiles/GoContainer/**/go-container-*"):
            mark.unlink()


class BuiltinGoCache(GoCache, Builtin):
    name = "builtin-go-cache"
    what = "the same with `GO_CACHE` in a registry on this machine"


class OursDockerGoCache(GoCache, OursDocker):
    name = "docker-go-cache"
    what = "the same with `GO_CACHE` in a registry on this machine"
