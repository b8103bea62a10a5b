"""The layers that go on top of a base: certificates, users, files, the program."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from gocontainer.read.source import ImageError
from gocontainer.read.tree import Tree
from gocontainer.write.config import working_directory
from gocontainer.write.entry import Entry, missing_directories, with_parents
from gocontainer.write.staged import Staged

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan


PASSWD = b"root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/:/sbin/nologin\n"
GROUP = b"root:x:0:\nnonroot:x:65532:\n"
CA_BUNDLE = "etc/ssl/certs/ca-certificates.crt"
ZONEINFO = "/usr/share/zoneinfo"


class NewLayer(NamedTuple):
    """A layer to write; ``maker`` is what the history of the image says of it. The entries can be
    iterated more than once."""

    maker: str
    entries: Iterable[Entry]


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
        zones = directory / "context/zoneinfo"
        yield NewLayer("TIMEZONES", Staged(f"{call}: TIMEZONES", ZONEINFO, zones, tree))
    if "fromImages" in plan:
        from gocontainer.write.from_image import layers_from_images  # which few need

        yield from layers_from_images(plan, directory, tree)
    for group in plan.get("files", []):
        option = f"{call}: FILES … DESTINATION {group['destination']}"
        owner = ids(group["user"])
        place = group["destination"]
        staged = Staged(option, place, directory / group["directory"], tree, owner)
        yield NewLayer("FILES " + place, staged)
    if made := made_entries(plan, tree):
        yield NewLayer("DIRECTORIES, SYMLINKS", with_parents(made, tree))
    workdir = working_directory(plan["config"])
    if missing := missing_directories(f"{call}: WORKDIR {workdir}", workdir, tree):
        entries = [Entry(path, 0o755) for path in missing]
        yield NewLayer("WORKDIR " + workdir, with_parents(entries, tree))
    if "licenses" in plan:
        place = f"/usr/share/doc/{plan['name']}"
        found = directory / "context/licenses"
        yield NewLayer("LICENSES", Staged(f"{call}: LICENSES", place, found, tree))
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
        if tree.is_file(path):
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
