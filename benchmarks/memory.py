"""The assembler's own peak memory, without that of the go command below it.

As a program, `memory.py <output> <directory of the package> <arguments>`: runs the image piece in this process, then
writes the largest resident set of this process alone, in bytes."""

from __future__ import annotations

import importlib
import itertools
import json
import resource
import shlex
import sys
from pathlib import Path

from measure import CommandError, Sample, call, measure
from ours import Builtin
from tools import HERE, REPOSITORY, Tools
from workloads import SMALL, Workload

PAYLOAD = 2**30


class Assembler(Builtin):
    """An image with 1 GiB of FILES beside its program."""

    name = "assembler"

    def prepare(self):
        payload = self.directory / "payload"
        super().prepare()
        with payload.open("wb") as file:
            file.truncate(
                PAYLOAD
            )  # of zeros; plain layers are not compressed, so all bytes cost the same
        listing = self.directory / "CMakeLists.txt"
        listing.write_text(listing.read_text().replace("GO_ENV", f"FILES {payload} GO_ENV"))
        call(self.configure(), self.env)

    def assemble(self) -> Sample:
        """One build of the image: its time, and the peak memory of the assembler alone."""
        measure(self.command(), self.directory, self.env)  # FILES are staged, Go's cache is warm
        self.prune()
        piece = REPOSITORY / "cmake/GoContainer/gocontainer/__main__.py"
        (script,) = (self.directory / "build").rglob("*.container/build.sh")
        lines = script.read_text().replace("\\\n", " ").splitlines()
        words = shlex.split(next(line for line in lines if f"{piece} build " in line))
        words = words[words.index(str(piece)) + 1 :]
        arguments = list(itertools.takewhile(lambda word: word not in ("||", "&&"), words))
        output = self.directory / "peak"
        command = [sys.executable, "-B", HERE / "memory.py", output, piece.parents[1], *arguments]
        sample = measure(command, self.directory / "build", self.env)
        if self.size() < PAYLOAD:
            raise CommandError("the image lacks its payload")
        return Sample(sample.seconds, int(output.read_text()))


def assembler(tools: Tools) -> Sample:
    peer = Assembler(tools, Workload("payload", "1 GiB of FILES", (), program=SMALL))
    peer.prepare()
    try:
        return peer.assemble()
    finally:
        (peer.directory / "payload").unlink()
        peer.prune()


if __name__ == "__main__":
    output, directory, *arguments = sys.argv[1:]
    sys.path[0] = directory
    result = importlib.import_module("gocontainer.cli.commands").main(arguments)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    Path(output).write_text(json.dumps(peak))
    sys.exit(result)
