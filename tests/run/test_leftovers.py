"""What a run leaves is removed, also where it is killed, and with it the guard that cleans up after it."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from gocontainer.common.process import Process
from gocontainer.run.leftovers import COMMANDS, held, locked_directory
from harness import GOCONTAINER

OWNER = """
import subprocess, sys, time
from gocontainer.run.leftovers import held
with held(["sh", "-c", "echo removed >>" + sys.argv[1] + "/engine"]) as run:
    (run.directory / "root/locked").mkdir(parents=True)
    (run.directory / "root/locked/file").touch()
    (run.directory / "root/locked").chmod(0)
    program = subprocess.Popen(["sleep", "600"], start_new_session=True, stdout=subprocess.DEVNULL)
    run.started(program)
    print(run.directory, program.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """A directory for temporary files, of this test alone."""
    directory = tmp_path / "tmp"
    directory.mkdir()
    monkeypatch.setenv("TMPDIR", str(directory))
    monkeypatch.setattr("tempfile.tempdir", None)
    return directory


def until(condition):
    """Waits for an event; the time is for what never comes."""
    deadline = time.monotonic() + 300
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@contextlib.contextmanager
def owner(tmp_path):
    """A process that holds a run; its directory and its program."""
    command = [sys.executable, "-c", OWNER, str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(GOCONTAINER.parent)}
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        directory, program = process.stdout.readline().split()
        yield process, Path(directory), Process.of(int(program))


@pytest.mark.parametrize("how", ["ends", "is killed"])
def test_a_run_takes_all_along(tmp_path, temporary, how):
    with owner(tmp_path) as (process, directory, program):
        assert directory.stat().st_mode & 0o777 == 0o700
        if how == "is killed":
            process.kill()
            # The guard has none of its pipes, for whose end ctest would wait.
            assert process.stdout.read() == ""
            until(lambda: not program.alive())
        else:
            process.stdin.close()
            assert process.wait() == 0
            os.kill(program.pid, signal.SIGKILL)
    until(lambda: not any(temporary.iterdir()))
    assert set((tmp_path / "engine").read_text().split()) == {"removed"}


def test_the_guard_is_nobody_s_child(tmp_path):
    """CTest kills a test with its children."""
    with owner(tmp_path) as (process, _, program):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert children == [str(program.pid)]
        process.kill()


def test_the_next_run_cleans_up_after_those_without_a_guard(tmp_path, temporary):
    places = {}
    for name in ("dead", "alive", "other"):
        places[name], lock = locked_directory()
        words = ["touch", str(tmp_path / name)]
        (places[name] / COMMANDS).write_text(json.dumps([words]))
        if name != "alive":
            os.close(lock)
    places["other"].chmod(0o755)  # which we did not make
    (temporary / "go-container-held-link").symlink_to(tmp_path)
    with held():
        assert not places["dead"].exists()
    assert (tmp_path / "dead").exists()
    assert not (tmp_path / "alive").exists() and places["alive"].exists()
    assert not (tmp_path / "other").exists() and places["other"].exists()
