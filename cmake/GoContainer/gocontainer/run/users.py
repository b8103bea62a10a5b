"""The users of an image: whom a name means, and which ids of this machine they are given.

Where root runs an image, or a user that newuidmap(1) gives a range of ids, the users of the image are others than
all users of this machine. Else there is one of them, who is the one that runs it here.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, NamedTuple

from gocontainer.common.printable import printable
from gocontainer.common.skip import Skip
from gocontainer.read.index import Index
from gocontainer.read.source import ImageError
from gocontainer.read.squash import FILE, Entry
from gocontainer.run import namespace

# The largest user and group id that an image may have; docker takes one more.
MAX_ID = (1 << 31) - 2
MAX_PASSWD_BYTES = 1 << 20
# The range of ids that root gives to images: Linux knows them, and no user has them.
FIRST_ID = 1 << 31


class User(NamedTuple):
    """Whom a program runs as, in the image's numbers: the user, its group, its other groups, and its home."""

    uid: int
    gid: int
    groups: tuple[int, ...] = ()
    home: str = "/"

    def may(self, entry: Entry) -> int:
        """The bits of the mode that say what this user may do with a file, 0 to 7 (path_resolution(7))."""
        if entry.uid == self.uid:
            return entry.mode >> 6 & 7
        if entry.gid in (self.gid, *self.groups):
            return entry.mode >> 3 & 7
        return entry.mode & 7


def account(user: str, read: Callable[[str], bytes]) -> User:
    """Whom ``<user>[:<group>]`` means, by the files of the image, as docker reads them.

    :param read: the content of a file of the image, nothing where there is none.
    :raises ImageError: there is no such name, or a number is none that a user may have.
    """
    name, _, group = user.partition(":")
    name = name or "0"
    users, groups = entries(read, "etc/passwd", 4), entries(read, "etc/group", 3)
    entry = next((e for e in users if name in (e[0], e[2])), None)
    found = entry or ["", "", name, "0"]
    home = found[5] if len(found) > 5 and found[5] else "/"
    uid = number(found[2], "user", name, "etc/passwd")
    if group:
        chosen = next((e for e in groups if group in (e[0], e[2])), ["", "", group])
        return User(uid, number(chosen[2], "group", group, "etc/group"), (), home)
    others = [e for e in groups if entry and len(e) > 3 and entry[0] in e[3].split(",")]
    ids = tuple(number(e[2], "group", e[0], "etc/group") for e in others)
    return User(uid, number(found[3], "group", name, "etc/passwd"), ids, home)


def entries(read: Callable[[str], bytes], file: str, fields: int) -> list[list[str]]:
    """The lines of a file that have so many fields or more."""
    lines = read(file)[:MAX_PASSWD_BYTES].decode(errors="replace").splitlines()
    return [entry for entry in (line.strip().split(":") for line in lines) if len(entry) >= fields]


def number(text: str, kind: str, name: str, file: str) -> int:
    """:raises ImageError: it is none that a user or a group may have."""
    if text.isascii() and text.isdecimal() and len(text) < 11 and int(text) <= MAX_ID:
        return int(text)
    name = printable(name)
    if text == name:
        raise ImageError(
            f"the image has no {kind} {name} in its /{file}; give USER numbers, such as 65532:65532"
        )
    raise ImageError(
        f"the {kind} of {name} in /{file} of the image is {printable(text)!r}, not a number from 0 to {MAX_ID:,}"
    )


def reader(index: Index) -> Callable[[str], bytes]:
    """Reads files of an image in its index."""

    def read(path: str) -> bytes:
        entry = index.find(path)
        if entry is None or entry.kind != FILE:
            return b""
        return index.read(entry, MAX_PASSWD_BYTES)

    return read


