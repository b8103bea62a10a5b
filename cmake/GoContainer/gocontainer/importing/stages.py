"""The stages of a Dockerfile, and what is known of each once its instructions were gone through."""

from __future__ import annotations

from dataclasses import dataclass, field

from gocontainer.importing.go_build import GoBuild
from gocontainer.importing.parse import Instruction
from gocontainer.importing.tree import Tree

# What BuildKit sets by itself, for each platform.
PLATFORM_ARGUMENTS = {
    "TARGETPLATFORM", "TARGETARCH", "TARGETVARIANT", "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT",
}  # fmt: skip


@dataclass
class Stage:
    name: str
    origin: Instruction  # its FROM
    instructions: list[Instruction] = field(default_factory=list)


@dataclass
class User:
    name: str
    uid: str = ""
    gid: str = ""
    home: str = ""
    shell: str = ""
    line: int = 0


@dataclass
class Directory:
    mode: str = ""
    owner: str = ""
    line: int = 0


@dataclass
class Step:
    """A part of a stage that makes files by other programs than go: a copy of the context, or a command."""

    line: int
    source: str = ""  # in the context
    destination: str = ""  # in the stage
    directory: str = ""
    script: str = ""
    content_only: bool = False


@dataclass
class State:
    stage: Stage
    base: str = "scratch"
    variables: dict[str, str] = field(default_factory=dict)
    inherited: dict[str, str] = field(default_factory=dict)  # variables of the base
    tree: Tree = field(default_factory=Tree)
    directory: str = "/"
    builds: list[GoBuild] = field(default_factory=list)
    users: dict[str, User] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)
    directories: dict[str, Directory] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    packages: list[str] = field(default_factory=list)
    capabilities: dict[str, str] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    native: bool = False  # runs on the platform of the builder, so it cross compiles
    makes: bool = False  # runs node or the like
    pairs: dict[str, dict[str, str]] = field(default_factory=lambda: {"ENV": {}, "LABELS": {}})
    config: dict[str, list[str]] = field(default_factory=dict)
    healthcheck: list[tuple[str, list[str]]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    git: list[tuple[str, str]] = field(default_factory=list)  # url.<first>.insteadOf <second>
    used: set[str] = field(default_factory=set)  # the stages that it has files of
    lines: dict[str, int] = field(default_factory=dict)  # where a value of the config comes from


def read_stages(instructions: list[Instruction]) -> tuple[list[Instruction], list[Stage]]:
    """The ARG before the first FROM, and the stages."""
    before: list[Instruction] = []
    stages: list[Stage] = []
    for each in instructions:
        if each.name == "FROM":
            named = len(each.words) == 3 and each.words[1].upper() == "AS"
            stages.append(Stage(each.words[2].lower() if named else str(len(stages)), each))
        elif stages:
            stages[-1].instructions.append(each)
        else:
            before.append(each)
    return before, stages
