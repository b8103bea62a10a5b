"""Runs the program of an image, as ``docker run --rm`` does: by docker or podman, or without an engine."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.common.engines import ENGINES, engine_of
from gocontainer.read.index import image_of, index_of
from gocontainer.read.source import ImageError
from gocontainer.run.client import given, limits
from gocontainer.run.invocation import Completed, Invocation, ask, check_started, watch
from gocontainer.run.leftovers import Held, held
from gocontainer.run.sandbox import Isolation
from gocontainer.run.unpacked import run_unpacked

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


# What an engine ends with where it could not start a container; a program may end so, too.
ENGINE_FAILED = (125, 126, 127)
# When a container was started, and its program; an engine has this year for "never".
STARTED = "{{.State.StartedAt}}\n{{.Path}}"
NEVER = "0001-01-01"


def run_image(
    plan: Plan,
    directory: Path,
    engine_command: str | None,
    invocation: Invocation,
    before: Sequence[Invocation] = (),
) -> Completed:
    """Run the image of a plan, whose files are in ``directory``, and wait for its end.

    :param before: run first, one after the other, and what they change in the files stays.
    :raises ImageError: there is no image, or the engine can't run it.
    :raises Skip: this machine can't isolate a program (engines builtin and buildah).
    """
    command = engine_command or plan["engine"]
    where = image_of(plan, directory)
    engine = engine_of(plan)
    if engine.run is None:
        return run_unpacked(index_of(plan, directory, command), invocation, before)
    name = f"go-container-{uuid.uuid4().hex}"
    # One after the other, each from the image that the one before it left.
    containers = [f"{name}-{number}" for number in range(len(before) + 1)]
    images = [where.partition(":")[2], *(f"{name}:{number}" for number in range(len(before)))]
    removals = [[command, *engine.remove, *containers]]
    if before:
        removals.append([command, "image", "rm", "--force", *reversed(images[1:])])
    with held(*removals) as leftovers:
        run = Containers(plan["engine"], command, leftovers)
        for number, first in enumerate(before):
            check_started(run.one(containers[number], images[number], first))
            ask(command, "commit", containers[number], images[number + 1])
        return run.one(containers[-1], images[-1], invocation)


class Containers:
    """The containers of one run, which stay until its end."""

    def __init__(self, engine: str, command: str, leftovers: Held) -> None:
        self.engine = engine
        self.command = command
        self.held = leftovers

    def one(self, name: str, identity: str, invocation: Invocation) -> Completed:
        """:raises ImageError: the engine can't start a container."""
        engine = ENGINES[self.engine]
        words = [self.command, *(engine.run or ()), "--name", name, "--pull=never", *limits(engine)]
        # A terminal and a pipe to read from exclude each other.
        words += [] if "--tty" in invocation.flags else ["--interactive"]
        with given(self.engine, invocation.env, self.held.directory) as variables:
            words += [*invocation.flags, *variables.flags, *program_words(identity, invocation)]
            client = Isolation(words, variables.environment, variables.descriptors)
            done = watch(client, invocation, self.held)
        return self.checked(name, identity, done) if done.exit_code in ENGINE_FAILED else done

    def checked(self, name: str, identity: str, done: Completed) -> Completed:
        """Whether it was the program that ended so.

        :raises ImageError: the engine can't start a container.
        """
        started, program = was_started(self.command, name)
        if started:
            return done
        words = done.stderr.decode(errors="replace").strip()
        # Runtimes quote the program that they can't execute, and nothing else so.
        if program and any(quoted in words for quoted in (f'"{program}"', f"`{program}`")):
            return replace(done, started=False)
        raise ImageError(f"{self.engine} can't run {identity}: {words}")


def was_started(command: str, name: str) -> tuple[bool, str]:
    """Whether the engine ever started the container of that name, and its program; none where there is no container."""
    try:
        answer = ask(command, "container", "inspect", "--format", STARTED, name)
    except ImageError:
        return False, ""
    when, _, program = answer.rstrip("\n").partition("\n")
    return not when.startswith(NEVER), program


def program_words(identity: str, invocation: Invocation) -> list[str]:
    """The image, its program and its arguments, and what of them is an option."""
    flags = [] if invocation.user is None else ["--user", invocation.user]
    arguments = invocation.arguments or []
    if invocation.entrypoint is not None:
        # The option takes one word, or an empty one for none; the others come before the arguments.
        flags += ["--entrypoint", *(invocation.entrypoint[:1] or [""])]
        arguments = invocation.entrypoint[1:] + arguments
    return [*flags, identity, *arguments]
