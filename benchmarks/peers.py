"""Those that are compared. Each has a project of its own, builds it by one command, and forgets on demand."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

from measure import CommandError, call
from tools import HERE, KO, REPOSITORY, Tools
from workloads import Workload

FLAGS = ["-trimpath", "-buildvcs=false", "-ldflags", "-s -w"]


BUILDS = ("configure", "cold", "nothing", "line", "dependency", "asset", "pruned")


class Peer:
    """One peer at one workload. What fails raises CommandError; then the peer is left out, with that reason."""

    name = ""
    what = ""
    scenarios: tuple[str, ...] = BUILDS
    """Those that it is measured in, where the workload has them."""
    ours = False

    def __init__(self, tools: Tools, workload: Workload):
        self.tools = tools
        self.workload = workload
        self.directory = tools.state / "projects" / workload.name / self.name
        self.source = self.directory / "source"
        self.env = tools.env()

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


class GoBuild(OnThisMachine):
    name = "go-build"
    what = "`go build -trimpath -ldflags '-s -w'`: no image, the limit of compiling"

    def command(self):
        if self.workload.services:
            return ["go", "build", *FLAGS, "-o", f"{self.directory}/out/", "./cmd/..."]
        return ["go", "build", *FLAGS, "-o", self.directory / "out/app", "."]

    def prune(self):
        shutil.rmtree(self.directory / "out", ignore_errors=True)

    def size(self):
        return sum(path.stat().st_size for path in (self.directory / "out").iterdir())


class Ninja(Peer):
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


class Ko(OnThisMachine):
    name = "ko"
    what = "`ko build --push=false --tarball --sbom=none`, its base in a local registry"

    def __init__(self, tools: Tools, workload: Workload):
        super().__init__(tools, workload)
        registry = os.environ.get("GO_CONTAINER_TEST_REGISTRY", "")
        self.base = f"{registry}/benchmark/static:latest"
        self.env |= {
            "KO_DOCKER_REPO": "example.com/benchmark",
            "KO_DEFAULTBASEIMAGE": self.base,
            "KO_CONFIG_PATH": str(self.directory / "ko.yaml"),
            "KOCACHE": str(tools.state / "caches/ko/ko"),
        }

    def version(self):
        self.program = self.tools.install("github.com/google/ko", KO)
        return KO

    def prepare(self):
        super().prepare()
        (self.directory / "ko.yaml").write_text('builds:\n- ldflags: ["-s", "-w"]\n')
        dockerfile = HERE / "dockerfiles/static"
        env = self.tools.env(DOCKER_BUILDKIT="1")
        build = ["docker", "build", "-q", "-t", self.base, "-f", dockerfile, dockerfile.parent]
        call(build, env)
        call(["docker", "push", "-q", self.base], env)

    def command(self):
        tarball = f"--tarball={self.directory / 'app.tar'}"
        program = self.tools.install("github.com/google/ko", KO)
        return [program, "build", "--push=false", "--bare", "--sbom=none", tarball, "."]

    def prune(self):
        (self.directory / "app.tar").unlink(missing_ok=True)

    def forget(self):
        super().forget()
        shutil.rmtree(self.env["KOCACHE"], ignore_errors=True)

    def size(self):
        return (self.directory / "app.tar").stat().st_size  # its layers are compressed


class Docker:
    """An image in the store of a docker daemon."""

    buildx = False

    def __init__(self, tools: Tools, workload: Workload):
        super().__init__(tools, workload)
        self.image = f"benchmark-{workload.name}-{self.name}:latest"
        self.env = tools.env(DOCKER_BUILDKIT="1")
        if not self.buildx:
            # The CLI without plugins, where that is another one.
            self.env["DOCKER_CONFIG"] = os.environ.get("DOCKER_CONFIG", "")

    def version(self) -> str:
        daemon = call(["docker", "version", "-f", "{{.Server.Version}}"], self.env)
        if not self.buildx:
            return f"docker {daemon}"
        self.env["DOCKER_CONFIG"] = str(self.tools.docker_config())
        words = call(["docker", "buildx", "version"], self.env).split()
        return f"docker {daemon}, buildx {words[1]}"

    def prune(self):
        call(["docker", "rmi", "--force", self.image], self.env)

    def forget(self):
        call(["docker", "builder", "prune", "--all", "--force"], self.env)

    def size(self):
        return int(call(["docker", "image", "inspect", "-f", "{{.Size}}", self.image], self.env))


class Buildah:
    """An image in the store of buildah; its cache mounts are in a TMPDIR of its own."""

    def __init__(self, tools: Tools, workload: Workload):
        super().__init__(tools, workload)
        self.image = f"localhost/benchmark-{workload.name}-{self.name}:latest"
        self.temporary = tools.state / "caches" / self.name
        self.temporary.mkdir(parents=True, exist_ok=True)
        self.env = tools.env(TMPDIR=self.temporary)

    def version(self) -> str:
        call(["buildah", "images", "-q"], self.env)
        return "buildah " + call(["buildah", "version"], self.env).split()[1]

    def prune(self):
        # Of an image that is not there yet buildah complains, in spite of --force.
        if call(["buildah", "images", "--quiet", "--filter", f"reference={self.image}"], self.env):
            call(["buildah", "rmi", "--force", self.image], self.env)

    def forget(self):
        call(["buildah", "rmi", "--prune", "--force"], self.env)
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.temporary.mkdir(parents=True)

    def size(self):
        # Three digits are all that it tells.
        words = call(["buildah", "images", "--json", self.image], self.env)
        number, unit = json.loads(words)[0]["size"].split()
        return round(float(number) * {"KB": 1e3, "MB": 1e6, "GB": 1e9}[unit.upper()])


class ByDockerfile:
    """Builds by hand from a Dockerfile of the directory dockerfiles."""

    dockerfile = "best"
    program = ("docker", "build")

    def command(self):
        dockerfile = HERE / "dockerfiles" / self.dockerfile
        proxy = f"GOPROXY={self.tools.proxy}"
        return [
            *self.program,
            "-t",
            self.image,
            "-f",
            dockerfile,
            "--build-arg",
            proxy,
            self.source,
        ]


class Handwritten(ByDockerfile, Docker, Peer):
    name = "handwritten"
    what = "the hand-written Dockerfile that this project grew from: `go build -a`, on alpine"
    dockerfile = "handwritten"
    # What changed does not matter to it: with -a, every change costs the same.
    scenarios = ("nothing", "line")


class BestBuildx(ByDockerfile, Docker, Peer):
    name = "best-buildx"
    what = "the best hand-written Dockerfile, by `docker buildx build --load`"
    program = ("docker", "buildx", "build", "--load")
    buildx = True


class BestBuildkit(ByDockerfile, Docker, Peer):
    name = "best-buildkit"
    what = "the same, by `docker build` with DOCKER_BUILDKIT=1"


class BestBuildah(ByDockerfile, Buildah, Peer):
    name = "best-buildah"
    what = "the same, by `buildah build --layers`, isolation chroot"
    program = ("buildah", "build", "--layers")


class ByCMake:
    """Builds the target image of a CMake project, by Ninja."""

    def lists(self) -> str:
        """What CMakeLists.txt says besides its first lines."""
        raise NotImplementedError

    def prepare(self):
        super().prepare()
        (self.directory / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(benchmark LANGUAGES NONE)\n"
            + self.lists()
        )
        call(self.configure(), self.env)

    def configure(self):
        return ["cmake", "-S", self.directory, "-B", self.directory / "build", "-G", "Ninja"]

    def command(self):
        return ["ninja", "-C", self.directory / "build", "image"]


class PlainCMake(ByCMake, Peer):
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


class Ours(ByCMake):
    """GoContainer with one of its engines."""

    ours = True
    engine = ""
    base = "scratch"

    def lists(self):
        image = getattr(self, "image", "")
        calls = "".join(
            f"add_go_container({name} SOURCE_DIR source PACKAGE {self.workload.package(name)}"
            f" BASE {self.base} {'TAGS ' + image if image else ''} GO_ENV GOPROXY={self.tools.proxy})\n"
            for name in self.workload.names()
        )
        return f'list(APPEND CMAKE_MODULE_PATH "{REPOSITORY}/cmake")\ninclude(GoContainer)\n{calls}'

    def configure(self):
        return [*super().configure(), "-D", f"GO_CONTAINER_ENGINE={self.engine}"]


class Builtin(Ours, OnThisMachine):
    name = engine = "builtin"
    what = "GoContainer, engine `builtin`"

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


PEERS: list[type[Peer]] = [
    GoBuild,
    Ninja,
    PlainCMake,
    Builtin,
    Ko,
    BestBuildx,
    BestBuildkit,
    OursDocker,
    OursDockerAlpine,
    BestBuildah,
    OursBuildah,
    Handwritten,
]