def read_file(path: str) -> bytes:
    """The same, where this process has the image for its root."""
    try:
        file = os.open("/" + path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            return b""
        return os.read(file, MAX_PASSWD_BYTES)
    finally:
        os.close(file)


@dataclass(frozen=True)
class Ids:
    """How the users of an image are mapped to ids of this machine: ``ranges`` of them, or the one user."""

    ranges: tuple[tuple[str, int, int], ...] | None  # of "uid" and "gid": first id, how many
    by: tuple[str, ...] = ()  # newuidmap and newgidmap, where this process may not map them

    def most(self) -> int:
        return MAX_ID if self.ranges is None else min(count for _, _, count in self.ranges) - 1


def ways() -> list[Ids]:
    """How users can be mapped here, best first; whether the machine allows it, it tells when asked.

    :raises Skip: this user is root, and there are no ids for images.
    """
    found: list[Ids] = []
    if os.geteuid() == 0 and has(FIRST_ID + MAX_ID):
        found.append(Ids((("uid", FIRST_ID, MAX_ID + 1), ("gid", FIRST_ID, MAX_ID + 1))))
    ranges = [(kind, *subordinate(f"/etc/sub{kind}")) for kind in ("uid", "gid")]
    tools = [tool for tool in map(shutil.which, ("newuidmap", "newgidmap")) if tool]
    if all(count for _, _, count in ranges) and len(tools) == 2:
        found.append(Ids(tuple(ranges), tuple(tools)))
    if os.geteuid() != 0 or not has(0, outside=0):
        found.append(Ids(None))
    if not found:
        raise Skip("root has no ids of other users here, and no image runs as root of this machine")
    return found


def has(number: int, outside: int | None = None) -> bool:
    """Whether an id is one of this machine, or in a container one of it; and is that one ``outside``."""
    for line in Path("/proc/self/uid_map").read_text(encoding="ascii").splitlines():
        first, mapped, count = map(int, line.split())
        if first <= number < first + count:
            return outside is None or mapped + number - first == outside
    return False


def subordinate(file: str) -> tuple[int, int]:
    """The first of the ids that this user may give away (subuid(5)), and their number; 0, 0 for none."""
    try:
        names = {getpass.getuser(), pwd.getpwuid(os.geteuid()).pw_name, str(os.geteuid())}
    except (KeyError, OSError):
        names = {str(os.geteuid())}
    with contextlib.suppress(OSError):
        for line in Path(file).read_text(errors="replace").splitlines():
            name, _, numbers = line.strip().partition(":")
            first, _, count = numbers.partition(":")
            if name in names and first.isdecimal() and count.isdecimal() and int(count) >= 1 << 16:
                return int(first), int(count)
    return 0, 0


def map_ids(process: int, ids: Ids, user: User) -> None:
    """Map the users of the image in the new namespace of that process (user_namespaces(7)).

    :raises Skip: it is not allowed.
    """
    place = f"/proc/{process}"
    ranges = ids.ranges or (("uid", os.geteuid(), 1), ("gid", os.getegid(), 1))
    for number, (kind, first, count) in enumerate(ranges):
        inside = 0 if ids.ranges else user.uid if kind == "uid" else user.gid
        words = [str(inside), str(first), str(count)]
        if ids.by:
            done = subprocess.run(
                [ids.by[number], str(process), *words],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
            )
            if done.returncode != 0:
                raise refused(done.stderr.decode(errors="replace").strip())
            continue
        try:
            if not ids.ranges and kind == "gid":
                namespace.write(f"{place}/setgroups", "deny")  # else the group can't be mapped
            namespace.write(f"{place}/{kind}_map", " ".join(words))
        except OSError as error:
            raise refused(f"{kind}_map: {error.strerror}") from error


def refused(why: str) -> Skip:
    return Skip(
        f"no namespaces can be had here ({why}); allow user namespaces on this machine, "
        "run the tests as root, or configure with another engine"
    )


def be_root(ids: Ids) -> None:
    """Be the image's root, where it has one here."""
    if ids.ranges:
        os.setgroups([])
        os.setresgid(0, 0, 0)
        os.setresuid(0, 0, 0)
