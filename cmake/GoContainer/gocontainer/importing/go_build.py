"""What a command go build or go install asks for."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field

from gocontainer.importing.expand import OUTPUT

# Flags that take a value as the next word, too.
WITH_VALUE = {
    "-o", "-tags", "-ldflags", "-gcflags", "-asmflags", "-mod", "-modfile", "-installsuffix", "-p", "-pgo", "-buildmode",
    "-C", "-toolexec", "-overlay", "-pkgdir", "-compiler", "-gccgoflags", "-covermode", "-coverpkg", "-buildvcs",
}  # fmt: skip


@dataclass
class GoBuild:
    line: int
    directory: str = ""  # in the stage
    source: str = ""  # the same in the context
    packages: list[str] = field(default_factory=list)
    output: str = ""
    install: bool = False
    tags: list[str] = field(default_factory=list)
    ldflags: list[str] = field(default_factory=list)
    stamps: list[tuple[str, str]] = field(default_factory=list)
    gcflags: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    wasteful: list[str] = field(default_factory=list)
    environment: dict[str, str] = field(default_factory=dict)


def read_go_build(words: list[str], line: int) -> GoBuild:
    """:param words: those of the command, from go on."""
    build = GoBuild(line, install=words[1] == "install")
    rest = words[2:]
    while rest:
        word = rest.pop(0)
        if not word.startswith("-") or build.packages:
            build.packages.append(word)
            continue
        name, equals, value = word.replace("--", "-", 1).partition("=")
        if not equals and name in WITH_VALUE and rest:
            value = rest.pop(0)
        take_flag(build, name, value)
    build.packages = build.packages or ["."]
    return build


def take_flag(build: GoBuild, name: str, value: str) -> None:
    if name == "-o":
        build.output = value
    elif name == "-C":
        build.directory = value
    elif name == "-tags":
        build.tags += value.replace(",", " ").split()
    elif name == "-gcflags":
        build.gcflags += value.split()
    elif name == "-ldflags":
        take_ldflags(build, value)
    elif name in ("-a", "-installsuffix"):
        build.wasteful.append(name)
    elif name not in ("-v", "-x", "-trimpath", "-buildvcs", "-work") and (name, value) != (
        "-buildmode",
        "exe",
    ):
        build.flags.append(f"{name}={value}" if value else name)


def split_flags(text: str) -> list[str]:
    """The flags; what a command prints is part of one, whatever is in the command."""
    printed: list[str] = []

    def keep(found: re.Match[str]) -> str:
        printed.append(found[0])
        return f"\x02{len(printed) - 1}\x02"

    text = OUTPUT.sub(keep, text)
    try:
        words = shlex.split(text)
    except ValueError:
        words = text.split()
    return [OUTPUT.sub(lambda found: printed[int(found[1])], word) for word in words]


def take_ldflags(build: GoBuild, text: str) -> None:
    words = split_flags(text)
    while words:
        word = words.pop(0).replace("--", "-", 1)
        if word == "-X" and words:
            word = f"-X={words.pop(0)}"
        if word.startswith("-X="):
            name, _, value = word[3:].partition("=")
            build.stamps.append((name, value))
        elif word in ("-extldflags", "-linkmode", "-buildid") and words:
            build.ldflags.append(f"{word}={words.pop(0)}")
        elif word not in ("-s", "-w", "-buildid=", "-s=true", "-w=true"):
            build.ldflags.append(word)
