"""Runs the program of an image, as ``docker run --rm`` does, with whatever made the image."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import signal
import subprocess
import tempfile
import threading
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Callable

from checks import Skip
from index import image_of
from isolate import Isolation, isolation
from layout import Image, open_image
from network import write_network_files
from source import ImageError
from unpack import account, unpack

# Of each stream; what a program says beyond it is read and dropped.
MAX_OUTPUT_BYTES = 1024 * 1024
# How long a program may take to end when it is asked to; docker's own default.
STOP_SECONDS = 10
# What engines set where the image does not.
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# platform.machine() -> GOARCH, of machines that people build on.
MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "ppc64le": "ppc64le", "s390x": "s390x"}
# What an engine itself ends with when it can't run a container.
ENGINE_FAILED = 125
# Exit code -> what is said where the image has no such program: with 1 by bwrap and buildah, with the
# others by docker and its init, podman and unshare.
NO_PROGRAM = re.compile(
    r"^(docker: Error|\[FATAL tini|Error: |unshare: failed to exec)", re.MULTILINE
)
NOT_STARTED = {
    1: re.compile(
        r"^(bwrap: execvp |process failed to start with error: |runc create failed|crun: )",
        re.MULTILINE,
    ),
    **dict.fromkeys((125, 126, 127), NO_PROGRAM),
}


@dataclass(frozen=True)
class Client:
    """What the commands docker and podman differ in: flags of ``run``, and how to remove at once."""

    run: tuple[str, ...]
    remove: tuple[str, ...]


CLIENTS = {
    # docker brings an init of its own.
    "docker": Client(("--init",), ("rm", "--force")),
    # podman hands proxies of this machine's environment on, which are no part of the image, and
    # complains on the program's standard error where systemd can't run its health checks.
    "podman": Client(("--http-proxy=false", "--no-healthcheck"), ("rm", "--force", "--time", "0")),
}


@dataclass(frozen=True)
class Invocation:
    """One call of an image's program, in the words of ``docker run``.

    Without ``arguments`` the image's CMD takes their place, unless there is an ``entrypoint``. The
    ``timeout`` is in seconds; ``flags`` are more of ``docker run``, such as --privileged, for the
    engines docker and podman.
    """

    arguments: list[str] | None = None
    entrypoint: list[str] | None = None
    env: dict[str, str] = field(default_factory=dict)
    user: str | None = None
    stdin: bytes = b""
    timeout: float = 30.0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Completed:
    """How a program ended: ``exit_code`` is None where it was killed, as its time was over."""

    exit_code: int | None
    stdout: bytes
    stderr: bytes


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
    :raises Skip: this machine can't isolate a program (engine builtin).
    """
    command = engine_command or plan["engine"]
    where = image_of(plan, directory)
    if plan["engine"] == "builtin":
        with open_image(where) as image:
            return run_unpacked(image, invocation, before)
    identity = where.partition(":")[2]
    if plan["engine"] == "buildah":
        done = run_buildah(command, identity, invocation, before)
    else:
        client = CLIENTS[plan["engine"]]
        with committed(client, command, identity, before) as changed:
            done = run_container(client, command, changed, invocation)
    words = done.stderr.decode(errors="replace").strip()
    if done.exit_code == ENGINE_FAILED and re.search(r"^(docker|Error): ", words, re.M):
        raise ImageError(f"{plan['engine']} can't run {identity}: {words}")
    return done


def run(image: Image) -> int:
    """Run ENTRYPOINT and CMD of the image on this terminal; returns the program's exit code.

    The network is the machine's; the environment, the user and the files are the image's.

    :raises ImageError: there is nothing to run, or no such user.
    :raises Skip: nothing on this machine can isolate the program.
    """
    with tempfile.TemporaryDirectory(prefix="go-container-run-") as root:
        program, environment = unpacked(image, Path(root), Invocation())
        process = subprocess.Popen(program.command, env=environment, preexec_fn=program.prepare)
        with process:
            try:
                return process.wait()
            except KeyboardInterrupt:
                # The program got it, too, and may take its time.
                with contextlib.suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
                    process.wait(STOP_SECONDS)
                process.kill()
                return 130


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


def check_started(done: Completed) -> None:
    """:raises ImageError: the program was never started, or was killed as its time was over."""
    if done.exit_code is None:
        raise ImageError("the program did not end in time")
    if not started(done):
        words = done.stderr.decode(errors="replace").strip()
        raise ImageError(f"the program can't be started: {words}")


def started(done: Completed) -> bool:
    """Whether there was such a program, as far as what was said tells."""
    words = NOT_STARTED.get(done.exit_code or 0)
    return words is None or not words.search(done.stderr.decode(errors="replace").lstrip())


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


