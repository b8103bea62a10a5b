"""What no peer can go below: compiling alone, and noticing that nothing changed."""

from __future__ import annotations

import shlex
import shutil

from measure import CommandError, call
from peers import FLAGS, ByCMake, OnThisMachine, Peer
from workloads import variables


class GoBuild(OnThisMachine):
    limit = True
    name = "go-build"
    what = "`go build -trimpath -ldflags '-s -w'`, of several platforms one after the other: no image, the limit of compiling"

    def command(self):
        if self.workload.services:
            return ["go", "build", *FLAGS, "-o", f"{self.directory}/out/", "./cmd/..."]
        if self.workload.platforms:
            return ["sh", "-c", self.script(self.workload.platforms)]
        return ["go", "build", *FLAGS, "-o", self.directory / "out/app", "."]

    def script(self, platforms: tuple[str, ...]) -> str:
        return " && ".join(map(self.build, platforms))

    def build(self, platform: str) -> str:
        """The line of a shell that builds for a platform."""
        program = self.directory / "out" / platform.replace("/", "-")
        return shlex.join(
            ["env", *variables(platform), "go", "build", *FLAGS, "-o", str(program), "."]
        )

    def prune(self):
        shutil.rmtree(self.directory / "out", ignore_errors=True)

    def size(self):
        return sum(path.stat().st_size for path in (self.directory / "out").iterdir())


class GoBuildAtOnce(GoBuild):
    name = "go-build-at-once"
    what = "the same for all platforms at once, where the others of several are one after the other"

    @classmethod
    def fits(cls, workload):
        return bool(workload.platforms)

    def script(self, platforms):
        started = [f"{self.build(platform)} & p{n}=$!" for n, platform in enumerate(platforms)]
        waited = [f"wait $p{n}" for n in range(len(platforms))]
        return "; ".join([*started, " && ".join(waited)])


class GoBuildAndGzip(OnThisMachine):
    limit = True
    name = "go-build-gzip"
    what = "`go build` and one `gzip` of the program: the limit of an image that is pushed"
    scenarios = ("push-line",)

    def command(self):
        program = self.directory / "out/app"
        flags = " ".join(f"'{flag}'" for flag in FLAGS)
        return ["sh", "-c", f"go build {flags} -o '{program}' . && gzip -kf '{program}'"]

    def size(self):
        raise CommandError("there is no image")


class Ninja(Peer):
    limit = True
    name = "ninja"
    what = "`ninja` with a stamp for each container, nothing to do: the limit of noticing that"
    scenarios = ("nothing",)

    def version(self):
        return call(["ninja", "--version"], self.env)

    def prepare(self):
        super().prepare()
        stamps = "".join(
            f"build {name}.stamp: stamp source/go.mod\n" for name in self.workload.names()
        )
        rule = "rule stamp\n  command = touch $out\n"
        (self.directory / "build.ninja").write_text(rule + stamps)

    def command(self):
        return ["ninja", "-C", self.directory]

    def prune(self):
        call(["ninja", "-C", self.directory, "-t", "clean"], self.env)

    def size(self):
        raise CommandError("there is no image")


class PlainCMake(ByCMake, Peer):
    limit = True
    name = "cmake"
    what = "CMake with a rule and a target, that touch a stamp, for each container: the limit of a CMake project"
    scenarios = ("configure", "nothing")

    def version(self):
        return call(["cmake", "--version"], self.env).split()[2]

    def lists(self):
        return "add_custom_target(image)\n" + "".join(
            f"add_custom_command(OUTPUT {name}.stamp COMMAND touch {name}.stamp"
            f" DEPENDS ${{CMAKE_SOURCE_DIR}}/source/go.mod)\n"
            f"add_custom_target({name} DEPENDS {name}.stamp)\nadd_dependencies(image {name})\n"
            for name in self.workload.names()
        )

    def prune(self):
        call(["ninja", "-C", self.directory / "build", "-t", "clean"], self.env)

    def size(self):
        raise CommandError("there is no image")
