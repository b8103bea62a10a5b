"""Supervisors of services: of two runs of ctest one waits, and none is waited for without an end."""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from gocontainer import checks
from gocontainer.checks import CheckError
from gocontainer.checks.service import check_start, check_stop
from gocontainer.common.process import Process
from gocontainer.run import supervisor as supervising
from gocontainer.run.leftovers import note, take
from gocontainer.run.service import Service
from gocontainer.run.supervisor import end_supervisor, in_use
from harness import GOCONTAINER

HOLDER = """
import fcntl, sys
from gocontainer.run.leftovers import note
state = open(sys.argv[1], "a+")
fcntl.flock(state, fcntl.LOCK_EX)
if sys.argv[2]:
    note(state, **eval(sys.argv[2]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def service(tmp_path):
    declared = {"directory": str(tmp_path), "port": 1, "ready": {"tcp": True}, "timeout": 0.2}
    return Service({"name": "api", "engine": "builtin"}, tmp_path, "builtin", declared)


@contextlib.contextmanager
def supervisor(service, facts=""):
    """A process that has the lock, and wrote down these facts."""
    command = [sys.executable, "-c", HOLDER, str(service.place / "supervisor"), facts]
    pipe = subprocess.PIPE
    environment = {**os.environ, "PYTHONPATH": str(GOCONTAINER.parent)}
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("facts", ["", "{}"], ids=["unknown", "noted"])
def test_a_supervisor_is_found_and_ended(service, monkeypatch, facts):
    """Also where the file does not tell who has the lock: the kernel does."""
    monkeypatch.setattr(supervising, "NOTE_SECONDS", 0.1)
    with supervisor(service, facts) as process:
        assert end_supervisor(service)
        assert process.wait() == -15
    assert not end_supervisor(service)


def test_the_file_is_not_emptied_by_one_who_waits(service, tmp_path):
    """The next one to take over finds the one that has the lock."""
    with supervisor(service, "{}") as process:
        before = (service.place / "supervisor").read_text()
        (tmp_path / "log").write_text("of the other")
        report = supervising.launch(service)
        assert (
            report["problem"] == "another run of ctest, or a target that serves it, has the service"
        )
        assert report["found"] == f"its supervisor is process {process.pid}"
        assert (service.place / "supervisor").read_text() == before
        assert (tmp_path / "log").read_text() == "of the other"


def test_the_service_of_another_run_is_left_alone(service, tmp_path, golden):
    test = checks.Test("api.start", service.plan, tmp_path, service.declared)
    ours = Process.of(os.getppid())
    with supervisor(service, f"{{'caller': [{ours.pid}, '{ours.started}']}}"):
        assert not in_use(service)
    other = Process.of(os.getpid())  # which is not our caller
    with supervisor(service, f"{{'caller': [{other.pid}, '{other.started}']}}") as process:
        assert in_use(service)
        with pytest.raises(CheckError) as error:
            check_start(test)
        golden.check(
            "checks/service-two-runs.txt", f"{error.value}\n".replace(str(process.pid), "<pid>")
        )
        assert check_stop(test) == "nothing was running for this run of ctest"
        assert process.poll() is None
    with supervisor(service, "{'caller': [1, '-1']}"):
        assert not in_use(service)  # that one is gone


def test_the_turn_comes_when_the_other_ends(service, tmp_path):
    with (tmp_path / "supervisor").open("a+") as state, supervisor(service) as process:
        process.stdin.close()
        service.declared["timeout"] = 300
        assert supervising.wait_for_turn(service, state, lambda: False, supervising.Report(-1))
        with (tmp_path / "supervisor").open("a+") as another:
            assert not take(another)
        note(state, caller=[1, "2"])
        note(state, caller=[3, "4"])
        assert json.loads(Path(state.name).read_text()) == {"pid": os.getpid(), "caller": [3, "4"]}
        fcntl.flock(state, fcntl.LOCK_UN)
