"""What each of those that are compared has: a project of its own, a command that builds it, and how it forgets. Who they
are, see roster.py."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from measure import call
from tools import Tools
from workloads import Workload

FLAGS = ["-trimpath", "-buildvcs=false", "-ldflags", "-s -w"]
# A little more than ext4 takes.
SECONDS_OF_REMOVED = 65
BUILDS = ("configure", "cold", "nothing", "line", "dependency", "asset", "pruned")


class Peer:
    """One peer at one workload. What fails raises CommandError; then the peer is left out, with that reason."""

    name = ""
    what = ""
    scenarios: tuple[str, ...] = BUILDS
    """Those that it is measured in, where the workload has them."""
    ours = False
    limit = False
    """Whether it does less than what is asked: none can be quicker than that."""
    store = ""
    """The engine that has the image then; none: the image is a file, or in a registry."""

    def __init__(self, tools: Tools, workload: Workload):
        self.tools = tools
        self.workload = workload
        self.directory = tools.state / "projects" / workload.name / self.name
        self.source = self.directory / "source"
        self.env = tools.env()

    @classmethod
    def fits(cls, workload: Workload) -> bool:
        """Whether it can build the workload."""
        return not workload.peers or cls.name in workload.peers

    def version(self) -> str:
        """The version of what is measured; CommandError where that can't run."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Make the project."""
        shutil.rmtree(self.directory, ignore_errors=True)
        self.workload.write(self.source)
        if "dependency" in self.workload.scenarios:
            self.workload.change_dependency(self.source, self.tools.modules)
            self.tools.fill_proxy(self.source)

    def command(self) -> list[str | Path]:
        raise NotImplementedError

    def prune(self) -> None:
        """Remove what was built."""
        raise NotImplementedError

    def forget(self) -> None:
        """Empty the caches of the build; the base images stay."""

    def renew(self) -> None:
        """Have empty caches, as those of a machine that never built it. Where files were removed for that, time must pass:
        for a minute, ext4 passes over their places, one by one, when it looks for a free one (recently_deleted() in
        fs/ext4/ialloc.c of Linux). With the files of a cache of modules, that takes half of a build."""
        self.forget()
        os.sync()
        time.sleep(SECONDS_OF_REMOVED)

    def size(self) -> int:
        """The bytes of what was built, unpacked."""
        raise NotImplementedError


class OnThisMachine(Peer):
    """Compiles with this machine's Go. The caches are those of the benchmark, the same for all such peers: no two
    ever build the same edit, so what is there is as warm for each of them."""

    def __init__(self, tools: Tools, workload: Workload):
        super().__init__(tools, workload)
        self.env = tools.env(
            GOCACHE=tools.state / "caches/go/build",
            GOMODCACHE=tools.state / "caches/go/modules",
        )

    def version(self) -> str:
        return call(["go", "env", "GOVERSION"], self.env)

    def forget(self) -> None:
        call(["go", "clean", "-cache", "-modcache"], self.env)

    def prepare(self) -> None:
        super().prepare()
        for place in self.former.glob("*"):
            env = {
                **self.env,
                "GOCACHE": str(place / "build"),
                "GOMODCACHE": str(place / "modules"),
            }
            call(["go", "clean", "-cache", "-modcache"], env)
            shutil.rmtree(place)

    @property
    def former(self) -> Path:
        """Where caches are that went aside; the next run removes them."""
        return self.tools.state / "caches/former"

    def renew(self) -> None:
        self.former.mkdir(exist_ok=True)
        (self.tools.state / "caches/go").rename(Path(tempfile.mkdtemp(dir=self.former)))


class ByCMake:
    """Builds the target image of a CMake project, by Ninja."""

    def lists(self) -> str:
        """What CMakeLists.txt says besides its first lines."""
        raise NotImplementedError

    def files(self) -> dict[str, str]:
        """More files of the project: their texts by their names."""
        return {}

    def prepare(self):
        super().prepare()
        head = "cmake_minimum_required(VERSION 3.25)\nproject(benchmark LANGUAGES NONE)\n"
        for name, text in {**self.files(), "CMakeLists.txt": head + self.lists()}.items():
            file = self.directory / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
        call(self.configure(), self.env)

    def configure(self):
        return ["cmake", "-S", self.directory, "-B", self.directory / "build", "-G", "Ninja"]

    def command(self):
        return ["ninja", "-C", self.directory / "build", "image"]
