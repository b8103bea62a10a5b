"""What is done to a project before each timing."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from peers import Peer


@dataclass(frozen=True)
class Scenario:
    name: str
    what: str
    before: Callable[[Peer], None]


def nothing(peer: Peer) -> None:
    pass


def unconfigure(peer: Peer) -> None:
    shutil.rmtree(peer.directory / "build", ignore_errors=True)


def forget(peer: Peer) -> None:
    peer.forget()
    peer.prune()


def line(peer: Peer) -> None:
    peer.workload.change_line(peer.source)


def be_fresh(peer: Peer) -> None:
    """As on a machine that never built it, but for the line that changed since another one did."""
    peer.renew()
    peer.prune()
    line(peer)


def asset(peer: Peer) -> None:
    peer.workload.change_asset(peer.source)


def dependency(peer: Peer) -> None:
    peer.workload.change_dependency(peer.source, peer.tools.modules)


def prune(peer: Peer) -> None:
    peer.prune()


def forget_pushes(peer: Peer) -> None:
    peer.tools.registry().forget()


SCENARIOS = [
    Scenario("configure", "`cmake` in an empty build tree", unconfigure),
    Scenario(
        "cold",
        "caches of Go and of the engine empty, base images there, modules from a proxy on this machine",
        forget,
    ),
    Scenario(
        "fresh",
        "the same, and a string constant changed in one line since another machine built and left its caches",
        be_fresh,
    ),
    Scenario("nothing", "nothing changed", nothing),
    Scenario("line", "a string constant changed in one line", line),
    Scenario("dependency", "another version of one module in go.mod", dependency),
    Scenario("asset", "a file of go:embed changed", asset),
    Scenario("push-cold", "an image that is built is pushed to an empty registry", forget_pushes),
    Scenario("push", "an unchanged image is pushed again", nothing),
    Scenario("push-line", "a string constant changed in one line; built and pushed", line),
    Scenario("pull-cold", "a base of 300 MB is pulled; nothing of it was kept", forget),
    Scenario("pull", "the same, for another build tree: what the first pull kept is there", prune),
    Scenario("checks", "an image that is there is checked", nothing),
    Scenario("pruned", "the image was removed, caches are warm", prune),
]
