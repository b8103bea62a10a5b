"""The line that tells how far a transfer is: in a terminal only, as wide as that is, and gone in the end."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

import pytest
from gocontainer.common import progress as module
from gocontainer.common.progress import Progress, line_of
from harness import GOCONTAINER
from hostile import HostileRegistry
from pushing import several

SIZES = {"a": 30_000_000, "b": 10_000_000}


class Terminal:
    """A terminal, and what was written to it."""

    def __init__(self, columns=80):
        self.ours, self.theirs = pty.openpty()
        self.resize(columns)
        self.stream = open(self.theirs, "w", closefd=False)  # noqa: SIM115 # until the test ends

    def resize(self, columns):
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def run(self, command, **environment):
        """The output of a command that is in the terminal; what goes to its standard output comes by itself."""
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=self.theirs,
            env={**os.environ, "PYTHONPATH": str(GOCONTAINER.parent), **environment},
        )
        out = process.communicate()[0].decode()
        assert process.returncode == 0
        return out, self.written()

    def written(self):
        """All of it so far. The kernel hands it over a little later, so an end is written behind it, and waited for."""
        end = b"\0"
        os.write(self.theirs, end)
        found = b""
        while not found.endswith(end):
            found += os.read(self.ours, 65536)
        return found[: -len(end)].decode()

    def close(self):
        self.stream.close()
        os.close(self.ours)
        os.close(self.theirs)


class Clock:
    """Seconds, as the test says."""

    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(module, "wanted", True)  # perhaps a test silenced this process
    terminal = Terminal()
    yield terminal
    terminal.close()


def lines(written):
    """What the terminal shows, one after the other; the last one stays."""
    assert written.startswith("\r")
    shown = [part.removesuffix("\x1b[K") for part in written[1:].split("\r")]
    assert "\x1b" not in "".join(shown)  # no colour, so NO_COLOR has nothing to change
    return shown


def test_bytes_and_the_time_that_is_left(terminal):
    clock = Clock()
    with Progress("Pulling api:1", SIZES, terminal.stream, clock) as progress:
        progress.reached("a", 0)
        clock.now = 0.05
        progress.reached("a", 1_000_000)  # too early to draw again
        clock.now = 0.5
        progress.reached("a", 5_000_000)
        clock.now = 2
        progress.reached("b", 5_000_000)
        terminal.resize(30)
        clock.now = 4
        progress.reached("a", 15_000_000)
        clock.now = 5
        progress.reached("a", 10_000_000)  # some must come again
        progress.needless("b")
        clock.now = 10
        progress.reached("a", 30_000_000)
    assert lines(terminal.written()) == [
        f"Pulling api:1 [{'':40}] 0.0 of 40.0 MB",
        f"Pulling api:1 [{'#' * 5:40}] 5.0 of 40.0 MB",
        f"Pulling api:1 [{'#' * 9:37}] 10.0 of 40.0 MB, 6 s left",
        "20.0 of 40.0 MB, 4 s left",
        "15.0 of 40.0 MB, 8 s left",
        "30.0 of 30.0 MB, 0 s left",
        "",
    ]


@pytest.mark.parametrize("columns", [1, 10, 24, 30, 40, 60, 100, 200])
def test_a_line_is_narrower_than_its_terminal(columns):
    for left in (None, 3, 125, 5400):
        line = line_of("Pushing registry.example.com/team/web", 1_000, 20_000_000, left, columns)
        assert len(line) < columns
        assert ("[" in line) == (columns >= 100)


@pytest.mark.parametrize(
    ("left", "text"), [(0.4, "0 s"), (59.4, "59 s"), (125, "2 min 05 s"), (5400, "1 h 30 min")]
)
def test_times(left, text):
    assert line_of("", 1, 2, left, 80).endswith(f"1 of 2 B, {text} left")


def test_an_error_erases_it(terminal):
    with pytest.raises(OSError), Progress("Pulling", SIZES, terminal.stream) as progress:
        progress.reached("a", 1)
        raise OSError
    assert lines(terminal.written())[-1] == ""


@pytest.mark.parametrize("kind", ["dumb", None, "a file"])
def test_other_places_get_nothing(terminal, tmp_path, monkeypatch, kind):
    if kind is None:
        monkeypatch.delenv("TERM")
    elif kind == "dumb":
        monkeypatch.setenv("TERM", kind)
    with (tmp_path / "file").open("w+") as file:
        stream = file if kind == "a file" else terminal.stream
        with Progress("Pulling", SIZES, stream) as progress:
            progress.reached("a", 1)
        assert file.read() + terminal.written() == ""


@pytest.fixture
def here():
    with HostileRegistry() as here:
        yield here


def test_the_commands_draw_it(here, terminal, tmp_path, monkeypatch):
    """push, pull, and what looks at an image of a registry: only the last one with --json is quiet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "none"))
    for name, data in several("amd64").items():
        file = tmp_path / "layout" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    reference = f"{here.host}/team/api:1"
    gocontainer = [sys.executable, "-m", "gocontainer"]
    out, drawn = terminal.run([*gocontainer, "push", tmp_path / "layout", reference])
    assert out.startswith(f"{reference} sha256:")
    assert lines(drawn)[0].startswith(f"Pushing {here.host}/team/api [")
    assert lines(drawn)[-1] == ""
    pull = [*gocontainer, "pull", "--platform", "linux/amd64", reference, tmp_path / "api.tar"]
    out, drawn = terminal.run(pull)
    assert re.fullmatch(r"\S+ sha256:\S+ [\d,]+ bytes\n", out)
    assert lines(drawn)[0].startswith(f"Pulling {reference} [")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))
    shown = [*gocontainer, "show", "--platform", "linux/amd64", reference]
    assert terminal.run([*shown, "--json"])[1] == ""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty, too"))
    assert lines(terminal.run(shown)[1])[0].startswith(f"Pulling {reference} [")
