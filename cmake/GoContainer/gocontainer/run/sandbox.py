"""Runs programs of an image in Linux namespaces, without an engine and without the help of another program.

The files of the image are in a file system in memory that only its processes see, so that nothing is written on this
machine, and nothing is left when they end, however they end. Three processes are between this one and a program:

- a first one makes the namespaces, unpacks the image there, and ends;
- for each program a launcher, which dies with this process and ends as the program did;
- below it the first process of a PID namespace, with which all that the program started ends. The program itself
  can't reach it: it is the first process of another PID namespace.

Where root runs it, or a user that newuidmap(1) gives a range of ids, the users of the image are others than all users
of this machine, and files have the owners that they have in the image. Else the program's user is the one who runs it
here, and owns all files; what the program's user could not do with a file, its owner can't then.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Callable, NoReturn

from gocontainer.common.skip import Skip
from gocontainer.read.index import Index
from gocontainer.read.source import ImageError, NotStartedError
from gocontainer.run import namespace
from gocontainer.run.inside import execute, make_directory, prepare_mounts
from gocontainer.run.limits import limit
from gocontainer.run.network_files import network_files, write_network_files
from gocontainer.run.runner import Streams
from gocontainer.run.unpack import Tree, encoded
from gocontainer.run.users import (
    MAX_ID,
    Ids,
    User,
    account,
    be_root,
    map_ids,
    read_file,
    reader,
    refused,
    ways,
)

# What engines set where the image does not.
DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Sandbox:
    """The files of an image in namespaces of their own: descriptors of those of users, mounts and network."""

    config: Mapping[str, Any]
    place: str  # where the file system in memory is, in the mount namespace
    ids: Ids
    whom: User
    user_namespace: int
    mounts: int
    network: int

    def enter_network(self) -> None:
        """Have this process, which must have one thread, in the network of the programs. It may have fewer rights
        then."""
        if os.geteuid() != 0:
            namespace.join(self.user_namespace, namespace.NEWUSER)
        namespace.join(self.network, namespace.NEWNET)

    def program(
        self, words: list[str], environment: Mapping[str, str], user: str | None = None
    ) -> Program:
        """A program of the image: its words, more of its environment, and its user if it is not the image's."""
        return Program(words, self, dict(environment), user)


@contextlib.contextmanager
def sandbox(index: Index, user: str | None = None) -> Iterator[Sandbox]:
    """The files of an image, unpacked until the context ends.

    :param user: who will use them, the image's user by default.
    :raises ImageError: the image can't be unpacked, or has no such user.
    :raises Skip: this machine can't isolate a program.
    """
    config = index.config.get("config") or {}
    whom = account(config.get("User") or "" if user is None else user, reader(index))
    place = tempfile.gettempdir()
    *others, last = ways()
    for ids in others:
        with contextlib.suppress(Skip):
            opened = unpacked(index, place, ids, whom)
            break
    else:
        ids = last
        opened = unpacked(index, place, ids, whom)
    try:
        yield Sandbox(config, place, ids, whom, *opened)
    finally:
        for descriptor in opened:
            os.close(descriptor)


def unpacked(index: Index, place: str, ids: Ids, user: User) -> list[int]:
    """:raises Skip: it can't be done in this way."""
    check_range(index, user, ids)
    with Tree(index, owners=bool(ids.ranges), user=None if ids.ranges else user) as tree:
        return make_namespaces(partial(fill, tree, place, ids), ids, user)


def check_range(index: Index, user: User, ids: Ids) -> None:
    """:raises Skip: the image has a user that can't be mapped."""
    owners = [max(entry.uid, entry.gid) for entry in index.files.values()] if ids.ranges else []
    largest = max(user.uid, user.gid, *user.groups, *owners)
    if ids.most() < largest <= MAX_ID:
        raise Skip(
            f"the image has a user or group {largest}, and /etc/subuid and /etc/subgid give this user "
            f"{ids.most() + 1:,} ids; give it more of them, or run the tests as root"
        )


