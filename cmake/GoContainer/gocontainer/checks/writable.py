"""Tells by owners and modes whether the image's user may write to a file or a directory."""

from __future__ import annotations

import posixpath

from gocontainer.checks import CheckError, Test
from gocontainer.checks.files import described
from gocontainer.common.printable import printable
from gocontainer.read.index import Index
from gocontainer.read.source import ImageError
from gocontainer.read.squash import DIRECTORY, Entry
from gocontainer.run.users import User, account, reader

WRITE, SEARCH = 2, 1  # bits of a mode


def check_writable(test: Test) -> str:
    """USER may write to the paths of WRITABLE."""
    config = test.index.config.get("config") or {}
    name = config.get("User") or "0"
    try:
        user = account(name, reader(test.index))
    except ImageError as error:
        raise CheckError(
            "no container of this image can start",
            declared=f"USER {printable(name)}",
            found=str(error).partition(";")[0],
            remedy="give USER numbers, such as 65532:65532",
        ) from error
    paths: list[str] = test.arguments["writable"]
    for path in paths:
        if why := obstacle(test.index, user, path):
            whom = f"{user.uid}:{user.gid}"
            raise CheckError(
                f"the user {whom} may not write to {printable(path)}",
                declared=f"WRITABLE {printable(path)}",
                found=why,
                remedy=f"write DIRECTORIES {printable(path)} CHOWN {whom} in add_go_container({test.plan['name']})",
            )
    return f"{user.uid}:{user.gid} may write to {', '.join(map(printable, paths))}"


def obstacle(index: Index, user: User, path: str) -> str:
    """Why the user may not write to the path, or nothing."""
    place = index.resolve(path)
    entry = index.find(path)
    if entry is None:
        volumes = {
            index.resolve(v) for v in (index.config.get("config") or {}).get("Volumes") or {}
        }
        if place not in volumes:
            return "nothing there"
        if user.uid != 0:
            return "a volume that the image lacks, which engines make for root, mode 0755"
    if user.uid == 0:
        return ""
    assert entry is not None
    above = posixpath.dirname(place)
    while above:
        directory = index.files.get(above)
        if directory is not None and not user.may(directory) & SEARCH:
            return f"above it is /{printable(above)}, {described(directory)}"
        above = posixpath.dirname(above)
    return "" if may_write(user, entry) else described(entry)


def may_write(user: User, entry: Entry) -> bool:
    needed = WRITE | SEARCH if entry.kind == DIRECTORY else WRITE
    return user.may(entry) & needed == needed
