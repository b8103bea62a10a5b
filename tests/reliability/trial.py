"""A project of two containers in a directory of its own, and the one question: is the image the right one?"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import signal
import subprocess
import tarfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
LISTS = """\
cmake_minimum_required(VERSION 3.25)
project(trial LANGUAGES NONE)
list(APPEND CMAKE_MODULE_PATH "{}/cmake")
include(GoContainer)
add_go_container(one BASE scratch PACKAGE ./one {})
add_go_container(two BASE scratch PACKAGE ./two)
"""
MAIN = 'package main\n\nconst word = "said {}"\n\nfunc main() {{ println(word) }}\n'


class Trial:
    """:param files: whether one of the containers has a file besides its program."""

    def __init__(self, directory: Path, binary: Path | None = None, files: bool = True) -> None:
        self.source, self.binary = directory / "source", binary or directory / "build"
        more = "FILES data DESTINATION /srv" if files else ""
        self.write("CMakeLists.txt", LISTS.format(REPOSITORY, more))
        self.write("go.mod", "module example.com/trial\n\ngo 1.22\n")
        self.edit(0)
        self.run("cmake", "-S", self.source, "-B", self.binary, "-G", "Ninja", "-D", "GO_CONTAINER_ENGINE=builtin")  # fmt: skip

    def write(self, name: str, text: str) -> None:
        file = self.source / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def edit(self, number: int) -> None:
        """Change all sources; the images are right when they have this number."""
        self.number = number
        for name in ("one", "two"):
            self.write(f"{name}/main.go", MAIN.format(f"{name} {number:06}"))
        self.write("data", f"data {number:06}\n" * 1000)

    def run(self, *command: object) -> None:
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"failed: {command}\n{done.stdout}{done.stderr}")

    def build(self) -> None:
        self.run("cmake", "--build", self.binary, "--target", "image")

    def start(self) -> subprocess.Popen[bytes]:
        """Start a build in a session of its own."""
        command = ["cmake", "--build", str(self.binary), "--target", "image"]
        quiet = subprocess.DEVNULL
        return subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)

    def seconds(self) -> float:
        """How long a build takes after an edit."""
        self.edit(self.number + 1)
        start = time.monotonic()
        self.build()
        return time.monotonic() - start

    def wrong(self) -> str:
        """What is wrong with the images; nothing where they are right."""
        for name in ("one", "two"):
            try:
                layers = b"".join(layers_of(self.binary / f"{name}.container/{name}.tar"))
            except (OSError, ValueError, KeyError, tarfile.TarError) as error:
                return f"{name}.tar: {error}"
            if f"said {name} {self.number:06}".encode() not in layers:
                return f"{name}.tar has another program than that of edit {self.number}"
            if (
                name == "one"
                and b"srv" in layers
                and f"data {self.number:06}".encode() not in layers
            ):
                return f"{name}.tar has another file than that of edit {self.number}"
        return ""


def layers_of(archive: Path) -> list[bytes]:
    """The layers, each with the digest that the archive claims.

    :raises ValueError: one has not.
    """
    found = []
    with tarfile.open(archive) as image:
        for blob in (member for member in image if member.name.startswith("blobs/")):
            data = image.extractfile(blob).read()  # type: ignore[union-attr]
            if hashlib.sha256(data).hexdigest() != blob.name.rpartition("/")[2]:
                raise ValueError(f"{blob.name} has another digest")
        for name in json.load(image.extractfile("manifest.json"))[0]["Layers"]:  # type: ignore[arg-type]
            data = image.extractfile(name).read()  # type: ignore[union-attr]
            with tarfile.open(fileobj=io.BytesIO(data)) as layer:
                layer.getnames()
            found.append(data)
    return found


def end_session(process: subprocess.Popen[bytes]) -> None:
    """Kill all processes of the session that the process leads. One that is started while /proc is read is not seen,
    so it is read until it has none."""
    while members := living_of(process.pid):
        for member in members:
            with contextlib.suppress(OSError):  # it ended by itself
                os.kill(member, signal.SIGKILL)
    process.wait()


def living_of(session: int) -> list[int]:
    """The processes of a session that have not ended."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, _, member_of = status.read_text().rpartition(")")[2].split()[:4]
            if int(member_of) == session and state != "Z":
                found.append(int(status.parent.name))
    return found
