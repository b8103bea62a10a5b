"""Peers that push what they build to a registry on this machine; see registries.py."""

from __future__ import annotations

import shlex
from pathlib import Path

from dockerfiles import ByDockerfile, Docker
from ko import Ko
from measure import call
from ours import Builtin
from peers import Peer
from registered import Registered
from tools import CRANE, KO, REGCTL, Tools
from workloads import Workload

PUSHES = ("push-cold", "push", "push-line")


class Pushing(Registered):
    """What all have. The image of a container is <host>/<workload>/<peer>/<container>:latest."""

    scenarios: tuple[str, ...] = PUSHES

    def reference(self, name: str) -> str:
        return f"{self.host}/{self.workload.name}/{self.name}/{name}:latest"


class BuiltinPush(Pushing, Builtin):
    name = "builtin-push"
    what = "GoContainer, engine `builtin`, the target `image-push`"

    def lists(self):
        # The host decides the tag, and each container has its own.
        lines = super().lists().splitlines()
        return "\n".join(self.tagged(line) for line in lines) + "\n"

    def tagged(self, line: str) -> str:
        if not line.startswith("add_go_container("):
            return line
        name = line.split("(")[1].split()[0]
        return line.replace(" BASE ", f" TAGS {self.reference(name)} BASE ")

    def command(self):
        return ["ninja", "-C", self.directory / "build", "image-push"]


class KoPush(Pushing, Ko):
    name = "ko-push"
    what = "`ko build --sbom=none`, which pushes"

    def __init__(self, tools: Tools, workload: Workload, host: str = ""):
        super().__init__(tools, workload, host)
        self.env["KO_DOCKER_REPO"] = f"{self.host}/{workload.name}/{self.name}"

    def command(self):
        program = self.tools.install("github.com/google/ko", KO)
        packages = map(self.workload.package, self.workload.names())
        return [program, "build", "--base-import-paths", "--sbom=none", *packages]


class Archives(Pushing, Builtin):
    """Pushes the archives that GoContainer wrote."""

    ours = False
    scenarios = ("push",)

    def prepare(self):
        super().prepare()
        call(["ninja", "-C", self.directory / "build", "image"], self.env)

    def one(self, archive: Path, reference: str) -> str:
        raise NotImplementedError

    def command(self):
        pairs = zip(self.archives(), map(self.reference, self.workload.names()))
        return ["sh", "-c", " && ".join(self.one(*pair) for pair in pairs)]


class CranePush(Archives):
    name = "crane-push"
    what = "`crane push` of the archives that GoContainer wrote"

    def version(self):
        self.tools.crane()
        return CRANE

    def one(self, archive, reference):
        return f"'{self.tools.crane()}' push --insecure '{archive}' {reference}"


class SkopeoCopy(Archives):
    name = "skopeo-copy"
    what = "`skopeo copy` of the archives that GoContainer wrote"

    def version(self):
        return call(["skopeo", "--version"], self.env).split()[-1]

    def one(self, archive, reference):
        return (
            f"skopeo copy -q --dest-tls-verify=false oci-archive:'{archive}' docker://{reference}"
        )


class RegctlPush(Archives):
    name = "regctl-push"
    what = "`regctl image import` of the archives that GoContainer wrote"

    def version(self):
        self.tools.regctl(self.host)
        return REGCTL

    def one(self, archive, reference):
        words = [*self.tools.regctl(self.host), "image", "import", reference, archive]
        return shlex.join(map(str, words))


class DockerPush(Pushing, ByDockerfile, Docker, Peer):
    name = "docker-push"
    counted = False
    what = "`docker push` of the best Dockerfile's image"
    scenarios = ("push",)

    def prepare(self):
        super().prepare()
        self.image = self.reference("app")
        call(super().command(), self.env)

    def command(self):
        return ["docker", "push", "--quiet", self.reference("app")]


class BuildxPush(Pushing, ByDockerfile, Docker, Peer):
    name = "buildx-push"
    what = "the best hand-written Dockerfile, by `docker buildx build --push`"
    program = ("docker", "buildx", "build", "--push")
    counted = False
    buildx = True

    def prepare(self):
        super().prepare()
        self.image = self.reference("app")
