"""Writes docs/terminal.svg, the picture of the README: what a terminal shows of a real run.

  python3 docs/terminal.py

The run takes place in a temporary directory, which the picture shows as ~/shop. It needs CMake, Ninja and Go.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs/terminal.svg"
COLUMNS = 106
PROJECT = """\
cmake_minimum_required(VERSION 3.25)
project(shop LANGUAGES NONE)
enable_testing()
list(APPEND CMAKE_MODULE_PATH "${CMAKE_CURRENT_SOURCE_DIR}/cmake")
include(GoContainer)

add_go_container(web
  SOURCE_DIR services/web
  PACKAGE    ./cmd/web
  BASE       scratch
  EXPOSE     8080
  MAX_SIZE   15MB)
"""
COMMANDS = [
    "tail -6 CMakeLists.txt",
    "cmake -B build -G Ninja -D GO_CONTAINER_ENGINE=builtin",
    "cmake --build build --target image",
    "cmake --build build --target image  # nothing changed",
    "ctest --test-dir build --progress",
    "sed -i s/15MB/5MB/ CMakeLists.txt",
    "ctest --test-dir build --output-on-failure -R size 2>&1 | grep -A 5 size:",
]
STYLE = """\
text { font: 12px/1 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #24292f; }
rect { fill: #f6f8fa; stroke: #d0d7de; }
.prompt { fill: #0550ae; font-weight: bold; } .good { fill: #116329; } .bad { fill: #cf222e; }
@media (prefers-color-scheme: dark) {
text { fill: #d1d7e0; } rect { fill: #151b23; stroke: #3d444d; }
.prompt { fill: #79c0ff; } .good { fill: #56d364; } .bad { fill: #ff7b72; } }
"""


def session(directory: Path) -> list[str]:
    """The lines that a terminal shows of the commands, in a project that is made in the directory.

    :raises subprocess.CalledProcessError: a command fails, other than the last one.
    """
    shop = directory / "shop"
    shutil.copytree(ROOT / "examples/web", shop / "services/web")
    (shop / "cmake").symlink_to(ROOT / "cmake")
    (shop / "CMakeLists.txt").write_text(PROJECT)
    lines = []
    for command in COMMANDS:
        status, output = in_terminal(command, shop)
        if status and command != COMMANDS[-1]:
            raise subprocess.CalledProcessError(status, command, output)
        shown = list(screen(output.replace(os.fsencode(directory), b"~")))
        lines += [f"$ {command}", *shown, ""]
    return lines[:-1]


def in_terminal(command: str, directory: Path) -> tuple[int, bytes]:
    """The exit status of a shell command, and what it writes to its terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    environment = {**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(
        ["sh", "-c", command], cwd=directory, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:  # fmt: skip
        os.close(theirs)
        output = b""
        while piece := read(ours):
            output += piece
    os.close(ours)
    return process.returncode, output


def read(terminal: int) -> bytes:
    """The next bytes; none at the end, which Linux reports as an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def screen(output: bytes) -> Iterator[str]:
    """What stays on the screen: a carriage return writes over the line, and colours are left out."""
    text = re.sub(r"\x1b\[[\d;]*m", "", output.decode())
    for line in text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []:
        shown = ""
        for part in line.split("\r"):
            part, erase, _ = part.partition("\x1b[K")
            shown = part if erase else part + shown[len(part) :]
        yield shown.expandtabs().rstrip()


def kind(line: str) -> str:
    """The class of a line in the style sheet."""
    if line.startswith("$ "):
        return ' class="prompt"'
    if "FAILED" in line:
        return ' class="bad"'
    return ' class="good"' if "100% tests passed" in line else ""


def svg(lines: list[str]) -> str:
    """The picture of these lines, with its text as text."""
    width, height = 20 + 7.25 * COLUMNS, 24 + 16 * len(lines)
    texts = "".join(
        f'<text x="12" y="{24 + 16 * number}" xml:space="preserve"{kind(line)}>{escape(line)}</text>\n'
        for number, line in enumerate(lines)
        if line
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height}" role="img">\n'
        "<title>A terminal: GoContainer configures, builds and tests an image</title>\n"
        f"<style>\n{STYLE}</style>\n"
        f'<rect x="0.5" y="0.5" width="{width - 1:g}" height="{height - 1}" rx="8"/>\n'
        f"{texts}</svg>\n"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        PICTURE.write_text(svg(session(Path(directory).resolve())), encoding="utf-8")
    print(f"wrote {PICTURE}")


if __name__ == "__main__":
    sys.exit(main())
