"""Prepares the files of an image in Linux namespaces, without an engine and without the help of another program;
sandboxed.py starts programs there.

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
import os
import signal
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable

from gocontainer.common.skip import Skip
from gocontainer.read.index import Index
from gocontainer.run import namespace
from gocontainer.run.report import raise_reported, reporting
from gocontainer.run.unpack import Tree
from gocontainer.run.users import (
    MAX_ID,
    Ids,
    User,
    account,
    be_root,
    map_ids,
    reader,
    ways,
)


@dataclass(frozen=True)
class Sandbox:
    """The files of an image in namespaces of their own: descriptors of those of users, mounts and network."""

    config: Mapping[str, Any]
    place: str  # where the file system in memory is, in the mount namespace
    ids: Ids
    whom: User
    user_namespace: int
    mounts: int
    network: int | None = None  # that of this machine

    def enter_network(self) -> None:
        """Have this process, which must have one thread, in the network of the programs. It may have fewer rights
        then."""
        if os.geteuid() != 0:
            namespace.join(self.user_namespace, namespace.NEWUSER)
        if self.network is not None:
            namespace.join(self.network, namespace.NEWNET)


@contextlib.contextmanager
def sandbox(
    index: Index, user: str | None = None, *, own_network: bool = True
) -> Iterator[Sandbox]:
    """The files of an image, unpacked until the context ends.

    :param user: who will use them, the image's user by default.
    :param own_network: whether programs have a network of their own, and not that of this machine.
    :raises ImageError: the image can't be unpacked, or has no such user.
    :raises Skip: this machine can't isolate a program.
    """
    config = index.config.get("config") or {}
    whom = account(config.get("User") or "" if user is None else user, reader(index))
    place = tempfile.gettempdir()
    *others, last = ways()
    for ids in others:
        with contextlib.suppress(Skip):
            opened = unpacked(index, place, ids, whom, own_network)
            break
    else:
        ids = last
        opened = unpacked(index, place, ids, whom, own_network)
    try:
        yield Sandbox(config, place, ids, whom, *opened)
    finally:
        for descriptor in opened:
            os.close(descriptor)


def unpacked(index: Index, place: str, ids: Ids, user: User, own_network: bool) -> list[int]:
    """:raises Skip: it can't be done in this way."""
    check_range(index, user, ids)
    with Tree(index, owners=bool(ids.ranges), user=None if ids.ranges else user) as tree:
        fill_them = partial(fill, tree, place, ids, own_network)
        return make_namespaces(fill_them, ids, user, own_network)


def check_range(index: Index, user: User, ids: Ids) -> None:
    """:raises Skip: the image has a user that can't be mapped."""
    owners = [max(entry.uid, entry.gid) for entry in index.files.values()] if ids.ranges else []
    largest = max(user.uid, user.gid, *user.groups, *owners)
    if ids.most() < largest <= MAX_ID:
        raise Skip(
            f"the image has a user or group {largest}, and /etc/subuid and /etc/subgid give this user "
            f"{ids.most() + 1:,} ids; give it more of them, or run the tests as root"
        )


def make_namespaces(
    fill_them: Callable[[], None], ids: Ids, user: User, own_network: bool
) -> list[int]:
    """Descriptors of new namespaces for users, mounts and perhaps a network; the first process there does ``fill_them``
    and ends.

    :raises Skip: the machine does not allow it.
    """
    (reading, writing), (waiting, going) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        with reporting(writing):
            os.close(going)
            namespace.die_with_parent(signal.SIGKILL)
            kinds = namespace.NEWUSER | namespace.NEWNS
            namespace.unshare(kinds | namespace.NEWNET if own_network else kinds)
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
                for kind in ("user", "mnt", "net") if own_network else ("user", "mnt"):
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


def fill(tree: Tree, place: str, ids: Ids, own_network: bool) -> None:
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
    settings = ["user/max_user_namespaces"]
    if own_network:
        namespace.set_up("lo")
        settings.append("net/ipv4/ip_unprivileged_port_start")
    for setting in settings:
        # None of the former, any port for the latter; where /proc/sys is read-only, as it is.
        with contextlib.suppress(OSError):
            namespace.write(f"/proc/sys/{setting}", "0")
    tree.write(root)
