"""The layers that go on top of a base: certificates, users, files, the program."""

from __future__ import annotations

import os
import posixpath
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gocontainer.read.source import ImageError
from gocontainer.read.tree import WHITEOUT, Access, Tree
from gocontainer.write.config import working_directory

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


PASSWD = b"root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n"
GROUP = b"root:x:0:\nnonroot:x:65532:\n"
CA_BUNDLE = "etc/ssl/certs/ca-certificates.crt"
ZONEINFO = "/usr/share/zoneinfo"


class Entry(NamedTuple):
    """One path of a layer, relative to the root: a symbolic link where ``link`` is its target, a
    directory where ``content`` is None, else a file of bytes or a file on disk that is copied
    without ever being whole in memory. ``owner`` is (uid, gid),
    ``capabilities`` are those of a program, as setcap(8) takes them."""

    path: str
    mode: int
    content: bytes | Path | None = None
    link: str | None = None
    owner: tuple[int, int] = (0, 0)
    capabilities: str = ""

    def is_directory(self) -> bool:
        return self.content is None and self.link is None


class NewLayer(NamedTuple):
    """A layer to write; ``maker`` is what the history of the image says of it."""

    maker: str
    entries: list[Entry]


def new_layers(
    plan: Plan, binaries: list[Path], ca_bundle: Path, directory: Path, tree: Tree
) -> Iterator[NewLayer]:
    """The layers on top of the base, in the Dockerfile's order: what changes most comes last.

    :param binaries: the files of the programs, in the plan's order.
    :param directory: the one of the plan, where the files are staged.
    :param tree: what the base has; what the layers add is added to it.
    :raises ImageError: the files don't fit on the base.
    """
    certificates = Entry(tree.place(CA_BUNDLE), 0o644, ca_bundle)
    if plan["base"] == "scratch":
        common = [
            Entry("etc/group", 0o644, GROUP),
            Entry("etc/passwd", 0o644, PASSWD),
            certificates,
            Entry("tmp", 0o1777),
        ]
        yield NewLayer("CA certificates, users, /tmp", with_parents(common, tree))
    else:
        yield NewLayer("CA certificates", with_parents([certificates], tree))
    if "accounts" in plan and (accounts := account_entries(directory, tree)):
        yield NewLayer("USERS, GROUPS", with_parents(accounts, tree))
    call = f"add_go_container({plan['name']})"
    if "timezones" in plan:
        zones = staged_entries(f"{call}: TIMEZONES", ZONEINFO, directory / "context/zoneinfo", tree)
        yield NewLayer("TIMEZONES", with_parents(zones, tree))
    if "fromImages" in plan:
        from gocontainer.write.from_image import layers_from_images  # which few need

        yield from layers_from_images(plan, directory, tree)
    for group in plan.get("files", []):
        option = f"{call}: FILES … DESTINATION {group['destination']}"
        owner = ids(group["user"])
        place = group["destination"]
        staged = staged_entries(option, place, directory / group["directory"], tree, owner)
        yield NewLayer("FILES " + group["destination"], with_parents(staged, tree, owner))
    if made := made_entries(plan, tree):
        yield NewLayer("DIRECTORIES, SYMLINKS", with_parents(made, tree))
    workdir = working_directory(plan["config"])
    if missing := missing_directories(f"{call}: WORKDIR {workdir}", workdir, tree):
        entries = [Entry(path, 0o755) for path in missing]
        yield NewLayer("WORKDIR " + workdir, with_parents(entries, tree))
    if "licenses" in plan:
        place = f"/usr/share/doc/{plan['name']}"
        found = staged_entries(f"{call}: LICENSES", place, directory / "context/licenses", tree)
        yield NewLayer("LICENSES", with_parents(found, tree))
    capabilities = {each["path"]: each["capabilities"] for each in plan.get("capabilities", [])}
    for program, binary in zip(plan["programs"], binaries):
        path = program["path"]
        has = capabilities.get(path, "")
        entry = Entry(tree.place(path), 0o755, binary, capabilities=has)
        if entry.path in tree.directories:
            raise ImageError(
                f"{call}: the program is {path}, where the image has a directory. Give it another path."
            )
        yield NewLayer("COPY " + path, with_parents([entry], tree))


def account_entries(directory: Path, tree: Tree) -> list[Entry]:
    """The files that accounts.py made in the directory of the plan, if it did."""
    files = {name: directory / "accounts" / f"{name}.new" for name in ("group", "passwd")}
    return [
        Entry(tree.place(f"etc/{name}"), 0o644, file.read_bytes())
        for name, file in files.items()
        if file.exists()
    ]


def ids(user: str) -> tuple[int, int]:
    """Of ``<uid>:<gid>``."""
    uid, gid = map(int, user.split(":"))
    return uid, gid


def missing_directories(option: str, path: str, tree: Tree) -> list[str]:
    """The directories at and above the path, links resolved, that are not there, topmost first.

    :param option: the call, the option and its value, for an error.
    :raises ImageError: one is a file of the image.
    """
    missing = tree.missing(tree.resolve(path))
    if missing and missing[0] in tree.files:
        raise ImageError(
            f"{option}: /{missing[0]} is a file of the image. Give a directory: a file keeps its own name in it."
        )
    return missing


