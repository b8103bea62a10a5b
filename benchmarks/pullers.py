"""Peers that pull the large base out of a registry on this machine, each into an OCI layout; see registries.py."""

from __future__ import annotations

import shutil

import base_images
from measure import call
from ours import Builtin
from peers import Peer
from registered import Registered
from tools import CRANE, REGCTL

PULLS = ("pull-cold", "pull")


class Pulling(Registered):
    """What all have. What they keep between two pulls is in the directory ``kept``."""

    scenarios: tuple[str, ...] = PULLS

    def prepare(self):
        self.reference = base_images.large(self.tools, self.host)
        super().prepare()

    @property
    def kept(self):
        return self.directory / "kept"

    @property
    def layout(self):
        return self.directory / "layout"

    def prune(self):
        shutil.rmtree(self.layout, ignore_errors=True)

    def forget(self):
        shutil.rmtree(self.kept, ignore_errors=True)


class BuiltinPull(Pulling, Builtin):
    name = "builtin-pull"
    what = "GoContainer, engine `builtin`, the target `image-refresh`, with its cache of the user"

    def prepare(self):
        self.env["XDG_CACHE_HOME"] = str(self.kept)
        super().prepare()

    @property
    def base(self):
        return self.reference

    @property
    def layout(self):
        return self.directory / "build/CMakeFiles/GoContainer/bases"

    def command(self):
        return ["ninja", "-C", self.directory / "build", "image-refresh"]


class CranePull(Pulling, Peer):
    name = "crane-pull"
    what = "`crane pull --format=oci`, which keeps nothing"

    def version(self):
        self.tools.crane()
        return CRANE

    def command(self):
        crane = self.tools.crane()
        return [crane, "pull", "--insecure", "--format=oci", self.reference, self.layout]


class CranePullCached(CranePull):
    name = "crane-pull-cached"
    what = "the same with `--cache_path`"

    def command(self):
        return [*super().command(), f"--cache_path={self.kept}"]


class SkopeoPull(Pulling, Peer):
    name = "skopeo-pull"
    what = "`skopeo copy docker://… oci:…`, with the blobs of former pulls in a shared directory"

    def version(self):
        return call(["skopeo", "--version"], self.env).split()[-1]

    def command(self):
        return [
            *("skopeo", "copy", "-q", "--src-tls-verify=false"),
            *("--dest-shared-blob-dir", self.kept),
            *(f"docker://{self.reference}", f"oci:{self.layout}:latest"),
        ]


class RegctlPull(Pulling, Peer):
    name = "regctl-pull"
    what = "`regctl image copy … ocidir://…`, which keeps nothing"

    def version(self):
        self.tools.regctl(self.host)
        return REGCTL

    def command(self):
        regctl = self.tools.regctl(self.host)
        return [*regctl, "image", "copy", self.reference, f"ocidir://{self.layout}:latest"]
