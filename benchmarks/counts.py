"""What GoContainer does, counted: programs that start, files that are opened, requests to a registry, instructions. A busy
machine changes none of them, so a test holds them against the committed ones."""

from __future__ import annotations

import json
import platform
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from measure import call
from ours import Builtin
from peers import Peer
from publishers import BuiltinPush
from scenarios import nothing, unconfigure
from tools import Tools
from workloads import WORKLOADS

COUNTS = "counts.json"
# Programs of Go do not run below Valgrind; what compiles is not counted here.
SKIPPED = "--trace-children-skip=*/go"


@dataclass
class Task:
    """A command that does the same each time."""

    peer: Peer
    command: list[str | Path]
    before: Callable[[Peer], None] = nothing
    times: int = 1
    """How often its instructions are counted. The least counts: in short ones the addresses of memory tell."""

    def run(self, *counter: str | Path) -> None:
        """Once, below the command that counts."""
        self.before(self.peer)
        env = {**self.peer.env, "PYTHONHASHSEED": "0"}
        call([*counter, *self.command], env, self.peer.source)


def counted(tools: Tools) -> dict[str, dict[str, int]]:
    """The counts by scenario, of one container with a program that prints a word."""
    workload = next(workload for workload in WORKLOADS if workload.name == "tiny")
    builtin = Builtin(tools, workload)
    proxy = tools.registry().proxy
    push = BuiltinPush(tools, workload, proxy.address)
    tasks = {
        "nothing": Task(builtin, builtin.command(), times=5),
        "push": Task(push, push.command()),
        # Behind what needs the build tree.
        "configure": Task(builtin, builtin.configure(), unconfigure),
    }
    for peer in (builtin, push):
        peer.prepare()
    found = {}
    for name, task in tasks.items():
        print(f"Counting: {name}", flush=True)
        for _ in range(2):
            task.run()  # all that is kept is there then
        proxy.reset()
        found[name] = {
            **opened(task),
            "requests": proxy.requests,
            "instructions": min(executed(task) for _ in range(task.times)),
        }
    return found


def opened(task: Task) -> dict[str, int]:
    """The programs that start, and the files and directories that they open."""
    with tempfile.NamedTemporaryFile("r") as log:
        # A busy machine sends more signals, as Go's runtime interrupts itself.
        words = ["trace=execve,?open,openat", "status=successful", "signal=none"]
        task.run("strace", "-f", "-qq", *(f"-e{w}" for w in words), "-o", log.name)
        # CMake looks at each process of the machine.
        calls = [line.split()[1] for line in log if '"/proc/' not in line]
    programs = sum(word.startswith("execve(") for word in calls)
    return {"programs": programs, "files": len(calls) - programs}


def executed(task: Task) -> int:
    """The instructions of all programs together."""
    with tempfile.TemporaryDirectory() as logs:
        words = ["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]
        task.run("valgrind", *words, "--trace-children=yes", SKIPPED, f"--log-file={logs}/%p")
        told = [re.findall(r"I +refs: +([\d,]+)", log.read_text()) for log in Path(logs).iterdir()]
    return sum(int(numbers[-1].replace(",", "")) for numbers in told if numbers)


def write(directory: Path, tools: Tools) -> None:
    """Count, and write the numbers with the versions that they are of."""
    versions = {
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()),
        "python": platform.python_version(),
        "cmake": call(["cmake", "--version"], tools.env()).split()[2],
        "ninja": call(["ninja", "--version"], tools.env()),
        "go": call(["go", "env", "GOVERSION"], tools.env()),
    }
    numbers = {"versions": versions, "counts": counted(tools)}
    directory.mkdir(parents=True, exist_ok=True)
    (directory / COUNTS).write_text(json.dumps(numbers, indent=2) + "\n")
