"""ko, which builds images without an engine, too."""

from __future__ import annotations

import os
import shutil

from measure import call
from peers import OnThisMachine
from tools import HERE, KO, Tools
from workloads import Workload


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
