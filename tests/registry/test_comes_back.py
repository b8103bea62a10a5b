"""A registry that is killed in the middle of a transfer, and started again meanwhile or not."""

import json
import os
import subprocess
import threading
import time
import urllib.error
import urllib.request
from contextlib import closing, suppress

import pytest
from daemons import free_port
from gocontainer.cli.push_archive import opened
from gocontainer.common.progress import Progress
from gocontainer.registry.cache import Cache
from gocontainer.registry.client import Client
from gocontainer.registry.connection import Connections
from gocontainer.registry.error import RegistryError
from gocontainer.registry.pull import Wanted, pull
from gocontainer.registry.reference import parse_reference
from harness import needs_engine
from hostile import Still
from images import entry, image, layer
from pushing import push, pushed, write
from real_registry import wait_for

# Of a layer, more than lie in sockets; and after how many of them the registry is killed.
BYTES, SOME = 24 << 20, 1 << 20


class Killed:
    """Debian's registry. Who transfers kills it, and the pauses between tries start it again, if it comes back."""

    def __init__(self, directory):
        self.host = f"127.0.0.1:{free_port()}"
        self.settings = directory / "registry.yml"
        storage = {"filesystem": {"rootdirectory": str(directory / "storage")}}
        settings = {"version": 0.1, "log": {"level": "warn"}, "storage": storage}
        self.settings.write_text(json.dumps({**settings, "http": {"addr": self.host}}))
        self.process = None
        self.lock = threading.Lock()
        self.comes_back = True
        self.pauses = 0

    def start(self):
        command = ["docker-registry", "serve", self.settings]
        nowhere = subprocess.DEVNULL
        self.process = subprocess.Popen(command, stdout=nowhere, stderr=nowhere)
        wait_for(self.host)

    def kill(self):
        with self.lock:  # other threads have it started meanwhile
            if self.process:
                self.process.kill()
                self.process.wait()
            self.process = None

    def client(self):
        """A client of which the second pause, so after a try in vain, starts the registry."""
        clock = Still()

        def sleep(_):
            with self.lock:  # other threads must not use up their tries
                self.pauses += 1
                if self.pauses == 2 and self.comes_back:
                    self.start()

        clock.sleep = sleep
        environ = {"HOME": "/nonexistent"}
        return Client(environ, clock, Connections(environ))


@pytest.fixture
def registry(tmp_path):
    needs_engine("registry")
    registry = Killed(tmp_path)
    registry.start()
    yield registry
    registry.kill()


@pytest.fixture
def plan(tmp_path, registry):
    files = image([layer(entry("large", os.urandom(BYTES)))])
    return write(tmp_path / "api", files, [f"{registry.host}/api:1"])


def wait_for_config(plan, host):
    """Until the registry has the config, which goes at the same time: a file that it was killed over is damaged for ever."""
    with closing(opened(plan.with_name("api.tar"))) as source:
        (named,) = source.json("index.json")["manifests"]
        config = source.document(named)["config"]["digest"]
    while True:
        with suppress(urllib.error.HTTPError):
            urllib.request.urlopen(f"http://{host}/v2/api/blobs/{config}").close()
            return
        time.sleep(0.01)


@pytest.fixture
def killing(registry, plan, monkeypatch):
    """A function: the next transfer kills the registry, once some bytes have passed."""
    reached = Progress.reached

    def killing():
        armed = [True]

        def reached_and_killed(self, key, count):
            if count > SOME and armed:
                armed.clear()
                wait_for_config(plan, registry.host)
                registry.kill()
            reached(self, key, count)

        monkeypatch.setattr(Progress, "reached", reached_and_killed)
        return armed

    return killing


def fetch(registry, directory):
    """Pull what was pushed; returns the digest that the layout has."""
    platform = {"os": "linux", "architecture": "amd64"}
    directory.mkdir(exist_ok=True)
    (directory / "cache").mkdir()
    reference = parse_reference(f"{registry.host}/api:1")
    with registry.client() as client:
        cache = Cache(directory / "cache", 1 << 30)
        pull(client, Wanted(reference, platform, "api", True), directory / "layout", cache)
    (named,) = json.loads((directory / "layout/index.json").read_text())["manifests"]
    return named["digest"]


def test_it_comes_back_in_the_middle_of_a_push_and_of_a_pull(tmp_path, registry, plan, killing):
    armed = killing()
    push(plan, client=registry.client())
    assert not armed and registry.pauses >= 2
    (record,) = pushed(plan)
    registry.pauses = 0
    armed = killing()
    assert fetch(registry, tmp_path / "pulled") == record["digest"]
    assert not armed and registry.pauses >= 2


def test_it_stays_away(tmp_path, registry, plan, killing):
    registry.comes_back = False
    killing()
    with pytest.raises(RegistryError, match=r"failed: it went away\. Try again when it is back$"):
        push(plan, client=registry.client())
    assert not (plan.parent / "pushed.json").exists()
    registry.start()
    with pytest.raises(RegistryError, match="there is no such image"):
        fetch(registry, tmp_path / "none")  # no tag was set
    push(plan, client=registry.client())
    assert fetch(registry, tmp_path / "again") == pushed(plan)[0]["digest"]