def run_buildah(
    command: str, identity: str, invocation: Invocation, before: Sequence[Invocation]
) -> Completed:
    """By a working container; ``buildah run`` knows no ENTRYPOINT and CMD."""
    config = json.loads(ask(command, "inspect", "--type", "image", identity))["Docker"]["config"]
    container = ask(command, "from", "--pull-never", identity).strip()

    def call(invocation: Invocation) -> Completed:
        flags = [word for item in invocation.env.items() for word in ("--env", "=".join(item))]
        if invocation.user is not None:
            flags += ["--user", invocation.user]
        words = [command, "run", *flags, container, "--", *words_of(config, invocation)]
        return watch(Isolation(words), invocation)

    try:
        for first in before:
            check_started(call(first))
        return call(invocation)
    finally:
        quietly(command, "rm", container)


def run_unpacked(image: Image, invocation: Invocation, before: Sequence[Invocation]) -> Completed:
    """Without an engine, in namespaces, from the files of the image."""
    with tempfile.TemporaryDirectory(prefix="go-container-run-") as directory:
        root = Path(directory)
        unpack(image, root)
        write_network_files(root)
        for first in before:
            program, environment = program_in(root, image, first)
            check_started(watch(program, first, environment=environment))
        program, environment = program_in(root, image, invocation)
        return watch(program, invocation, environment=environment)


def unpacked(image: Image, root: Path, invocation: Invocation) -> tuple[Isolation, dict[str, str]]:
    """Unpack the image to the directory ``root``; returns its program there, and its environment.

    :raises ImageError: there is nothing to run, or no such user.
    :raises Skip: nothing on this machine can isolate the program.
    """
    unpack(image, root)
    write_network_files(root)
    return program_in(root, image, invocation)


def program_in(
    root: Path, image: Image, invocation: Invocation
) -> tuple[Isolation, dict[str, str]]:
    """The program of an image that is unpacked in ``root``, and its environment.

    :raises ImageError: there is nothing to run, or no such user.
    :raises Skip: nothing on this machine can isolate the program.
    """
    config = image.config["config"]
    words = words_of(config, invocation)
    check_architecture(image.config.get("architecture", ""))
    declared = dict(variable.split("=", 1) for variable in config.get("Env") or [])
    asked = invocation.user if invocation.user is not None else config.get("User") or ""
    user, group, home = account(asked, root)
    way = isolation(root, user, group, config.get("WorkingDir") or "/")
    environment = {"PATH": DEFAULT_PATH, "HOME": home, **declared, **invocation.env}
    return Isolation(way.command + words, way.prepare), environment


def check_architecture(architecture: str) -> None:
    """:raises Skip: this machine runs no programs of that architecture, nor has an emulator for any."""
    machine = MACHINES.get(platform.machine(), architecture)
    emulators = Path("/proc/sys/fs/binfmt_misc").glob("*qemu*")
    if architecture not in (machine, "386") and not any(emulators):
        raise Skip(f"the image is for {architecture}, and this machine is {machine}")


def words_of(config: dict[str, Any], invocation: Invocation) -> list[str]:
    """The program and its arguments; another ENTRYPOINT resets CMD, as with ``docker run``.

    :raises ImageError: there are none.
    """
    if invocation.entrypoint is not None:
        words = invocation.entrypoint + (invocation.arguments or [])
    else:
        words = (config.get("Entrypoint") or []) + (invocation.arguments or config.get("Cmd") or [])
    if not words:
        raise ImageError("the image has neither ENTRYPOINT nor CMD, so there is nothing to run")
    return words


def watch(
    program: Isolation,
    invocation: Invocation,
    environment: dict[str, str] | None = None,
    end: Callable[[], None] = lambda: None,
) -> Completed:
    """Run a command to its end, or to that of its time; then ``end`` is called and all is killed."""
    kept = bytearray(), bytearray()
    with subprocess.Popen(
        program.command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        preexec_fn=program.prepare,
        start_new_session=True,
    ) as process:
        workers = [
            threading.Thread(target=feed, args=(process.stdin, invocation.stdin), daemon=True),
            threading.Thread(target=keep, args=(process.stdout, kept[0]), daemon=True),
            threading.Thread(target=keep, args=(process.stderr, kept[1]), daemon=True),
        ]
        for worker in workers:
            worker.start()
        code: int | None = None
        try:
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = process.wait(invocation.timeout)
        finally:
            if code is None:
                end()
                os.killpg(process.pid, signal.SIGKILL)
                end()
            for worker in workers:
                worker.join(5)  # a process that got away may still hold the pipe
    return Completed(code, bytes(kept[0]), bytes(kept[1]))


def feed(stream: IO[bytes], data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), stream:  # not every program reads its input
        stream.write(data)


def keep(stream: IO[bytes], kept: bytearray) -> None:
    while chunk := os.read(stream.fileno(), 65536):
        kept += chunk[: MAX_OUTPUT_BYTES - len(kept)]


def ask(*command: str) -> str:
    """What a command prints.

    :raises ImageError: it fails.
    """
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").strip()
        raise ImageError(f"{' '.join(command[:2])} failed: {words}")
    return done.stdout.decode()


def quietly(*command: str) -> None:
    subprocess.run(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        check=False,
    )
