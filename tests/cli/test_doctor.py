"""gocontainer doctor tells what works on this machine, and what to do about the rest."""

import json
import os
import shutil

import pytest
from gocontainer.cli.commands import main


def found(capsys):
    return {each["name"]: each for each in json.loads(capsys.readouterr().out)}


@pytest.mark.parametrize("option", [[], ["--json"]])
def test_a_machine_on_which_no_engine_works(tmp_path, monkeypatch, capsys, option):
    """Their commands are there, and say that something is broken."""
    for name in ("docker", "podman", "buildah", "go"):
        (tmp_path / name).write_text("#!/bin/sh\necho it is broken >&2\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert main(["doctor", *option]) == 1
    if not option:
        lines = capsys.readouterr().out.splitlines()
        place = next(n for n, line in enumerate(lines) if line.startswith("docker "))
        assert lines[place].startswith("docker     does not work: ")
        assert lines[place + 1].startswith("           Start the daemon, ")
        return
    rows = found(capsys)
    for engine in ("docker", "podman", "buildah", "builtin"):
        assert not rows[engine]["works"]
        assert rows[engine]["detail"] and rows[engine]["remedy"]
    assert "it is broken" in rows["docker"]["detail"]
    assert rows["python"]["works"]


def test_a_machine_with_go(capsys):
    assert main(["doctor"]) == 0
    assert "builtin    works" in capsys.readouterr().out.splitlines()


def test_a_machine_without_cmake(tmp_path, monkeypatch, capsys):
    assert shutil.which("cmake")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["doctor", "--json"]) == 1
    assert found(capsys)["cmake"] == {
        "name": "cmake",
        "works": False,
        "detail": "cmake does not start (No such file or directory)",
        "remedy": "Install CMake 3.25 or newer: python3 -m pip install cmake",
    }
