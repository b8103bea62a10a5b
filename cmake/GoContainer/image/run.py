"""Runs the program of an image, as ``docker run --rm`` does: by docker or podman, or without an engine."""

from __future__ import annotations

import contextlib
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index import image_of
from invocation import Completed, Invocation, ask, check_started, quietly, watch
from isolate import Isolation
from layout import open_image
from source import ImageError
from unpacked import run_unpacked

# What an engine itself ends with when it can't run a container.
ENGINE_FAILED = 125


@dataclass(frozen=True)
class Client:
    """What the commands of the engines that run images differ in: flags of ``run``, and how to remove at once.
    buildah is none of them: it runs commands, without the ENTRYPOINT and the CMD, and may lose what they say."""

    run: tuple[str, ...]
    remove: tuple[str, ...]


CLIENTS = {
    # docker brings an init of its own.
    "docker": Client(("--init",), ("rm", "--force")),
    # podman hands proxies of this machine's environment on, which are no part of the image, and
    # complains on the program's standard error where systemd can't run its health checks.
    "podman": Client(("--http-proxy=false", "--no-healthcheck"), ("rm", "--force", "--time", "0")),
}


def run_image(
    plan: dict[str, Any],
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
    client = CLIENTS.get(plan["engine"])
    if client is None:
        with open_image(where, command) as image:
            return run_unpacked(image, invocation, before)
    identity = where.partition(":")[2]
    with committed(client, command, identity, before) as changed:
        done = run_container(client, command, changed, invocation)
    words = done.stderr.decode(errors="replace").strip()
    if done.exit_code == ENGINE_FAILED and re.search(r"^(docker|Error): ", words, re.M):
        raise ImageError(f"{plan['engine']} can't run {identity}: {words}")
    return done


def run_container(
    client: Client, command: str, identity: str, invocation: Invocation, kept: str | None = None
) -> Completed:
    """By ``docker run`` or ``podman run``; ``kept`` is the name of a container that stays."""
    name = kept or f"go-container-{uuid.uuid4().hex}"
    flags = [*([] if kept else ["--rm"]), "--name", name, "--pull=never", *client.run]
    # A terminal and a pipe to read from exclude each other.
    flags += [] if "--tty" in invocation.flags else ["--interactive"]
    words = [command, "run", *flags, *invocation.flags, *invocation_flags(identity, invocation)]

    def end() -> None:
        # Also where the container is only about to be made.
        quietly(command, *client.remove, name)

    return watch(Isolation(words), invocation, end=end)


@contextlib.contextmanager
def committed(
    client: Client, command: str, identity: str, before: Sequence[Invocation]
) -> Iterator[str]:
    """The image with what programs changed in its files, which is removed afterwards."""
    made: list[str] = []
    try:
        for invocation in before:
            name = f"go-container-{uuid.uuid4().hex}"
            try:
                check_started(run_container(client, command, identity, invocation, name))
                identity = ask(command, "commit", name).strip()
            finally:
                quietly(command, *client.remove, name)
            made.append(identity)
        yield identity
    finally:
        for identity in reversed(made):
            quietly(command, "image", "rm", identity)


def invocation_flags(identity: str, invocation: Invocation) -> list[str]:
    """The words of ``docker run`` from the options on."""
    flags = [word for item in invocation.env.items() for word in ("--env", "=".join(item))]
    if invocation.user is not None:
        flags += ["--user", invocation.user]
    arguments = invocation.arguments or []
    if invocation.entrypoint is not None:
        # The option takes one word, or an empty one for none; the others come before the arguments.
        flags += ["--entrypoint", *(invocation.entrypoint[:1] or [""])]
        arguments = invocation.entrypoint[1:] + arguments
    return [*flags, identity, *arguments]
