"""Images with something large in them: how long each takes to make, and how much memory. See scale.py."""

from __future__ import annotations

import itertools
import shlex
import shutil
import sys

import base_images
from measure import CommandError, Sample, call, measure
from ours import Builtin
from publishers import BuiltinPush
from tools import HERE, REPOSITORY, Tools
from workloads import TINY, Workload, edition

GIBIBYTE = 2**30
NOT_MEASURED = 0
"""Of memory: the go command is among what runs."""


class Payload(Builtin):
    """An image of a tiny program, and so much of something."""

    amount: int
    unit = "bytes"
    platforms: tuple[str, ...] = ()

    def __init__(self, tools: Tools):
        workload = Workload(self.name, self.what, (), program=TINY, platforms=self.platforms)
        super().__init__(tools, workload)

    def resize(self, amount: int) -> None:
        """Make a project with so much of it."""
        self.wanted = amount
        self.prepare()

    def fill(self) -> str:
        """Make what is large; returns the words of the call."""
        raise NotImplementedError

    def lists(self):
        return super().lists().replace("GO_ENV", f"{self.fill()} GO_ENV")

    def made(self) -> Sample:
        """A configure run and a build from nothing, but Go's cache is warm; its time, and the peak memory of the
        assembler alone."""
        shutil.rmtree(self.directory / "build")
        commands = [shlex.join(map(str, words)) for words in (self.configure(), self.command())]
        sample = measure(["sh", "-c", " && ".join(commands)], self.directory, self.env)
        return Sample(sample.seconds, self.peak())

    def peak(self) -> int:
        """Bytes of the assembler's peak memory, when it makes the image again."""
        self.prune()
        piece = REPOSITORY / "cmake/GoContainer/gocontainer/__main__.py"
        (script,) = (self.directory / "build").rglob("*.container/build.sh")
        lines = script.read_text().replace("\\\n", " ").splitlines()
        words = shlex.split(next(line for line in lines if f"{piece} build " in line))
        words = words[words.index(str(piece)) + 1 :]
        arguments = itertools.takewhile(lambda word: word not in ("||", "&&"), words)
        output = self.directory / "peak"
        command = [sys.executable, "-B", HERE / "memory.py", output, piece.parents[1], *arguments]
        measure(command, self.directory / "build", self.env)
        if not self.archives()[0].exists():
            raise CommandError("there is no image")
        return int(output.read_text())

    def clear(self) -> None:
        """Remove all that was made."""
        shutil.rmtree(self.directory)


class LargeFile(Payload):
    name = "large-file"
    what = "one file in FILES"
    amount = GIBIBYTE

    def fill(self):
        payload = self.directory / "payload"
        with payload.open("wb") as file:
            file.truncate(self.wanted)  # zeros: a plain layer takes as long for any other bytes
        return f"FILES {payload}"


class ManyFiles(Payload):
    name = "many-files"
    what = "a directory in FILES"
    amount = 100_000
    unit = "files"

    def fill(self):
        for number in range(self.wanted):
            file = self.directory / f"tree/{number // 1000}/{number}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{number}\n")
        return f"FILES {self.directory}/tree"


class ListedFiles(ManyFiles):
    name = "listed-files"
    what = "files in FILES, each by its name"
    amount = 5_000

    def fill(self):
        super().fill()
        return "FILES " + " ".join(map(str, sorted((self.directory / "tree").rglob("*/*"))))


class LargeBase(Payload):
    name = "large-base"
    what = "a base on disk, in layers of 100 MB that are not compressed"
    amount = 2_000_000_000

    @property
    def base(self):
        return f"oci:{self.directory}/base"

    def fill(self):
        base_images.plain(self.directory / "base", self.wanted)
        return ""


class LargeIndex(LargeFile):
    name = "large-index"
    what = "one file in FILES, in an image for two platforms"
    amount = GIBIBYTE // 2
    platforms = ("linux/amd64", "linux/arm64")


class LargePush(LargeFile, BuiltinPush):
    name = "large-push"
    what = "one file in FILES, of an image that is pushed to an empty registry"

    def __init__(self, tools: Tools):
        super().__init__(tools)
        self.host = tools.registry().address

    def made(self):
        call(["ninja", "-C", self.directory / "build", "image"], self.env)
        self.tools.registry().forget()
        shutil.rmtree(self.directory / "build/CMakeFiles/GoContainer/layers", ignore_errors=True)
        return measure(self.command(), self.directory, self.env)


class ManyContainers(Builtin):
    """A thousand containers, of which so many have a program that changed."""

    name = "changed-containers"
    what = "containers of 1,000 that changed in one line each"
    amount = 100
    unit = "containers"
    program = 'package main\n\nfunc main() {{ println("{name}") }}\n'

    def __init__(self, tools: Tools):
        workload = Workload(
            self.name, self.what, (), program=self.program, containers=1000, services=True
        )
        super().__init__(tools, workload)
        self.prepare()
        measure(self.command(), self.directory, self.env)

    def resize(self, amount: int) -> None:
        self.wanted = amount

    def made(self) -> Sample:
        for name in self.workload.names()[: self.wanted]:
            main = self.source / "cmd" / name / "main.go"
            main.write_text(self.program.format(name=edition()))
        return Sample(measure(self.command(), self.directory, self.env).seconds, NOT_MEASURED)

    def clear(self) -> None:
        shutil.rmtree(self.directory)


PAYLOADS = [LargeFile, ListedFiles, LargeIndex, LargePush, LargeBase, ManyFiles, ManyContainers]
