"""Looks at the program itself: is it what was to be built, and does it need nothing else to run?"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from gocontainer.checks import CheckError, Test
from gocontainer.common.platforms import setting_of
from gocontainer.read.elf import BuildInfo, Elf, ElfError, read_build_info, read_elf
from gocontainer.read.squash import FILE, Entry

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gocontainer.common.plan import Program


def check_binary(test: Test) -> str:
    """Each program is there and executable, and Go built it for the platform, by the version and of
    the package that were declared; its own build information tells."""
    return "\n".join(check_program(test, program) for program in test.plan["programs"])


def check_program(test: Test, program: Program) -> str:
    path = program["path"]
    entry = entry_of(test, path)
    if not entry.mode & 0o111:
        raise CheckError(
            "the program is not executable",
            found=f"{path} with mode {entry.mode:04o}",
            remedy=build_again(test),
        )
    elf, info = read_program(test, path)
    wanted = expected(test, program["package"])
    found = actual(elf, info, test.plan["platform"]["architecture"], wanted)
    wrong = [key for key, value in wanted.items() if found[key] != value]
    if wrong:
        raise CheckError(
            "the program is another one",
            declared=", ".join(f"{key} {wanted[key]}" for key in wrong),
            found=", ".join(f"{key} {found[key] or '(unknown)'}" for key in wrong),
            remedy=build_again(test),
        )
    return f"{path}, {found['package']} for {found['GOOS']}/{found['GOARCH']} by {info.version}"


def read_program(test: Test, path: str) -> tuple[Elf, BuildInfo]:
    """The headers of the program at that path, and what Go wrote into it.

    :raises CheckError: there is no program that Go built.
    """
    try:
        with test.index.open(entry_of(test, path)) as file:
            return read_elf(file), read_build_info(file)
    except ElfError as error:
        raise CheckError(
            "the program is none that Go built",
            found=f"{path}: {error}",
            remedy=build_again(test),
        ) from error


def build_again(test: Test) -> str:
    return f"build the target {test.plan['name']} again; does FILES put something in its place?"


def entry_of(test: Test, path: str) -> Entry:
    """The file of the program at that path.

    :raises CheckError: it is not there.
    """
    entry = test.index.find(path)
    if entry is None or entry.kind != FILE:
        raise CheckError(
            "the program is missing",
            declared=path,
            found="nothing there" if entry is None else f"a {entry.kind} there",
            remedy=build_again(test),
        )
    return entry


def expected(test: Test, package: str) -> dict[str, str]:
    """What the plan says of the program of that package."""
    platform = test.plan["platform"]
    facts = {
        "GOOS": platform["os"],
        "GOARCH": platform["architecture"],
        "architecture": platform["architecture"],
    }
    environment = dict(variable.split("=", 1) for variable in test.plan["go"]["env"])
    if environment.get("GOTOOLCHAIN", "").startswith("go"):
        facts["version"] = environment["GOTOOLCHAIN"]
    if "version" in test.plan["go"]:
        facts["release"] = "go" + test.plan["go"]["version"]
    variant = dict(setting.split("=", 1) for setting in setting_of(platform))
    name = processor_setting(platform["architecture"])
    if value := {**environment, **variant}.get(name):
        facts[name] = value
    path = import_path(Path(test.plan["source"]), package)
    if path is not None:
        facts["package"] = path
    return facts


def actual(elf: Elf, info: BuildInfo, architecture: str, wanted: dict[str, str]) -> dict[str, str]:
    name = processor_setting(architecture)
    setting = info.settings.get(name, "")
    if "," not in wanted.get(name, ""):
        setting = setting.partition(",")[0]  # 7,hardfloat is what go calls GOARM=7
    return {
        name: setting,
        "GOOS": info.settings.get("GOOS", ""),
        "GOARCH": info.settings.get("GOARCH", ""),
        "architecture": elf.architecture or "",
        "version": info.version.split(" ")[0],
        "release": ".".join(re.split(r"[. ]|rc|beta", info.version)[:2]),
        "package": info.path,
    }


def processor_setting(architecture: str) -> str:
    """The variable of the go command for the processors of an architecture, such as GOARM."""
    return "GO" + architecture.removesuffix("le").upper()


def import_path(source: Path, package: str) -> str | None:
    """The import path of the main package; None where no go.mod tells it any more."""
    if not package.startswith("."):
        return package.split("@")[0]
    directory = posixpath.normpath(package)
    rest: list[str] = []
    while True:
        file = source / directory / "go.mod"
        if file.is_file():
            module = re.search(
                r'^\s*module\s+(?:"([^"]+)"|`([^`]+)`|(\S+))',
                file.read_text(encoding="utf-8"),
                re.M,
            )
            name = next(filter(None, module.groups()), None) if module else None
            return None if name is None else "/".join([name, *rest])
        if directory == ".":
            return None
        directory, last = posixpath.split(directory)
        rest.insert(0, last)
        directory = directory or "."


def check_static(test: Test) -> str:
    """No program needs a loader or a shared library."""
    if not test.plan["programs"]:
        raise CheckError(
            "the image has no program that Go built",
            declared="PROGRAMS NONE",
            remedy=f"remove STATIC in {test.call()}",
        )
    return "\n".join(check_static_program(test, each["path"]) for each in test.plan["programs"])


def check_static_program(test: Test, path: str) -> str:
    with test.index.open(entry_of(test, path)) as file:
        try:
            elf = read_elf(file)
        except ElfError as error:
            raise CheckError(
                "the program is not static",
                found=f"{path}: {error}",
                remedy="a script needs its interpreter; remove STATIC, or build a program",
            ) from error
    if elf.interpreter is not None or elf.dynamic:
        loader = elf.interpreter or "no interpreter, but a dynamic section"
        there = elf.interpreter is not None and test.index.find(elf.interpreter) is not None
        raise CheckError(
            "the program is not static",
            found=f"{path}: {loader}"
            + (
                ", which is in the image"
                if there
                else ", which is not in the image"
                if elf.interpreter
                else ""
            ),
            remedy=f'leave CGO off, or link statically: LDFLAGS -linkmode=external "-extldflags=-static" in add_go_container({test.plan["name"]})',
        )
    return f"{path} needs no loader"
