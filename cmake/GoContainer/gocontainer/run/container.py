"""Runs the programs of an image by its engine, as ``docker run --rm`` does."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from gocontainer.common.engines import ENGINES
from gocontainer.read.source import ImageError
from gocontainer.run.client import Given, given, limits
from gocontainer.run.engine_network import joined
from gocontainer.run.invocation import SECRETS, STOP_SECONDS, Completed, Invocation, Mount, ask
from gocontainer.run.leftovers import Held, held, quietly
from gocontainer.run.network import Network
from gocontainer.run.runner import Runner, Running, Streams

# What an engine ends with where it could not start a container; a program may end so, too.
ENGINE_FAILED = (125, 126, 127)
# When a container was started, and its program; an engine has this year for "never".
STARTED = "{{.State.StartedAt}}\n{{.Path}}"
NEVER = "0001-01-01"
# How long an engine on a busy machine may take to notice that a program ended.
NOTICE_SECONDS = 0.25
PORTS = "{{range $port, $_ := .Config.ExposedPorts}}{{$port}} {{end}}"


@contextlib.contextmanager
def containers(
    engine: str,
    command: str,
    image: str,
    programs: int,
    service: str | None,
    network: Network | None = None,
) -> Iterator[Containers]:
    """Containers of an image, which stay until the context ends, as do images of what they left; the parameters are
    those of runner_of()."""
    row = ENGINES[engine]
    if service:
        listing = ["ps", "--all", "--quiet", "--filter", f"name=^/?{service}-"]
        if left := ask(command, *listing).split():
            quietly(command, *row.remove, *left)
    name = f"{service}-{uuid.uuid4().hex[:8]}" if service else f"go-container-{uuid.uuid4().hex}"
    names = [f"{name}-{number}" for number in range(programs)] if programs > 1 else [name]
    images = [f"{name}:{number}" for number in range(programs - 1)]
    removals = [[command, *row.remove, *names]]
    if images:
        removals.append([command, *row.remove_image, "--force", *reversed(images)])
    with contextlib.ExitStack() as stack:
        flags = stack.enter_context(joined(engine, command, network))
        leftovers = stack.enter_context(held(*removals))
        yield Containers(engine, command, image, names, images, leftovers, stack, flags)


class Containers(Runner):
    def __init__(
        self,
        engine: str,
        command: str,
        image: str,
        names: list[str],
        images: list[str],
        leftovers: Held,
        stack: contextlib.ExitStack,
        flags: Sequence[str] = (),
    ) -> None:
        """``names`` are those of the containers to come, ``images`` of what all of these but the last one leave, and
        ``flags`` those of ``run``."""
        self.engine = engine
        self.command = command
        self.image = image
        self.names = names
        self.images = images
        self.held = leftovers
        self.stack = stack
        self.flags = flags
        self.number = 0

    def exposed(self) -> list[str]:
        return ask(self.command, "image", "inspect", "--format", PORTS, self.image).split()

    def check_stop_signal(self) -> None:
        pass  # the engine does it

    def start(
        self, invocation: Invocation, streams: Streams, ports: Mapping[str, int] | None = None
    ) -> Container:
        name = self.names[self.number]
        variables = self.stack.enter_context(
            given(self.engine, invocation.env, self.held.directory)
        )
        process = subprocess.Popen(
            self.words(name, invocation, streams, variables, ports or {}),
            stdin=streams.stdin,
            stdout=streams.stdout,
            stderr=streams.stderr,
            env=variables.environment,
            pass_fds=variables.descriptors,
            start_new_session=True,
        )
        self.held.started(process)
        return Container(process, self.engine, self.command, name, self.image)

    def words(
        self,
        name: str,
        invocation: Invocation,
        streams: Streams,
        variables: Given,
        ports: Mapping[str, int],
    ) -> list[str]:
        """The command that runs a container."""
        row = ENGINES[self.engine]
        words = [self.command, *(row.run or ()), "--name", name, "--pull=never", *limits(row)]
        for port, number in ports.items():
            words += ["--publish", f"127.0.0.1:{number or ''}:{port}"]
        # A terminal and a pipe to read from exclude each other.
        if streams.stdin != subprocess.DEVNULL and "--tty" not in invocation.flags:
            words.append("--interactive")
        return [
            *words,
            *self.flags,
            *mount_flags(invocation, self.held.directory),
            *invocation.flags,
            *variables.flags,
            *program_words(self.image, invocation),
        ]

    def keep(self) -> None:
        image = self.images[self.number]
        ask(self.command, "commit", self.names[self.number], image)
        self.image = image
        self.number += 1


class Container(Running):
    def __init__(
        self, process: subprocess.Popen[bytes], engine: str, command: str, name: str, image: str
    ) -> None:
        super().__init__(process)
        self.engine = engine
        self.command = command
        self.name = name
        self.image = image

    def address(self, port: str) -> str | None:
        try:
            return ask(self.command, "port", self.name, port).splitlines()[0]
        except (ImageError, IndexError):
            return None  # not yet

    def runs(self) -> bool:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(NOTICE_SECONDS)
            return False
        state = ["inspect", "--format", "{{.State.Running}}", self.name]
        try:
            return ask(self.command, *state) == "true\n"
        except ImageError:
            return False

    def signal(self, number: int) -> None:
        quietly(self.command, "kill", "--signal", signal.Signals(number).name, self.name)

    def ask_to_end(self) -> None:
        quietly(self.command, "stop", "--time", str(STOP_SECONDS), self.name)

    def started(self) -> bool:
        return was_started(self.command, self.name)[0]

    def outcome(self, done: Completed) -> Completed:
        if done.exit_code not in ENGINE_FAILED:
            return done
        started, program = was_started(self.command, self.name)
        if started:
            return done
        words = done.stderr.decode(errors="replace").strip()
        # Runtimes quote the program that they can't execute, and nothing else so.
        if program and any(quoted in words for quoted in (f'"{program}"', f"`{program}`")):
            return replace(done, started=False)
        raise ImageError(f"{self.engine} can't run {self.image}: {words}")


def was_started(command: str, name: str) -> tuple[bool, str]:
    """Whether the engine ever started the container of that name, and its program; none where there is no container."""
    try:
        answer = ask(command, "container", "inspect", "--format", STARTED, name)
    except ImageError:
        return False, ""
    when, _, program = answer.rstrip("\n").partition("\n")
    return not when.startswith(NEVER), program


def mount_flags(invocation: Invocation, directory: Path) -> list[str]:
    """What a container sees of this machine.

    :param directory: one that nobody else may read, and that goes with the container: secrets are there meanwhile.
    """
    mounts = list(invocation.mounts)
    if invocation.secrets:
        place = directory / "secrets"
        place.mkdir(0o755)
        for name, content in invocation.secrets.items():
            (place / name).write_bytes(content)
            (place / name).chmod(0o444)  # for the image's user, whoever that is
        mounts.append(Mount(str(place), SECRETS, read_only=True))
    return [
        f"--mount=type=bind,source={mount.source},target={mount.target}"
        + (",readonly" if mount.read_only else "")
        for mount in mounts
    ]


def program_words(identity: str, invocation: Invocation) -> list[str]:
    """The image, its program and its arguments, and what of them is an option."""
    flags = [] if invocation.user is None else ["--user", invocation.user]
    arguments = invocation.arguments or []
    if invocation.entrypoint is not None:
        # The option takes one word, or an empty one for none; the others come before the arguments.
        flags += ["--entrypoint", *(invocation.entrypoint[:1] or [""])]
        arguments = invocation.entrypoint[1:] + arguments
    return [*flags, identity, *arguments]
