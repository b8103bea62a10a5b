"""Runs the program of an image without an engine, from its files, unpacked."""

from __future__ import annotations

import contextlib
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from checks import Skip
from invocation import STOP_SECONDS, Completed, Invocation, check_started, watch
from isolate import Isolation, isolation
from layout import Image
from leftovers import held
from network import write_network_files
from source import ImageError
from unpack import account, unpack

# What engines set where the image does not.
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# platform.machine() -> GOARCH, of machines that people build on.
MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "ppc64le": "ppc64le", "s390x": "s390x"}


def run(image: Image) -> int:
    """Run ENTRYPOINT and CMD of the image on this terminal; returns the program's exit code.

    The network is the machine's; the environment, the user and the files are the image's.

    :raises ImageError: there is nothing to run, or no such user.
    :raises Skip: nothing on this machine can isolate the program.
    """
    with held() as leftovers:
        root = leftovers.directory / "root"
        root.mkdir()
        program, environment = unpacked(image, root, Invocation())
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


def run_unpacked(image: Image, invocation: Invocation, before: Sequence[Invocation]) -> Completed:
    """Without an engine, in namespaces, from the files of the image."""
    with held() as leftovers:
        root = leftovers.directory / "root"
        root.mkdir()
        unpack(image, root)
        write_network_files(root)
        for first in before:
            program, environment = program_in(root, image, first)
            check_started(watch(program, first, environment, held=leftovers))
        program, environment = program_in(root, image, invocation)
        return watch(program, invocation, environment, held=leftovers)


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