def make_namespaces(fill_them: Callable[[], None], ids: Ids, user: User) -> list[int]:
    """Descriptors of new namespaces for users, mounts and a network; the first process there does ``fill_them``
    and ends.

    :raises Skip: the machine does not allow it.
    """
    (reading, writing), (waiting, going) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        with reporting(writing):
            os.close(going)
            namespace.die_with_parent(signal.SIGKILL)
            namespace.unshare(namespace.NEWUSER | namespace.NEWNS | namespace.NEWNET)
            os.write(writing, b"\n")
            if os.read(waiting, 1):
                fill_them()
    os.close(writing)
    os.close(waiting)
    opened: list[int] = []
    try:
        with os.fdopen(reading, "rb") as report:
            said = report.readline()
            if said == b"\n":
                for kind in ("user", "mnt", "net"):
                    opened.append(os.open(f"/proc/{child}/ns/{kind}", os.O_RDONLY))
                map_ids(child, ids, user)
                os.write(going, b"\n")
                said = report.read()
        raise_reported(said)
    except BaseException:
        for descriptor in opened:
            os.close(descriptor)
        raise
    finally:
        os.close(going)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return opened


@contextlib.contextmanager
def reporting(pipe: int) -> Iterator[None]:
    """What is done in a process of its own: it ends, and tells in the pipe what went wrong."""
    try:
        yield
        os._exit(0)
    except ImageError as error:
        report = {"start" if isinstance(error, NotStartedError) else "image": str(error)}
    except OSError as error:
        place = f"{error.filename}: " if isinstance(error.filename, str) else ""
        report = {"refused": place + (error.strerror or str(error))}
    except BaseException as error:
        report = {"image": f"{type(error).__name__}: {error}"}
    os.write(pipe, json.dumps(report).encode())
    os._exit(125)


def raise_reported(said: bytes) -> None:
    """:raises ImageError, NotStartedError, Skip: what the other process met."""
    if not said.strip():
        return
    ((kind, why),) = json.loads(said).items()
    raise {"image": ImageError, "start": NotStartedError}.get(kind, refused)(why)


def fill(tree: Tree, place: str, ids: Ids) -> None:
    """Let the mount namespace of this process have the files of an image in memory at ``place``.

    :raises ImageError: a file can't be written.
    :raises OSError: this machine does not allow it.
    """
    namespace.keep_mounts_private()
    flags = namespace.MS_NOSUID | namespace.MS_NODEV
    owner = "" if ids.ranges is None else ",uid=0,gid=0"
    namespace.mount("tmpfs", place, "tmpfs", flags, f"mode=0755,size=50%{owner}")
    root = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    be_root(ids)
    os.umask(0)
    namespace.set_up("lo")
    for setting in ("user/max_user_namespaces", "net/ipv4/ip_unprivileged_port_start"):
        # None of the former, any port for the latter; where /proc/sys is read-only, as it is.
        with contextlib.suppress(OSError):
            namespace.write(f"/proc/sys/{setting}", "0")
    tree.write(root)


@dataclass(frozen=True)
class Program:
    """A program of an image, its environment, and the user where it is not the image's."""

    command: list[str]
    sandbox: Sandbox
    environment: Mapping[str, str]
    user: str | None

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
            namespace.join(box.user_namespace, namespace.NEWUSER)
            namespace.join(box.mounts, namespace.NEWNS)
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
                    self.guard(report, alive)
            stay(first, life)
        raise AssertionError

    def guard(self, report: int, alive: int) -> None:
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
                close_all_but(report)
                self.become()
        stay(program)

    def become(self) -> NoReturn:
        """The first process of the inner PID namespace becomes the program."""
        os.setsid()
        kinds = namespace.NEWIPC | namespace.NEWUTS | namespace.NEWCGROUP
        namespace.unshare(namespace.NEWNS | kinds)
        socket.sethostname("localhost")
        box = self.sandbox
        be_root(box.ids)
        os.umask(0o022)
        files = network_files()
        limit(shared=not box.ids.ranges)
        prepare_mounts()
        namespace.make_root_of_working_directory()
        directory = box.config.get("WorkingDir") or "/"
        for path in ("/etc", directory, *(box.config.get("Volumes") or ())):
            make_directory(path, 0o755 if box.ids.ranges or box.whom.uid == 0 else 0o555)
        write_network_files(files)
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
        execute(self.command, {"PATH": DEFAULT_PATH, "HOME": user.home, **self.environment})


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
