"""Starts a program of an image in the namespaces of its sandbox, and ends it with all that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NoReturn

from gocontainer.read.source import NotStartedError
from gocontainer.run import namespace
from gocontainer.run.inside import execute, make_directory, prepare_mounts
from gocontainer.run.invocation import SECRETS, Mount
from gocontainer.run.limits import limit
from gocontainer.run.mounts import mount_sources, open_sources
from gocontainer.run.network_files import network_files, write_files
from gocontainer.run.report import raise_reported, reporting
from gocontainer.run.runner import Streams
from gocontainer.run.sandbox import Sandbox
from gocontainer.run.unpack import encoded
from gocontainer.run.users import account, be_root, read_file

# What engines set where the image does not.
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Program:
    """A program of an image, its environment, the user where it is not the image's, the emulator where it needs one, what
    it sees of this machine, its secrets by their names, and the addresses of other hosts."""

    command: list[str]
    sandbox: Sandbox
    environment: Mapping[str, str]
    user: str | None
    emulator: str | None = None
    mounts: tuple[Mount, ...] = ()
    secrets: Mapping[str, bytes] = field(default_factory=dict)
    hosts: Mapping[str, str] = field(default_factory=dict)

    def start(self, streams: Streams) -> subprocess.Popen[bytes]:
        """Start it, in a session of its own, and end it when the thread that calls ends.

        :raises ImageError: the image lacks its user, or something is in the place of a directory.
        :raises NotStartedError: there is no such program.
        :raises Skip: this machine can't isolate a program.
        """
        reading, writing = os.pipe()
        with os.fdopen(reading, "rb") as report:
            try:
                process = subprocess.Popen(
                    [sys.executable],  # it is never come to
                    stdin=streams.stdin,
                    stdout=streams.stdout,
                    stderr=streams.stderr,
                    preexec_fn=partial(self.launch, writing, os.getpid()),
                    start_new_session=True,
                )
            finally:
                os.close(writing)
            try:
                raise_reported(report.read())
            except BaseException:
                process.kill()
                process.communicate()
                raise
        return process

    def launch(self, report: int, parent: int) -> NoReturn:
        """The launcher: makes the other namespaces, and ends as the program does."""
        with reporting(report):
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            for descriptor in range(3):
                if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
                    os.fchmod(descriptor, 0o666)  # for programs that open /dev/stdout
            with contextlib.suppress(OSError):  # short of memory, the kernel ends it before others
                namespace.write("/proc/self/oom_score_adj", "1000")
            box = self.sandbox
            emulator = os.open(self.emulator, os.O_RDONLY) if self.emulator else None
            namespace.join(box.user_namespace, namespace.NEWUSER)
            namespace.join(box.mounts, namespace.NEWNS)
            if box.network is not None:
                namespace.join(box.network, namespace.NEWNET)
            namespace.unshare(namespace.NEWPID)
            os.chdir(box.place)
            namespace.die_with_parent(signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(125)
            alive, life = os.pipe()
            first = os.fork()
            if first == 0:
                with reporting(report):
                    os.close(life)
                    self.guard(report, alive, emulator)
            stay(first, life)
        raise AssertionError

    def guard(self, report: int, alive: int, emulator: int | None) -> None:
        """The first process of the outer PID namespace: with it all ends."""
        namespace.die_with_parent(signal.SIGKILL)
        os.set_blocking(alive, False)
        with contextlib.suppress(BlockingIOError):
            if os.read(alive, 1) == b"":
                os._exit(125)  # the launcher was killed before
        namespace.unshare(namespace.NEWPID)
        program = os.fork()
        if program == 0:
            with reporting(report):
                close_all_but(report, *(() if emulator is None else (emulator,)))
                self.become(emulator)
        stay(program)

    def become(self, emulator: int | None) -> NoReturn:
        """The first process of the inner PID namespace becomes the program."""
        os.setsid()
        kinds = namespace.NEWIPC | namespace.NEWUTS | namespace.NEWCGROUP
        namespace.unshare(namespace.NEWNS | kinds)
        socket.sethostname("localhost")
        box = self.sandbox
        sources = open_sources(self.mounts, box.place)
        be_root(box.ids)
        os.umask(0o022)
        files = network_files(self.hosts)
        limit(shared=not box.ids.ranges)
        prepare_mounts()
        mount_sources(self.mounts, sources)
        namespace.make_root_of_working_directory()
        directory = box.config.get("WorkingDir") or "/"
        for path in ("/etc", directory, *(box.config.get("Volumes") or ())):
            make_directory(path, 0o755 if box.ids.ranges or box.whom.uid == 0 else 0o555)
        write_files(files, 0o644)
        if self.secrets:
            make_directory(SECRETS, 0o755)
            write_files({f"{SECRETS}/{name}": text for name, text in self.secrets.items()}, 0o444)
        user = box.whom
        if box.ids.ranges:  # a program that ran before may have changed the file
            user = account(
                box.config.get("User") or "" if self.user is None else self.user, read_file
            )
        namespace.leave_keyring()
        namespace.gain_no_privileges()
        namespace.drop_capabilities()
        if box.ids.ranges:
            os.setgroups(user.groups)
        os.setresgid(user.gid, user.gid, user.gid)
        os.setresuid(user.uid, user.uid, user.uid)
        try:
            os.chdir(b"/" + encoded(directory).lstrip(b"/"))
        except OSError as error:
            raise NotStartedError(f"the directory {directory}: {error.strerror}") from error
        namespace.die_with_parent(signal.SIGKILL)
        environment = {"PATH": DEFAULT_PATH, "HOME": user.home, **self.environment}
        execute(self.command, environment, emulator)


def stay(child: int, *kept: int) -> NoReturn:
    """End as the child does, and have nothing open that others wait for."""
    close_all_but(*kept)
    _, status = os.waitpid(child, 0)
    os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


def close_all_but(*kept: int) -> None:
    """Close all descriptors but the standard streams and these."""
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 (between fork and exec)
        if int(name) > 2 and int(name) not in kept:
            with contextlib.suppress(OSError):
                os.close(int(name))


def signal_program(launcher: int, number: int) -> None:
    """Signal the program that the launcher started."""
    with contextlib.suppress(OSError, ValueError):
        process = launcher
        for _ in range(2):
            children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
            process = int(children.split()[0])
        os.kill(process, number)
