"""The tools of a run: where it keeps its files, what environment commands get, what is installed."""

from __future__ import annotations

import functools
import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import modules
import registries
from measure import CommandError, call

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent
KO = "v0.19.1"
CRANE = "v0.22.1"
REGCTL = "v0.11.7"
BUILDX = "v0.38.2"


@dataclass(eq=False)
class Tools:
    state: Path
    """Kept between runs: installed tools, the modules that the proxy serves, the projects."""
    proxy: str = ""
    """The URL of the module proxy."""

    @property
    def modules(self) -> Path:
        """What the module proxy serves."""
        return self.state / "modules/cache/download"

    def env(self, **more: str | Path) -> dict[str, str]:
        env = {**os.environ, "GOPROXY": self.proxy, "GOSUMDB": "off", "GOTOOLCHAIN": "local"}
        env |= {
            "CGO_ENABLED": "0",
            "GOFLAGS": "",
            "LC_ALL": "C.UTF-8",
            "BUILDAH_ISOLATION": "chroot",
        }
        return {**env, **{name: str(value) for name, value in more.items()}}

    def start_proxy(self) -> None:
        """Where containers reach it: at the gateway of docker's bridge; without docker, on this machine."""
        gateway = "{{(index .IPAM.Config 0).Gateway}}"
        try:
            address = call(["docker", "network", "inspect", "bridge", "-f", gateway], self.env())
        except CommandError:
            address = "127.0.0.1"
        self.modules.mkdir(parents=True, exist_ok=True)
        self.proxy = modules.serve(self.modules, address)

    def fill_proxy(self, source: Path) -> None:
        """Have all modules of a project in the proxy, from where this machine gets modules."""
        upstream = call(["go", "env", "GOPROXY"], {**os.environ})
        env = self.env(GOMODCACHE=self.state / "modules", GOFLAGS="-modcacherw")
        env["GOPROXY"] = f"{self.proxy},{upstream}"
        call(["go", "mod", "download"], env, source)
        call(["go", "list", "-deps", "."], env, source)

    def install(self, package: str, version: str, *flags: str) -> Path:
        """A Go program of a fixed version, by the module proxy of this machine."""
        name = package.rsplit("/", 1)[1]
        place = self.state / "bin" / version / name
        if not place.exists():
            print(f"Installing {name} {version}", flush=True)
            env = {**os.environ, "GOBIN": str(place.parent), "CGO_ENABLED": "0", "GOFLAGS": ""}
            call(["go", "install", *flags, f"{package}@{version}"], env)
        return place

    def crane(self) -> Path:
        return self.install("github.com/google/go-containerregistry/cmd/crane", CRANE)

    def regctl(self, host: str) -> list[str | Path]:
        """Its first words, for a registry that is asked by plain HTTP."""
        program = self.install("github.com/regclient/regclient/cmd/regctl", REGCTL)
        return [program, "--host", f"reg={host},tls=disabled"]

    @functools.cache  # noqa: B019 - there is one of them in a run
    def registry(self) -> registries.Registry:
        """Debian's docker-registry, started when the first peer asks for it."""
        return registries.distribution(self.state)

    def docker_config(self) -> Path:
        """A docker configuration with the buildx plugin: the one in use, that of the tests, or one made here."""
        places = [os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker"]
        if tests := os.environ.get("GO_CONTAINER_TEST_STATE"):
            places.append(Path(tests) / "buildx-config")
        for place in map(Path, places):
            try:
                call(["docker", "buildx", "version"], self.env(DOCKER_CONFIG=place))
                return place
            except CommandError:
                continue
        stamp = f"-X github.com/docker/buildx/version.Version={BUILDX}"
        buildx = self.install("github.com/docker/buildx/cmd/buildx", BUILDX, "-ldflags", stamp)
        plugin = self.state / "docker-config/cli-plugins/docker-buildx"
        plugin.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(buildx, plugin)
        (self.state / "docker-config/config.json").write_text(json.dumps({}))
        return self.state / "docker-config"
