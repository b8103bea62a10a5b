"""What is built: Go projects, and the edits of the scenarios, each of which is a new one every time."""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import modules

HERE = Path(__file__).resolve().parent

# Of the standard library only, with an asset.
SMALL = """\
package main

import (
	_ "embed"
	"fmt"
	"net/http"
	"os"
)

//go:embed asset.txt
var asset string

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, asset, edition) })
	if err := http.ListenAndServe(":8080", nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
"""
SERVICE = """\
package main

import (
	"fmt"
	"net/http"

	"example.com/services/shared"
)

func main() {{
	fmt.Println("{name}", shared.Edition, http.ListenAndServe(":8080", nil))
}}
"""
TINY = "package main\n\nfunc main() { println(edition) }\n"


def variables(platform: str) -> list[str]:
    """What the go command is told by, such as GOARCH=arm64."""
    system, architecture, *variant = platform.split("/")
    arm = [f"GOARM={variant[0][1:]}"] if variant else []
    return [f"GOOS={system}", f"GOARCH={architecture}", *arm]


def edition() -> str:
    """A number that never was before, always as long."""
    return str(time.time_ns())


@dataclass(frozen=True)
class Workload:
    name: str
    what: str
    scenarios: tuple[str, ...]
    peers: tuple[str, ...] = ()
    """The only peers that can build it; none: all."""
    program: str = ""
    """The main.go, of the standard library only; none: that of workloads/<name>."""
    containers: int = 1
    services: bool = False
    """Each container has a package of its own, cmd/<container>."""
    platforms: tuple[str, ...] = ()
    """What its image is for; none: this machine."""

    def names(self) -> list[str]:
        return ["app"] if self.containers == 1 else [f"app{n}" for n in range(self.containers)]

    def package(self, name: str) -> str:
        return f"./cmd/{name}" if self.services else "."

    def write(self, source: Path) -> None:
        """The project, in a directory that need not be there yet."""
        source.mkdir(parents=True, exist_ok=True)
        if self.services:
            (source / "go.mod").write_text("module example.com/services\n\ngo 1.22\n")
            (source / "shared").mkdir(exist_ok=True)
            for name in self.names():
                main = source / "cmd" / name / "main.go"
                main.parent.mkdir(parents=True, exist_ok=True)
                main.write_text((self.program or SERVICE).format(name=name))
        elif self.program:
            (source / "go.mod").write_text("module example.com/app\n\ngo 1.22\n")
            (source / "main.go").write_text(self.program)
        else:
            shutil.copytree(HERE / "workloads" / self.name, source, dirs_exist_ok=True)
        self.change_line(source)
        self.change_asset(source)

    def change_line(self, source: Path) -> None:
        place, words = (
            ("shared/shared.go", "Edition") if self.services else ("edition.go", "edition")
        )
        package = "shared" if self.services else "main"
        (source / place).write_text(f'package {package}\n\nconst {words} = "{edition()}"\n')

    def change_asset(self, source: Path) -> None:
        (source / "asset.txt").write_text(f"{edition()}\n" * 1000)

    def change_dependency(self, source: Path, proxy: Path) -> None:
        """Another version of one module, in go.mod and go.sum."""
        version, sums = modules.publish(proxy, edition())
        mod = source / "go.mod"
        mod.write_text(
            re.sub(rf"({modules.DEPENDENCY}) v0\.0\.\d+", rf"\1 {version}", mod.read_text())
        )
        kept = [
            line
            for line in (source / "go.sum").read_text().splitlines(True)
            if not line.startswith(modules.DEPENDENCY + " ")
        ]
        (source / "go.sum").write_text("".join(kept) + sums)


PUSHES = ("push-cold", "push", "push-line")
ALL = ("cold", "nothing", "line", "dependency", "asset", "pruned", *PUSHES)
STANDARD = ("cold", "nothing", "line", "pruned")
SELF = (
    "go-build",
    "ninja",
    "builtin",
    "builtin-push",
    "ko-push",
    "crane-push",
    "skopeo-copy",
    "regctl-push",
)
WORKLOADS = [
    Workload(
        "tiny", "a program that prints a word, the least there is to build", STANDARD, program=TINY
    ),
    *(
        Workload(
            f"containers-{count}",
            f"{count:,} containers of one tiny program",
            ("configure", "nothing") if count == 1000 else ("configure",),
            peers=("ninja", "cmake", "builtin"),
            program=TINY,
            containers=count,
        )
        for count in (1, 10, 100, 1000)
    ),
    Workload(
        "small",
        "an HTTP server of the standard library only",
        (*STANDARD, "asset", *PUSHES),
        program=SMALL,
    ),
    Workload("service", "a service with some 50 third-party modules", (*ALL, "fresh")),
    Workload("large", "Caddy with its standard modules, some hundred third-party modules", ALL),
    Workload(
        "platforms",
        "the small program for linux/amd64, arm64 and arm/v7, in one image",
        STANDARD,
        peers=("go-build", "go-build-at-once", "ninja", "cmake", "builtin", "ko"),
        program=SMALL,
        platforms=("linux/amd64", "linux/arm64", "linux/arm/v7"),
    ),
    Workload("checked", "an image with 18 assertions about it", ("checks",), program=TINY),
    Workload(
        "base",
        "a base of 300 MB in six layers, four of random data and two of text",
        ("pull-cold", "pull"),
        program=TINY,
    ),
    Workload(
        "monorepo",
        "50 services of one module; the line is one of a package that all of them use",
        ("cold", "nothing", "line", "pruned", "push-cold", "push"),
        peers=SELF,
        containers=50,
        services=True,
    ),
    Workload(
        "services",
        "200 services of one module by one builder of docker; the line is one of a package that all of them use",
        ("cold", "nothing", "line"),
        peers=("ninja", "docker-many", "docker-bake", "best-buildx-each"),
        containers=200,
        services=True,
    ),
    Workload(
        "machines",
        "the same 200 services by one and by two builders, each with 0.6 of a processor",
        ("cold", "line"),
        peers=("docker-one-machine", "docker-two-machines"),
        containers=200,
        services=True,
    ),
]
