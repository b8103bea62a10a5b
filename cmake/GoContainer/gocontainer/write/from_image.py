"""Takes files and directories out of other images (FROM_IMAGE), as COPY --from does: with their owners and modes, and
links in directories as they are. A link that is named itself is followed.
"""

from __future__ import annotations

import json
import posixpath
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gocontainer.common.atomic import write_atomically
from gocontainer.read.index import DOCUMENT, Index, write_index
from gocontainer.read.layout import Image
from gocontainer.read.source import ImageError
from gocontainer.read.squash import DIRECTORY, FILE, LINK
from gocontainer.read.squash import Entry as Found
from gocontainer.read.tree import Tree, key_of
from gocontainer.write.base_store import open_named
from gocontainer.write.entry import Entry, fitting, missing_directories, with_parents
from gocontainer.write.layers import NewLayer

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan

STAGED = "from_images"


def staged_in(plan: Plan) -> str:
    """Where below the directory of a plan its files are; beside them is the record of these."""
    return f"{STAGED}/{plan['part']}" if "part" in plan else STAGED


def layers_from_images(plan: Plan, directory: Path, tree: Tree) -> Iterator[NewLayer]:
    """A layer for each path, of what :func:`stage_from_images` put into the directory.

    :raises ImageError: it does not fit on the image.
    """
    staged = json.loads((directory / f"{staged_in(plan)}.json").read_text(encoding="ascii"))[
        "staged"
    ]
    for copy, rows in zip(plan["fromImages"], staged):
        option = f"add_go_container({plan['name']}): FROM_IMAGE {copy['image']} {copy['path']}"
        entries = [
            Entry(path, mode, directory / file if file else None, link, (uid, gid))
            for path, mode, file, link, uid, gid in rows
        ]
        file = len(entries) == 1 and entries[0].path == ""
        target = copy["target"]
        if tree.place(target) in tree.links:
            raise ImageError(
                f"{option}: {target} is a symbolic link in the image. Give another DESTINATION."
            )
        if file:
            entries = [entries[0]._replace(path=posixpath.basename(target))]
            target = posixpath.dirname(target)
        missing = [Entry(path, 0o755) for path in missing_directories(option, target, tree)]
        destination = tree.resolve(target)
        placed = (each._replace(path=posixpath.join(destination, each.path)) for each in entries)
        found = [*missing, *fitting(option, placed, tree)]
        yield NewLayer(f"FROM_IMAGE {copy['image']} {copy['path']}", with_parents(found, tree))


def stage_from_images(plan: Plan, cache: Path, directory: Path) -> None:
    """Put the files into ``from_images`` in the directory of the plan; nothing, where they are there.

    :param cache: the directory that keeps what is fetched.
    :raises ImageError: an image can't be had, or a path is not in it.
    """
    place = directory / staged_in(plan)
    record = place.with_name(place.name + ".json")
    keys, staged = [], []
    former = json.loads(record.read_text(encoding="ascii")) if record.exists() else {}
    for copy in plan["fromImages"]:
        with open_named(copy["image"], plan["platform"], where(plan, copy["image"]), cache) as base:
            contents = [layer.content for layer in base.layers]
            keys.append([key_of(contents), copy["path"]])
    if former.get("keys") == keys and place.is_dir():
        return
    record.unlink(missing_ok=True)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    for number, copy in enumerate(plan["fromImages"]):
        option = where(plan, copy["image"])
        with open_named(copy["image"], plan["platform"], option, cache) as base:
            contents = [layer.content for layer in base.layers]
            image = Image(option, base.digest or "", base.digest, (), base.config, tuple(contents))
            unpacked = place / "image"
            unpacked.mkdir()
            write_index(image, unpacked)
            index = Index(unpacked, json.loads((unpacked / DOCUMENT).read_bytes()))
            files = place / str(number)
            files.mkdir()
            staged.append([row(found, path, index, files, directory, option)
                           for path, found in entries_of(index, copy["path"], option)])  # fmt: skip
            shutil.rmtree(unpacked)
    write_atomically(record, json.dumps({"keys": keys, "staged": staged}).encode())


def where(plan: Plan, image: str) -> str:
    return f'add_go_container({plan["name"]}): FROM_IMAGE "{image}"'


def entries_of(index: Index, path: str, option: str) -> Iterator[tuple[str, Found]]:
    """What a path has, by paths relative to it: a file by none, a directory by what is in it.

    :raises ImageError: it has nothing.
    """
    top = index.find(path)
    if top is None and index.resolve(path):
        raise ImageError(f"{option}: the image has no {path}. Correct the path.")
    if top is not None and top.kind != DIRECTORY:
        yield "", top
        return
    prefix = top.path + "/" if top is not None else ""
    for entry in sorted(index.files.values(), key=lambda e: e.path.split("/")):
        origin = index.origin(entry)
        if origin is not None and entry.path.startswith(prefix) and entry.path:
            yield entry.path[len(prefix) :], origin


def row(
    found: Found, path: str, index: Index, files: Path, directory: Path, option: str
) -> list[Any]:
    """An entry as the record has it; the content of a file is copied.

    :raises ImageError: it is none that an image of builtin can have.
    """
    file, link = None, None
    if found.xattrs:
        names = ", ".join(found.xattrs)
        raise ImageError(
            f"{option}: /{found.path} has attributes ({names}), which the engine builtin can't copy. Use another engine."
        )
    if found.kind == FILE:
        copied = files / str(sum(1 for _ in files.iterdir()))
        with index.open(found) as content, copied.open("wb") as output:
            shutil.copyfileobj(content, output, 1 << 20)
        file = str(copied.relative_to(directory))
    elif found.kind == LINK:
        link = found.target
    elif found.kind != DIRECTORY:
        raise ImageError(f"{option}: /{found.path} is a {found.kind}. Give another path.")
    mode = 0o777 if found.kind == LINK else found.mode
    return [path, mode, file, link, found.uid, found.gid]
