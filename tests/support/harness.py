"""What tests are written with: commands with a known environment, CMake projects, golden files."""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import shlex
import signal
import subprocess
import textwrap
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
GOCONTAINER = REPOSITORY / "cmake/GoContainer/gocontainer"
GENERATORS = ["Ninja", "Ninja Multi-Config", "Unix Makefiles"]

# Between two looks at whether a command still computes.
LOOK_SECONDS = 10

# What build trees remember of podman and buildah, by engine.
ISOLATIONS: dict[str, str] = {}


def clean_environment(state: Path) -> dict[str, str]:
    """All that commands get to see: nothing of the developer's own settings but how to reach the network."""
    kept = ("GO_CONTAINER_TEST_", "DOCKER_", "CONTAINERS_", "BUILDAH_")
    network = {"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "GOPROXY", "GOSUMDB"}
    return {
        **{k: v for k, v in os.environ.items() if k.startswith(kept) or k.upper() in network},
        "HOME": str(state / "home"),
        "PATH": f"{state}/bin:/usr/bin:/bin:/usr/sbin:/sbin",
        "LC_ALL": "C.UTF-8",
    }


@dataclass
class Result:
    command: list[str]
    returncode: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    def __str__(self) -> str:
        command = shlex.join(self.command)
        return f"$ {command}\n{self.output}\n[exit code {self.returncode}]"


def run(command, *, env=None, cwd=None, stdin="", expect_failure=False, patience=300) -> Result:
    """Run a command to its end; that it fails, or does not where it is expected to, fails the test.

    :param patience: it hangs when it, and what it started, computes nothing for so many seconds. How long it takes
        as a whole does not matter, as the machine may have other things to do.
    """
    command = [str(word) for word in command]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=env, cwd=cwd, stdin=pipe, stdout=pipe, stderr=pipe, text=True, errors="replace"
    ) as process:
        try:
            output = outcome(process, stdin, patience)
        except subprocess.TimeoutExpired:
            running = family(process.pid)
            for each in running:
                os.kill(each, signal.SIGKILL)
            result = Result(command, -signal.SIGKILL, *process.communicate())
            ended = "\n".join(running.values())
            raise AssertionError(f"hangs for {patience} s; ended:\n{ended}\n{result}") from None
    result = Result(command, process.returncode, *output)
    if expect_failure:
        assert result.returncode != 0, f"expected to fail:\n{result}"
    else:
        assert result.returncode == 0, f"failed:\n{result}"
    return result


def outcome(process: subprocess.Popen, stdin: str, patience: float) -> tuple[str, str]:
    """What the process says on standard output and error, at its end.

    :raises subprocess.TimeoutExpired: it hangs.
    """
    given, before, since = stdin, -1, time.monotonic()
    while True:
        try:
            return process.communicate(given, timeout=min(patience, LOOK_SECONDS))
        except subprocess.TimeoutExpired:
            given = None  # it has it
            spent = sum(map(ticks, family(process.pid)))
            if spent != before:
                before, since = spent, time.monotonic()
            elif time.monotonic() - since >= patience:
                raise


