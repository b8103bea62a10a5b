"""Compiles the programs of a container: with those of others of its module where Ninja wants several, or alone."""

from __future__ import annotations

import binascii
import json
import os

from gocontainer.common.lock import GROUPS, number_of
from gocontainer.go.build import Go, binaries_of
from gocontainer.go.group import (
    Container,
    can_wait,
    common,
    compile_together,
    is_left_alone,
    is_plain,
    stale,
)
from gocontainer.go.handover import MADE, REFUSED, read_handover, remove_handover
from gocontainer.go.intact import remove_cut
from gocontainer.go.ninja_request import request_of_ninja
from gocontainer.go.program import build

TYPE_CHECKING = False
if TYPE_CHECKING:  # what builds must be quick to start
    from typing import Callable

    from gocontainer.go.turn import Turn


class Programs:
    """The programs of a container, compiled: their files, what they are made of, and since when that was looked at,
    in nanoseconds since 1970."""

    def __init__(self, binaries: list[str], inputs: list[str], since: int) -> None:
        self.binaries = binaries
        self.inputs = inputs
        self.since = since


def compile(container: Container, go: Go, listed: bool, turn: Turn, since: int) -> Programs:
    """Compile the programs of the container. Those that are compiled with it wait for :func:`make_others`.

    :param listed: whether it is asked what the programs are made of.
    :param since: when this process began, in nanoseconds since 1970.
    :raises GoError: one does not compile.
    """
    found = compiled_in_group(container, go, turn, since)
    if found is None:
        found = Programs(*build(container.plan, go, container.directory, listed), since)
    remove_handover(container.directory)
    return found


def compiled_in_group(container: Container, go: Go, turn: Turn, since: int) -> Programs | None:
    """The programs, if they could be compiled with those of others, or another process did so."""
    if not (turn.plans and turn.places and is_plain(container.plan)):
        return None
    request = request_of_ninja()
    if request is None:
        return None
    group = GROUPS + binascii.crc32(json.dumps(common(container.plan)).encode())
    turn.places.hold(group)
    found = compiled_by_another(container)
    if found is None and not is_left_alone(container, request):
        containers = list(stale(turn.plans, container, request))
        if len(containers) > 1:
            turn.waiting = [other for other in containers[1:] if can_wait(other, turn.places)]
            compile_together(containers, go, os.path.dirname(turn.plans), since, request)
            found = compiled_by_another(container)
    turn.places.let_go(group)
    return found


def compiled_by_another(container: Container) -> Programs | None:
    """What another process, or this one for a group, compiled for the container, if none of its inputs changed since."""
    binaries = binaries_of(container.plan, container.directory)
    left = read_handover(container.directory)
    if left is None or left.state == REFUSED:
        return None
    for binary in binaries:
        remove_cut(binary)
        if not os.path.exists(binary):
            return None
    return Programs(binaries, left.inputs, left.since) if left.holds(container.directory) else None


def make_others(turn: Turn, make: Callable[[Container, Programs], str]) -> None:
    """Do what the processes of the containers that wait would do. What fails is left to them, as are their words.

    :param make: makes what follows from programs; returns what is to be said of it.
    """
    for other in turn.waiting:
        make_other(other, make)
        if turn.places:
            turn.places.let_go(number_of(other.directory))


def make_other(other: Container, make: Callable[[Container, Programs], str]) -> None:
    programs = compiled_by_another(other)
    left = read_handover(other.directory)
    if programs is None or left is None:
        return
    try:
        left.says = make(other, programs)
    except Exception:
        return
    left.state = MADE
    left.leave(other.directory)
