"""Go code as it is laid out in repositories: for each layout its files, its call, and what the program says."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from harness import run

TEXT = "golang.org/x/text v0.14.0"


@dataclass
class Layout:
    """Files by name, relative to a directory of the layout's own; `call` follows the name of the
    container in add_go_container(), with its paths relative to that directory by @dir@."""

    files: dict[str, str]
    call: str
    says: str
    links: dict[str, str] = field(default_factory=dict)
    commands: list[tuple[str, str]] = field(default_factory=list)  # (directory, go command)

    def write(self, directory: Path) -> None:
        for name, text in self.files.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for name, target in self.links.items():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            (directory / name).symlink_to(target)
        for place, command in self.commands:
            run(
                ["go", *command.split()],
                cwd=directory / place,
                env={**os.environ, "GOFLAGS": "-mod=mod"},
            )


def mod(path: str, *lines: str, go: str = "1.22") -> str:
    return (
        "\n".join([f"module example.com/{path}", "", *([f"go {go}"] if go else []), *lines]) + "\n"
    )


def main(says: str = '"hello"', *imports: str) -> str:
    lines = "".join(f'\t"{path}"\n' for path in sorted(("fmt", *imports)))
    return f"package main\n\nimport (\n{lines})\n\nfunc main() {{ fmt.Println({says}) }}\n"


def lib(name: str, says: str) -> str:
    return f'package {name}\n\nconst Says = "{says}"\n'


TITLE = 'cases.Title(language.English).String("text")'
TEXT_MAIN = (TITLE, "golang.org/x/text/cases", "golang.org/x/text/language")

LAYOUTS = {
    "root-one": Layout(
        {
            "go.mod": mod("root"),
            "cmd/one/main.go": main('"one"'),
            "cmd/two/main.go": main("shared.Says", "example.com/root/internal/shared"),
            "internal/shared/shared.go": lib("shared", "two"),
        },
        "SOURCE_DIR @dir@ PACKAGE ./cmd/one",
        "one",
    ),
    "deep": Layout(
        {"a/b/c/d/go.mod": mod("deep"), "a/b/c/d/main.go": main('"deep"')},
        "SOURCE_DIR @dir@/a/b/c/d",
        "deep",
    ),
    "dependency": Layout(
        {"go.mod": mod("dependency"), "main.go": main(*TEXT_MAIN)},
        "SOURCE_DIR @dir@",
        "Text",
        commands=[(".", f"get {TEXT.replace(' ', '@')}"), (".", "mod tidy")],
    ),
    "work": Layout(
        {
            "go.work": "go 1.22\n\nuse (\n\t./services/api // the service\n\t./shared\n)\n",
            "services/api/go.mod": mod("api"),
            "services/api/main.go": main("shared.Says", "example.com/shared"),
            "shared/go.mod": mod("shared"),
            "shared/shared.go": lib("shared", "workspace"),
            "unused/go.mod": mod("unused"),
            "unused/broken.go": "no Go at all\n",
        },
        "SOURCE_DIR @dir@/services/api",
        "workspace",
    ),
    "work-outside": Layout(
        {
            "service/go.work": "go 1.22\n\nuse .\nuse ../outside/lib\n",
            "service/go.mod": mod("service"),
            "service/main.go": main(
                f"lib.Says, {TITLE}", "example.com/lib", *TEXT_MAIN[1:]
            ),
            "outside/lib/go.mod": mod("lib"),
            "outside/lib/lib.go": lib("lib", "outside"),
        },
        "SOURCE_DIR @dir@/service",
        "outside Text",
        commands=[("service", f"get {TEXT.replace(' ', '@')}")],
    ),
    "work-file": Layout(
        {
            "service/go.mod": mod("service"),
            "service/main.go": main("lib.Says", "example.com/lib"),
            "service/go.work": "broken",
            "build/ci.work": "go 1.22\n\nuse ../service\nuse ../lib\n",
            "lib/go.mod": mod("lib"),
            "lib/lib.go": lib("lib", "named"),
        },
        "SOURCE_DIR @dir@/service GO_ENV GOWORK=../build/ci.work",
        "named",
    ),
    "work-off": Layout(
        {
            "go.work": "go 1.22\n\nuse ./service\nuse ./lib\n",
            "service/go.mod": mod("service", "require example.com/lib v0.0.0", "replace example.com/lib => ../other"),
            "service/main.go": main("lib.Says", "example.com/lib"),
            "lib/go.mod": mod("lib"),
            "lib/lib.go": lib("lib", "of the workspace"),
            "other/go.mod": mod("lib"),
            "other/lib.go": lib("lib", "replaced"),
        },
        "SOURCE_DIR @dir@/service GO_ENV GOWORK=off",
        "replaced",
    ),
    "work-replace": Layout(
        {
            "go.work": "go 1.22\n\nuse ./service\n\nreplace example.com/lib v1.2.3 => ./forks/lib\n",
            "service/go.mod": mod("service", "require example.com/lib v1.2.3"),
            "service/main.go": main("lib.Says", "example.com/lib"),
            "forks/lib/go.mod": mod("lib"),
            "forks/lib/lib.go": lib("lib", "fork"),
        },
        "SOURCE_DIR @dir@/service",
        "fork",
    ),
    "replace-inside": Layout(
        {
            "go.mod": mod("inside", "require example.com/lib v0.0.0", "replace example.com/lib => ./third party/lib")
            .replace("./third party/lib", '"./third party/lib"'),
            "main.go": main("lib.Says", "example.com/lib"),
            "third party/lib/go.mod": mod("lib"),
            "third party/lib/lib.go": lib("lib", "inside"),
            "examples/go.mod": mod("examples"),
            "examples/broken.go": "no Go at all\n",
        },
        "SOURCE_DIR @dir@",
        "inside",
    ),
    "replace-outside": Layout(
        {
            "service/go.mod": mod(
                "service",
                "require (\n\texample.com/lib v0.0.0\n\texample.com/two v0.0.0\n)",
                "replace (\n\texample.com/lib v0.0.0 => ../libs/one\n\texample.com/two => ../libs/two\n)",
            ),
            "service/main.go": main("lib.Says", "example.com/lib"),
            "libs/one/go.mod": mod("lib", "require example.com/two v0.0.0"),
            "libs/one/lib.go": 'package lib\n\nimport "example.com/two"\n\nconst Says = "one, " + two.Says\n',
            "libs/two/go.mod": mod("two"),
            "libs/two/two.go": lib("two", "two"),
        },
        "SOURCE_DIR @dir@/service",
        "one, two",
    ),
    "vendored": Layout(
        {
            "service/go.mod": mod("vendored", "require example.com/lib v0.0.0", "replace example.com/lib => ../lib"),
            "service/main.go": main(f"lib.Says, {TITLE}", "example.com/lib", *TEXT_MAIN[1:]),
            "lib/go.mod": mod("lib"),
            "lib/lib.go": lib("lib", "vendored"),
        },
        "SOURCE_DIR @dir@/service GO_ENV GOPROXY=off",
        "vendored Text",
        commands=[("service", f"get {TEXT.replace(' ', '@')}"), ("service", "mod tidy"), ("service", "mod vendor")],
    ),
    "vendored-work": Layout(
        {
            "go.work": "go 1.22\n\nuse ./service\nuse ./lib\n",
            "service/go.mod": mod("service", f"require {TEXT}"),
            "service/main.go": main(f"lib.Says, {TITLE}", "example.com/lib", *TEXT_MAIN[1:]),
            "lib/go.mod": mod("lib"),
            "lib/lib.go": lib("lib", "together"),
        },
        "SOURCE_DIR @dir@/service GO_ENV GOPROXY=off",
        "together Text",
        commands=[("service", "work sync"), (".", "work vendor")],
    ),
    "tags": Layout(
        {
            "go.mod": mod("tags"),
            "main.go": main("edition"),
            "free.go": '//go:build !paid\n\npackage main\n\nconst edition = "free"\n',
            "paid.go": '//go:build paid && linux\n\npackage main\n\nconst edition = "paid"\n',
        },
        "SOURCE_DIR @dir@ BUILD_TAGS paid",
        "paid",
    ),
    "embed": Layout(
        {
            "go.mod": mod("embed"),
            "main.go": main("text()"),
            "text.go": 'package main\n\nimport "embed"\n\n//go:embed all:static *.txt\nvar files embed.FS\n\n'
            "func text() string {\n\ta, _ := files.ReadFile(\"static/deep/.hidden\")\n"
            '\tb, _ := files.ReadFile("b.txt")\n\treturn string(a) + string(b)\n}\n',
            "static/deep/.hidden": "embed",
            "b.txt": "ded",
        },
        "SOURCE_DIR @dir@",
        "embedded",
    ),
    "tool": Layout(
        {
            "go.mod": mod("tool", "", "tool example.com/tool/internal/gen", go="1.24"),
            "main.go": main("gen.Says", "example.com/tool/internal/gen/says").replace("gen.", "says."),
            "internal/gen/main.go": main(),
            "internal/gen/says/says.go": lib("says", "tool"),
        },
        "SOURCE_DIR @dir@",
        "tool",
    ),
    "old": Layout({"go.mod": mod("old", go="1.13"), "main.go": main('"old"')}, "SOURCE_DIR @dir@", "old"),
    "no-go-line": Layout({"go.mod": mod("none", go=""), "main.go": main('"none"')}, "SOURCE_DIR @dir@", "none"),
    "toolchain": Layout(
        {"go.mod": mod("new", "", "toolchain go1.22.5", go="1.22.0"), "main.go": main('"new"')},
        "SOURCE_DIR @dir@",
        "new",
    ),
    "linked": Layout(
        {
            "real/go.mod": mod("linked"),
            "real/main.go": main("says.Says", "example.com/linked/internal/link"),
            "real/internal/says/says.go": lib("says", "linked"),
        },
        "SOURCE_DIR @dir@/link",
        "linked",
        links={"link": "real", "real/internal/link": "says"},
    ),
    "linked-module": Layout(
        {
            "service/go.mod": mod("service", "require example.com/lib v0.0.0", "replace example.com/lib => ../lib"),
            "service/main.go": main("lib.Says", "example.com/lib"),
            "elsewhere/v2/go.mod": mod("lib"),
            "elsewhere/v2/lib.go": lib("lib", "followed"),
        },
        "SOURCE_DIR @dir@/service",
        "followed",
        links={"lib": "elsewhere/v2"},
    ),
    "odd-names": Layout(
        {
            "go.work": "go 1.22\n\nuse (\n\t\"./a $c #d 'ä'\"\n\t\"./e;f g\"\n)\n",
            "a $c #d 'ä'/go.mod": mod("odd"),
            "a $c #d 'ä'/go.sum": "",
            "a $c #d 'ä'/main.go": main("lib.Says", "example.com/lib"),
            "e;f g/go.mod": mod("lib"),
            "e;f g/lib.go": lib("lib", "odd"),
        },
        "SOURCE_DIR [==[@dir@/a $c #d 'ä']==]",
        "odd",
    ),
}  # fmt: skip