def ticks(pid: int) -> int:
    """The time that a process, and those it waited for, computed; 0 where it is gone."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, words[11:15]))


def family(pid: int) -> dict[int, str]:
    """The process and all below it: their ids and commands."""
    below = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = each.read_text().rpartition(")")[2].split()
            below.setdefault(int(words[1]), []).append(int(each.parent.name))
    command = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    found = {pid: f"{pid} {command}"}
    for child in below.get(pid, []):
        with contextlib.suppress(OSError):
            found.update(family(child))
    return found


def install(tmp_path: Path, source: Path = REPOSITORY) -> Path:
    """Install GoContainer and move it, as a package may be: no path of the build may remain."""
    build = tmp_path / "gocontainer-build"
    run(["cmake", "-S", source, "-B", build, "-G", "Ninja"])
    run(["cmake", "--install", build, "--prefix", tmp_path / "prefix"])
    moved = tmp_path / "elsewhere"
    (tmp_path / "prefix").rename(moved)
    installed = {p.relative_to(moved).as_posix() for p in moved.rglob("*") if p.is_file()}
    assert "share/cmake/GoContainer/GoContainer/gocontainer/read/layout.py" in installed
    assert not [name for name in installed if "cache/" in name or "cache__" in name]
    return moved


def needs_engine(name: str | None) -> None:
    """Skip the test if no engines were started: sh tests/run.sh --light."""
    if name in ("docker", "podman", "buildah", "skopeo", "umoci", "registry") and light():
        pytest.skip(f"needs {name}: run it without --light")


def light() -> bool:
    return "GO_CONTAINER_TEST_LIGHT" in os.environ


class Command:
    """A program with its environment: `docker("load", "--input", archive).stdout`."""

    def __init__(self, *command: str, env: Mapping[str, str] | None = None):
        self.command = command
        self.env = dict(env or {})

    def __call__(self, *arguments, env=None, **options) -> Result:
        needs_engine(self.command[0])
        environment = {**os.environ, **self.env, **(env or {})}
        if "rmi" in arguments and self.command != ("docker",):
            shared = Path(environment["GO_CONTAINER_TEST_STATE"], "storage.conf")
            alone = environment.get("CONTAINERS_STORAGE_CONF") != str(shared)
            assert alone, (
                "builds of other tests fail, as their layers go: use the fixture own_store"
            )
        return run([*self.command, *arguments], env=environment, **options)


class Golden:
    """Compares texts with the files in tests/golden, or writes those."""

    def __init__(self, places: Mapping[Path, str], regenerate: bool):
        self.places = places
        self.regenerate = regenerate

    def check(self, name: str, text: str) -> None:
        # Longest path first, as one place may be inside another one.
        for place in sorted(self.places, key=lambda p: -len(str(p))):
            text = text.replace(str(place), self.places[place])
        path = REPOSITORY / "tests/golden" / name
        if self.regenerate:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            return
        hint = "to accept what is there now: sh tests/run.sh --regenerate"
        assert path.exists(), f"there is no {path}; {hint}; the text:\n{text}"
        wanted = path.read_text()
        difference = difflib.unified_diff(
            wanted.splitlines(True), text.splitlines(True), str(path), "what is there now"
        )
        assert text == wanted, f"differs; {hint}\n{''.join(difference)}"


class Project:
    """A CMake project in a directory of its own, and its build tree beside it."""

    configured: ClassVar[list[Project]] = []
    """Those of the file of tests that runs."""

    def __init__(self, directory: Path):
        self.source = directory / "source"
        self.binary = directory / "build"
        self.source.mkdir(parents=True)
        self.generator = "Ninja"
        self._docker: Command | None = None
        self._path: str | None = None

    def write(self, name: str, text: str) -> Path:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    def cmakelists(self, body: str) -> None:
        head = f"""\
            cmake_minimum_required(VERSION 3.25)
            project(t LANGUAGES NONE)
            enable_testing()
            list(APPEND CMAKE_MODULE_PATH "{REPOSITORY}/cmake")
            include(GoContainer)
            """
        self.write("CMakeLists.txt", textwrap.dedent(head) + textwrap.dedent(body) + "\n")

    def go_module(self, directory=".", *, package=".", greeting="hello", main=None) -> None:
        """A module of the standard library only; its program prints the greeting and its arguments."""
        name = Path(directory).name or "program"
        self.write(f"{directory}/go.mod", f"module example.com/{name}\n\ngo 1.22\n")
        default = f"""\
            package main

            import (
            \t"fmt"
            \t"os"
            )

            func main() {{
            \tfmt.Println("{greeting}", os.Args[1:])
            }}
            """
        self.write(f"{directory}/{package}/main.go", main or default)

    def environment(self, env=None) -> dict[str, str]:
        """What cmake, ctest and the build get to see."""
        environment = dict(os.environ)
        # Of the test process only: the product has to leave no byte code behind by itself.
        del environment["PYTHONDONTWRITEBYTECODE"]
        if self._docker:
            environment.update(self._docker.env)
        if self._path:
            environment["PATH"] = self._path
        return {**environment, **(env or {})}

    def configure(
        self, *arguments, generator=None, engine=None, docker=None, path=None, env=None,
        expect_failure=False,
    ) -> Result:  # fmt: skip
        """docker and path count for build() and ctest() as well, env for this command only."""
        needs_engine(engine)
        if self not in self.configured:
            self.configured.append(self)
        self.generator = generator or self.generator
        self._docker = docker or self._docker
        self._path = path or self._path
        command = [
            "cmake",
            "-S",
            self.source,
            "-B",
            self.binary,
            "-G",
            self.generator,
            "-Werror=dev",
        ]
        if engine:
            command += ["-D", f"GO_CONTAINER_ENGINE={engine}"]
        if self._path:
            # Else CMake looks into /usr/bin, whatever PATH says.
            command += ["-D", "CMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF"]
        if engine in ISOLATIONS and not (self.binary / "CMakeCache.txt").exists():
            command += ["-D", ISOLATIONS[engine]]
        result = self._run([*command, *arguments], env, expect_failure)
        if engine and env is None and not expect_failure:
            self._remember_isolation(engine)
        return result

    def _remember_isolation(self, engine):
        """Other build trees need not try again what works on this machine: that takes a second."""
        cache = (self.binary / "CMakeCache.txt").read_text()
        if found := re.search(f"^_GO_CONTAINER_ISOLATION_{engine}:.*", cache, re.MULTILINE):
            ISOLATIONS[engine] = found.group()

    def build(
        self, target="all", *arguments, config=None, env=None, expect_failure=False
    ) -> Result:
        command = ["cmake", "--build", self.binary, "--target", target]
        if config:
            command += ["--config", config]
        return self._run([*command, *arguments], env, expect_failure)

    def ctest(self, *arguments, config=None, env=None, expect_failure=False) -> Result:
        command = ["ctest", "--test-dir", self.binary, "--output-on-failure", "--no-tests=error"]
        if config or "Multi" in self.generator:
            command += ["-C", config or "Debug"]
        return self._run([*command, *arguments], env, expect_failure)

    def _run(self, command, env, expect_failure) -> Result:
        result = run(command, env=self.environment(env), expect_failure=expect_failure)
        unexpected = "CMake Warning" in result.output and "-Wno-error=dev" not in command
        assert not unexpected, f"an unexpected warning:\n{result}"
        return result

    @staticmethod
    def snapshot(directory: Path) -> dict[str, tuple[int, bytes]]:
        """Every file under the directory, with its time and content: two are equal if nothing was written."""
        return {
            path.relative_to(directory).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
            for path in sorted(directory.rglob("*"))
            if path.is_file()
        }
