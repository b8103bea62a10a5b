"""What the go command compiles: PACKAGE or PROGRAMS, and its flags."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from gocontainer.importing.expand import REFERENCE, reference
from gocontainer.importing.findings import CHANGED, LOST, WASTEFUL
from gocontainer.importing.go_build import GoBuild
from gocontainer.importing.stages import State
from gocontainer.importing.stamps import add_stamps
from gocontainer.importing.tree import Entry, Origin

if TYPE_CHECKING:
    from gocontainer.importing.call import Call
    from gocontainer.importing.evaluate import Import

GO_ENVIRONMENT = re.compile(
    r"(GO(PROXY|PRIVATE|NOPROXY|NOSUMDB|SUMDB|INSECURE|AMD64|EXPERIMENT|FLAGS|FIPS140|VCS)|CGO_(C|CPP|CXX|LD)FLAGS)\Z"
)
OFFICIAL = re.compile(r"(?:docker\.io/)?(?:library/)?golang(?::([^@]+))?\Z")
COMPILERS = {"gcc", "g++", "build-base", "musl-dev", "clang", "build-essential", "alpine-sdk"}
NOT_FOR_GO = {"git", "ca-certificates", "tzdata", "make", "curl", "wget", "bash", "upx", "openssh-client", "openssh",
              "upx-ucl", "jq", "unzip", "zip", "coreutils", "nodejs", "npm", "yarn", "mailcap"}  # fmt: skip


def add_programs(call: Call, state: State, job: Import) -> bool:
    entries = {each.path: each for each in state.tree.entries if each.origin.kind == "program"}
    entries = entries or {each.path: each for each in prebuilt(state, job)}
    if not entries:
        return False
    builds = [each.origin.build for each in entries.values() if each.origin.build]
    first = builds[0]
    entry = next(iter(entries.values()))
    module, path = job.context.module(
        posixpath.join(first.source, posixpath.dirname(f"{entry.origin.path}/"))
    )
    if not path:
        job.findings.add(
            first.line,
            LOST,
            f"SOURCE_DIR: the context has no go.mod in {first.source or '.'} or above",
        )
        module = first.source
    module = posixpath.normpath(module or ".")
    if module != ".":
        call.add("SOURCE_DIR", module)
    words = [(package(each.origin, module), each.path) for each in entries.values()]
    if len(words) == 1:
        if words[0][0] != ".":
            call.add("PACKAGE", words[0][0])
        if words[0][1] != f"/usr/local/bin/{call.name}":
            call.add("BINARY_NAME", words[0][1])
    else:
        call.add("PROGRAMS", *(f"{each}={path}" for each, path in words))
    add_go(call, first, builds, job)
    if state.builds:
        replace_base(call, state, job)
    return True


def replace_base(call: Call, state: State, job: Import) -> None:
    """An image that is made where the program is compiled gets a base without the compiler."""
    cgo = any(option.keyword == "CGO" for option in call.options) and "alpine" not in state.base
    call.options[0].words = ["debian:bookworm-slim" if cgo else "alpine"]
    text = (
        f"the image has the compiler and the sources; BASE {call.options[0].words[0]} has neither"
    )
    job.findings.add(state.stage.origin.line, WASTEFUL, text)


def package(origin: Origin, module: str) -> str:
    build, name = origin.build, origin.path
    if build is None:
        return name
    if name.endswith(".go"):
        name = posixpath.dirname(name) or "."
    if not name.startswith(".") and "." in name.split("/")[0]:
        return name  # an import path
    found = posixpath.relpath(posixpath.join(build.source or ".", name), module)
    return found if found.startswith(".") else f"./{found}"


def prebuilt(state: State, job: Import) -> list[Entry]:
    """The programs that something else than the Dockerfile compiles, and lays into the context: those that have the name
    of a package main, and the one that the image starts."""
    command = [*state.config.get("ENTRYPOINT", []), *state.config.get("CMD", [])]
    mains = job.context.main_packages("") if job.context.exists("go.mod") else []
    started = posixpath.basename(command[0]) if command else ""
    found = []
    for entry in state.tree.entries:
        path = entry.origin.path
        if entry.origin.kind != "context" or entry.content_only or job.context.exists(path):
            continue
        name = posixpath.basename(entry.path)
        named = [each for each in mains if posixpath.basename(each) == name]
        if mains and (named or name == started):
            best = (named or mains)[0]
            text = f"{entry.path} came compiled from the context; here the call compiles {best}"
            job.findings.add(entry.line, CHANGED, text)
            package = best if best == "." else f"./{best}"
            become(entry.origin, Origin("program", package, build=GoBuild(entry.line)), job)
            found.append(entry)
    return found


def become(old: Origin, new: Origin, job: Import) -> None:
    """Tell all stages that a file is something else than it looked like."""
    for state in job.states.values():
        for entry in state.tree.entries:
            if entry.origin == old:
                entry.origin = new


def add_go(call: Call, first: GoBuild, builds: list[GoBuild], job: Import) -> None:
    compiles = next((each for each in job.states.values() if first in each.builds), None)
    for other in builds:
        if (other.tags, other.ldflags, other.stamps, other.gcflags, other.flags) != (
            first.tags, first.ldflags, first.stamps, first.gcflags, first.flags,
        ):  # fmt: skip
            job.findings.add(
                other.line,
                CHANGED,
                f"all programs get the flags of the go build in line {first.line}",
            )
    cgo = uses_cgo(first, compiles, job)
    if compiles:
        add_builder(call, compiles, cgo, job)
    if cgo:
        call.add("CGO", "ON")
    for keyword, words in (
        ("BUILD_TAGS", first.tags),
        ("LDFLAGS", ldflags(first, cgo)),
        ("GCFLAGS", first.gcflags),
    ):
        if any(words):
            call.add(keyword, *[word for word in words if word])
    add_flags(call, first)
    add_stamps(call, first, job)
    add_environment(call, first)
    add_platforms(call, first, compiles, cgo, job)
    if compiles:
        add_git(call, compiles)
    if compiles and compiles.secrets:
        call.add(
            "SECRETS",
            *[
                re.sub(r"\$ENV\{HOME\}", "\x01ENV{HOME}\x01", each)
                for each in dict.fromkeys(compiles.secrets)
            ],
        )
    if compiles and "SSH" in compiles.config:
        call.add("SSH", "default")


def add_git(call: Call, state: State) -> None:
    """The settings of git that the stage makes, as a file of the build tree."""
    if state.git:
        text = "\n".join(f'[url "{new}"]\n\tinsteadOf = {old}' for new, old in state.git)
        call.before.append(
            f"file(\n  CONFIGURE\n  OUTPUT gitconfig\n  CONTENT [=[\n{text}\n]=]\n  @ONLY\n)"
        )
        state.secrets.append(f"id=gitconfig,src={reference('CMAKE_CURRENT_BINARY_DIR')}/gitconfig")


def ldflags(build: GoBuild, cgo: bool) -> list[str]:
    """-extldflags is for the linker of C, which nothing calls without cgo."""
    return [
        each for each in build.ldflags if cgo or not each.startswith(("-extldflags", "-linkmode"))
    ]


def add_flags(call: Call, build: GoBuild) -> None:
    profiles = [each[5:] for each in build.flags if each.startswith("-pgo=")]
    if profiles:
        call.add("PGO", profiles[-1])
    others = [each for each in build.flags if not each.startswith("-pgo=") and "\x01" not in each]
    if others:
        call.add("GO_FLAGS", *others)


def uses_cgo(build: GoBuild, state: State | None, job: Import) -> bool:
    value = build.environment.get("CGO_ENABLED", "")
    if value:
        return value == "1"
    if state and COMPILERS & set(state.packages):
        return True
    job.findings.add(
        build.line,
        CHANGED,
        "no CGO_ENABLED: the program is built without cgo, so it needs no C library; CGO ON uses it",
    )
    return False


def add_builder(call: Call, state: State, cgo: bool, job: Import) -> None:
    packages = [name for name in state.packages if name.partition("=")[0] not in NOT_FOR_GO]
    official = OFFICIAL.match(state.base)
    tag = official[1] or "" if official else ""
    version, _, system = tag.partition("-")
    if (
        not official
        or "\x01" in system
        or "@" in state.base
        or (cgo and not system.startswith("alpine"))
    ):
        call.add("BUILDER_IMAGE", state.base)
    elif version not in ("", "latest", "alpine", "1") and re.fullmatch(
        "[\\d.]+|\x01.*\x01", version
    ):
        call.add("GO_VERSION", version)
    if cgo and packages:
        call.add("BUILDER_PACKAGES", *packages)


def add_environment(call: Call, build: GoBuild) -> None:
    words = [
        f"{name}={value}"
        for name, value in build.environment.items()
        if GO_ENVIRONMENT.match(name) and value
    ]
    if words:
        call.add("GO_ENV", *words)


def add_platforms(call: Call, build: GoBuild, state: State | None, cgo: bool, job: Import) -> None:
    value = build.environment.get("GOARCH", "")
    known = REFERENCE.fullmatch(value)
    if value and not known and "\x02" not in value:
        call.add("PLATFORMS", f"linux/{value}")
    elif known or (state and state.native):
        if cgo:
            job.findings.add(
                build.line,
                LOST,
                "several PLATFORMS with cgo need a C compiler for each: CC <platform>=<command>",
            )
        else:
            call.multi = True
            call.add("PLATFORMS", "linux/amd64", "linux/arm64")
            job.findings.add(
                build.line,
                CHANGED,
                "TARGETARCH: which platforms to build for is not said; these two were chosen",
            )
