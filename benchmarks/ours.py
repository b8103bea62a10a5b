"""GoContainer, with each of its engines."""

from __future__ import annotations

from dockerfiles import Buildah, Docker, Stored
from measure import call
from peers import BUILDS, ByCMake, OnThisMachine, Peer
from tools import REPOSITORY


class Ours(ByCMake):
    """GoContainer with one of its engines."""

    ours = True
    engine = ""
    base = "scratch"

    def words(self, name):
        """Options of the call for a container."""
        words = ["TAGS", self.image_of(name)] if isinstance(self, Stored) else []
        if self.workload.platforms:
            words += ["PLATFORMS", *self.workload.platforms]
        return words

    def lists(self):
        calls = "".join(
            f"add_go_container({name} SOURCE_DIR source PACKAGE {self.workload.package(name)}"
            f" BASE {self.base} {' '.join(self.words(name))} GO_ENV GOPROXY={self.tools.proxy})\n"
            for name in self.workload.names()
        )
        return f'list(APPEND CMAKE_MODULE_PATH "{REPOSITORY}/cmake")\ninclude(GoContainer)\n{calls}'

    def configure(self):
        return [*super().configure(), "-D", f"GO_CONTAINER_ENGINE={self.engine}"]


class Builtin(Ours, OnThisMachine):
    name = engine = "builtin"
    what = "GoContainer, engine `builtin`"
    scenarios = (*BUILDS, "fresh")

    def version(self):
        return f"{super().version()}, cmake {call(['cmake', '--version'], self.env).split()[2]}"

    def archives(self):
        names = self.workload.names()
        return [self.directory / f"build/{name}.container/{name}.tar" for name in names]

    def prune(self):
        for archive in self.archives():
            archive.unlink(missing_ok=True)

    def size(self):
        return sum(archive.stat().st_size for archive in self.archives())


class OursDocker(Ours, Docker, Peer):
    name = "docker"
    what = "GoContainer, engine `docker` with buildx"
    scenarios = (*BUILDS, "fresh")
    engine = "docker"
    buildx = True


class OursDockerAlpine(OursDocker):
    name = "docker-alpine"
    what = "GoContainer, engine `docker` with buildx, BASE alpine"
    base = "alpine"
    scenarios = ("nothing",)


class OursBuildah(Ours, Buildah, Peer):
    name = engine = "buildah"
    what = "GoContainer, engine `buildah`, isolation chroot"
