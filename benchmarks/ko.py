"""ko, which builds images without an engine, too."""

from __future__ import annotations

import os
import shutil

import base_images
from measure import CommandError, call
from peers import OnThisMachine
from tools import HERE, KO, Tools
from workloads import Workload


class Ko(OnThisMachine):
    name = "ko"
    what = "`ko build --push=false --tarball --sbom=none`, of several platforms `--oci-layout-path`; its base in a local registry"

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
        if self.workload.platforms:
            host = self.tools.registry().address
            base = base_images.static(self.tools, host, self.workload.platforms)
            self.env["KO_DEFAULTBASEIMAGE"] = base
            return
        dockerfile = HERE / "dockerfiles/static"
        env = self.tools.env(DOCKER_BUILDKIT="1")
        build = ["docker", "build", "-q", "-t", self.base, "-f", dockerfile, dockerfile.parent]
        call(build, env)
        call(["docker", "push", "-q", self.base], env)

    def command(self):
        program = self.tools.install("github.com/google/ko", KO)
        return [program, "build", "--push=false", "--bare", "--sbom=none", *self.output(), "."]

    def output(self) -> list[str]:
        """Where the image goes: an archive holds one platform only."""
        if self.workload.platforms:
            platforms = ",".join(self.workload.platforms)
            # Seen from the source: ko takes the path for the name of a repository, all in small letters.
            return [f"--platform={platforms}", "--oci-layout-path=../image"]
        return [f"--tarball={self.archive}"]

    @property
    def archive(self):
        return self.directory / "app.tar"

    @property
    def layout(self):
        return self.directory / "image"

    def prune(self):
        self.archive.unlink(missing_ok=True)
        shutil.rmtree(self.layout, ignore_errors=True)

    def forget(self):
        super().forget()
        shutil.rmtree(self.tools.state / "caches/ko/ko", ignore_errors=True)

    def size(self):
        if self.workload.platforms:
            raise CommandError("the layout has all images that were built")
        return self.archive.stat().st_size  # its layers are compressed


class KoWithoutCache(Ko):
    name = "ko-no-cache"
    what = "the same without KOCACHE, as ko is by default"
    scenarios = ("nothing", "line")

    def __init__(self, tools: Tools, workload: Workload):
        super().__init__(tools, workload)
        del self.env["KOCACHE"]
