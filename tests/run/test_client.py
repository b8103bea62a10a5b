"""How the commands of engines are given the variables of a container."""

import json
import os
from pathlib import Path

import pytest
from gocontainer.read.source import ImageError
from gocontainer.run.client import given, memory_flags


@pytest.fixture
def told(tmp_path, monkeypatch):
    """A function: with what a client is called for variables, namely its words, what it reads from its file, and
    what is new in its environment."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "settings"))

    def call(env, engine="docker"):
        with given(engine, env, tmp_path) as variables:
            words = list(variables.flags)
            lines = ""
            if "--env-file" in words:
                place = words.index("--env-file")
                lines = Path(words[place + 1]).read_text()
                assert words[place + 1] == f"/dev/fd/{variables.descriptors[0]}"
                del words[place : place + 2]
            own = variables.environment or dict(os.environ)
            return words, lines, {k: v for k, v in own.items() if os.environ.get(k) != v}

    return call


def test_no_value_is_a_word(told):
    assert told({}) == ([], "", {})
    assert told({"A": "1", "B": " = # ", "EMPTY": ""}) == ([], "A=1\nB= = # \nEMPTY=\n", {})


def test_what_a_line_can_not_hold_is_in_the_environment_of_the_client(told):
    odd = {"N": "1\n2", "R": "1\r", "#": "1", "a b": "1", "L": "x" * 70_000, "U": "\udcff"}
    words, lines, own = told({"A": "1", **odd})
    assert words == [word for name in odd for word in ("--env", name)]
    assert (lines, own) == ("A=1\n", odd)


@pytest.mark.parametrize(
    "name", ["DOCKER_HOST", "PATH", "LD_PRELOAD", "https_proxy", "GODEBUG", "A*", "CONTAINERS_CONF"]
)
def test_what_changes_the_client_is_never_there(told, name):
    assert told({name: "1"}) == ([], f"{name}=1\n", {})
    with pytest.raises(ImageError, match=r"has a line break, or is too long, and docker reads"):
        told({name: "1\n2"})


def test_docker_s_client_reads_no_proxies(told, tmp_path):
    settings = tmp_path / "settings"
    settings.mkdir()
    (settings / "contexts").mkdir()
    for text in ("{}", "[]", '{"proxies": null}', '{"proxies": {}}', "{"):
        (settings / "config.json").write_text(text)
        assert told({})[2] == {}
    proxies = {"default": {"httpProxy": "http://a"}}
    (settings / "config.json").write_text(
        json.dumps({"proxies": proxies, "currentContext": "there"})
    )
    assert told({"A": "1"}, "podman") == ([], "A=1\n", {})
    for _ in range(2):  # of a run that has two containers
        copy = Path(told({})[2]["DOCKER_CONFIG"])
        assert json.loads((copy / "config.json").read_text()) == {"currentContext": "there"}
        assert (copy / "contexts").samefile(settings / "contexts")


def test_memory_is_limited_where_the_kernel_can(tmp_path):
    assert memory_flags(tmp_path) == ()
    (tmp_path / "cgroup.controllers").write_text("cpu pids\n")
    assert memory_flags(tmp_path) == ()
    (tmp_path / "cgroup.controllers").write_text("cpu memory pids\n")
    memory, swap = memory_flags(tmp_path)
    assert int(memory.partition("=")[2]) > 1 << 20
    assert swap == "--memory-swap=-1"
    (tmp_path / "cgroup.controllers").unlink()
    (tmp_path / "memory").mkdir()
    assert memory_flags(tmp_path) == (memory, swap)
