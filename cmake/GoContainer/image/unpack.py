"""Unpacks an image into a directory, for programs that run there and for all that wants plain files."""

from __future__ import annotations

import os
import posixpath
import shutil
import tarfile
from pathlib import Path

from layout import Image, Layer
from source import ImageError
from tree import OPAQUE, WHITEOUT, normal, open_tar, real_path


def unpack(image: Image, root: Path) -> None:
    """Write the files of an image below the directory ``root``, and nothing elsewhere.

    Owners are left out, as only one user is there; devices, too.

    :raises ImageError: a layer can't be read, or names a path that can't be.
    """
    modes: dict[Path, int] = {}
    for directory in ("proc", "dev"):
        (root / directory).mkdir()
    for layer in image.layers:
        unpack_layer(layer, root, modes)
    # Last, as a directory may forbid to write into it.
    for path in sorted(modes, reverse=True):
        if path.is_dir() and not path.is_symlink():
            path.chmod(modes[path])
    root.chmod(0o755)
    inside(root, image.config["config"].get("WorkingDir") or "/").mkdir(parents=True, exist_ok=True)


def unpack_layer(layer: Layer, root: Path, modes: dict[Path, int]) -> None:
    """Apply one layer (OCI image spec, layer.md); the modes of directories go to ``modes``."""
    written: set[Path] = set()
    with layer.open() as stream, open_tar(stream) as tar:
        for member in tar:
            tar.members.clear()  # type: ignore[attr-defined]
            directory, name = posixpath.split(normal(member.name))
            if not name:
                continue  # the root itself
            target = inside(root, directory) / name
            if name.startswith(WHITEOUT):
                hide(target, written)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            if not (member.isdir() and target.is_dir() and not target.is_symlink()):
                remove(target)
            write(tar, member, target, root)
            written.update((target, *target.parents))
            if member.isdir():
                modes[target] = member.mode & 0o1777


def write(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path, root: Path) -> None:
    """Write one entry; nothing is at ``target``, except for a directory where it is one."""
    if member.isdir():
        target.mkdir(exist_ok=True)
    elif member.issym():
        target.symlink_to(member.linkname)
    elif member.islnk():
        directory, name = posixpath.split(normal(member.linkname))
        os.link(inside(root, directory) / name, target, follow_symlinks=False)
    elif (content := tar.extractfile(member)) is not None:
        with content, target.open("xb") as file:
            shutil.copyfileobj(content, file)
        target.chmod(member.mode & 0o1777)  # set-user-ID files are nothing to leave in /tmp


def hide(whiteout: Path, written: set[Path]) -> None:
    """What a whiteout names goes, unless this layer itself wrote it."""
    if whiteout.name == OPAQUE:
        hidden = list(whiteout.parent.iterdir()) if whiteout.parent.is_dir() else []
    else:
        hidden = [whiteout.with_name(whiteout.name[len(WHITEOUT) :])]
    for path in hidden:
        if path not in written:
            remove(path)


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def inside(root: Path, path: str) -> Path:
    """The path below the root, with the links in the image followed as the image's program would."""

    def read_link(step: str) -> str | None:
        link = root / step
        return os.readlink(link) if link.is_symlink() else None  # noqa: PTH115 (as it is written)

    return root / real_path(path, read_link)


def account(user: str, root: Path) -> tuple[str, str, str]:
    """The numbers of the image's user, ``<user>[:<group>]``, and its home; names are looked up in
    the files of the image.

    :raises ImageError: there is no such name.
    """
    name, _, group = (user or "0").partition(":")
    entry = look_up(name, inside(root, "etc/passwd"))
    group = look_up(group, inside(root, "etc/group"))[2] if group else entry[3]
    return entry[2], group, entry[5] if len(entry) > 5 and entry[5] else "/"


def look_up(name: str, file: Path) -> list[str]:
    """The entry of a name or number in a passwd or group file."""
    lines = file.read_text(errors="replace").splitlines() if file.is_file() else []
    for entry in (line.split(":") for line in lines):
        if len(entry) > 3 and name in (entry[0], entry[2]):
            return entry
    if not name.isdecimal():
        raise ImageError(f"the image has no {name} in its {file.name} file")
    return [name, "", name, "0"]