def staged_entries(
    option: str, place: str, staged: Path, tree: Tree, owner: tuple[int, int] = (0, 0)
) -> list[Entry]:
    """What is in the directory ``staged``, as it goes to a place in the image.

    The place itself keeps mode and owner where the image has it; directories below it take
    those of the staged ones. Both is what COPY does.

    :param option: the call and the option, for an error.
    :raises ImageError: there is something that can't be in a layer, or something of another type than the image
        has there.
    """
    missing = missing_directories(option, place, tree)
    found = [Entry(path, 0o755, owner=owner) for path in missing]
    entries = (entry._replace(owner=owner) for entry in walk(os.fsencode(staged)))
    return [*found, *placed(option, place, entries, tree)]


def placed(option: str, place: str, entries: Iterable[Entry], tree: Tree) -> Iterator[Entry]:
    """The entries, by paths relative to a place in the image, where they go.

    :raises ImageError: the image has something of another type there.
    """
    destination = tree.resolve(place)
    for entry in entries:
        path = posixpath.join(destination, entry.path)
        if entry.is_directory() and path in tree.links:
            raise ImageError(
                f"FILES: /{path} is a directory, but a symbolic link in the base image. "
                f"Let DESTINATION be the directory that it leads to: {tree.links[path]}."
            )
        if path in (tree.files if entry.is_directory() else tree.directories):
            kinds = ("directory", "file") if entry.is_directory() else ("file", "directory")
            raise ImageError(
                f"{option}: /{path} is a {kinds[0]}, but a {kinds[1]} of the image. Give another DESTINATION, or rename it."
            )
        yield entry._replace(path=path)


def made_entries(plan: Plan, tree: Tree) -> list[Entry]:
    """DIRECTORIES and SYMLINKS. The directories above them are root's, where the image lacks them.

    :raises ImageError: the image has something of another type there.
    """
    call = f"add_go_container({plan['name']})"
    found = []
    for directory in plan.get("directories", []):
        option = f"{call}: DIRECTORIES {directory['path']}"
        missing_directories(option, posixpath.dirname(directory["path"]), tree)
        path = tree.place(directory["path"])
        if path in tree.links:
            raise ImageError(
                f"{option}: /{path} is a symbolic link in the image. "
                f"Give the directory that it leads to: {tree.links[path]}."
            )
        if path in tree.files:
            raise ImageError(f"{option}: /{path} is a file of the image. Give another directory.")
        found.append(Entry(path, int(directory["mode"], 8), owner=ids(directory["user"])))
    for link in plan.get("symlinks", []):
        option = f"{call}: SYMLINKS {link['path']}"
        missing_directories(option, posixpath.dirname(link["path"]), tree)
        path = tree.place(link["path"])
        if path in tree.directories:
            raise ImageError(f"{option}: /{path} is a directory of the image. Give another path.")
        found.append(Entry(path, 0o777, link=link["target"]))
    return found


def walk(top: bytes, below: bytes = b"") -> Iterator[Entry]:
    """All below a directory. Names are bytes on the way, so that no locale can change them.

    :raises ImageError: something is neither file nor directory nor link, or has a name that would be a whiteout.
    """
    with os.scandir(posixpath.join(top, below)) as found:
        for item in found:
            name = posixpath.join(below, item.name)
            path = name.decode("utf-8", "surrogateescape")
            if item.name.startswith(WHITEOUT.encode()):
                raise ImageError(f"FILES: {path} begins with .wh., which deletes files in an image")
            status = item.stat(follow_symlinks=False)
            mode = stat.S_IMODE(status.st_mode)
            if item.is_symlink():
                # Not by Path, which would shorten the target.
                link = os.readlink(item.path).decode("utf-8", "surrogateescape")  # noqa: PTH115
                yield Entry(path, 0o777, link=link)
            elif item.is_dir():
                yield Entry(path, mode)
                yield from walk(top, name)
            elif item.is_file():
                yield Entry(path, mode, Path(os.fsdecode(item.path)))
            else:
                raise ImageError(f"FILES: {path} is neither a file, a directory nor a link")


def with_parents(entries: list[Entry], tree: Tree, owner: tuple[int, int] = (0, 0)) -> list[Entry]:
    """The entries sorted by path, each behind the directories above it: as they are in the image,
    or made for the owner. The tree gets to know all of them.
    """
    found = {entry.path: entry for entry in entries}
    for entry in entries:
        for parent in parents(entry.path):
            there = tree.directories.get(parent, Access(0o755, *owner))
            made = Entry(parent, there.mode, owner=(there.uid, there.gid))
            found.setdefault(parent, made)
    for entry in found.values():
        if entry.link is not None:
            tree.add(entry.path, entry.link)
        elif entry.content is None:
            tree.add(entry.path, Access(entry.mode, *entry.owner))
        else:
            tree.add(entry.path, None)
    return [found[path] for path in sorted(found, key=lambda p: p.split("/"))]


def parents(path: str) -> Iterator[str]:
    """The directories above a path, without the root."""
    while path := posixpath.dirname(path):
        yield path
