"""The files of an image, wherever they are: a directory or a tar file.

An OCI image layout (OCI image spec, image-layout.md) and a docker archive are files with names that
refer to one another; this is all that is known of them here.
"""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
import tarfile
from pathlib import Path
from typing import IO, Any

from gocontainer.common.error import ImageError as ImageError
from gocontainer.read.tar import Content, members

# Configs and manifests are small; a "config" of gigabytes is an attack or an accident.
MAX_JSON_BYTES = 4 * 1024 * 1024
# Members within members, and digits of a number, beyond what any image has.
MAX_DEPTH, MAX_DIGITS = 64, 30
# An image has some hundred files: blobs, or layers with a file or two beside each.
MAX_FILES = 10_000


class DamagedError(ImageError):
    """What is there is not what somebody wrote: it is cut short, lacks files, or has other bytes."""


class NotStartedError(ImageError):
    """A program can't be started, as the image has none of that name; the text says which and why."""


class Source:
    """Files of a layout or an archive by their names; the one thing that the formats differ in."""

    def __init__(self, where: str) -> None:
        self.where = where

    def names(self) -> set[str]:
        raise NotImplementedError

    def open(self, name: str) -> IO[bytes]:
        raise NotImplementedError

    def close(self) -> None:
        pass

    def size(self, name: str) -> int:
        """Bytes of a file.

        :raises ImageError: it is missing.
        """
        with self.open(name) as stream:
            return stream.seek(0, os.SEEK_END)

    def json(self, name: str, digest: str | None = None) -> Any:
        """The parsed file, which must have the digest where one is given.

        :raises ImageError: it is missing, too large, not JSON, or not what the digest says.
        """
        with self.open(name) as stream:
            data = stream.read(MAX_JSON_BYTES + 1)
        if len(data) > MAX_JSON_BYTES:
            raise self.error(f"{name} is larger than {MAX_JSON_BYTES} bytes")
        if digest is not None and sha256(data) != digest:
            raise self.damaged(f"{name} does not have the digest {digest}; it is damaged")
        try:
            return parsed(data)
        except (ValueError, RecursionError) as error:
            raise self.damaged(f"{name} is not JSON: {error}") from error

    def blob(self, descriptor: dict[str, Any]) -> str:
        """The file of a descriptor, ``blobs/<algorithm>/<encoded>`` (image-layout.md, descriptor.md), which must
        have the size that it says.

        :raises TypeError: it is not a descriptor with a SHA-256 digest.
        :raises ImageError: the file is missing, or of another size.
        """
        name, size = blob_name(descriptor), descriptor.get("size")
        if size is not None and (type(size) is not int or size != self.size(name)):
            raise self.damaged(f"{name} does not have the size {size}; it is damaged")
        return name

    def document(self, descriptor: dict[str, Any]) -> Any:
        """The JSON document of a descriptor, its digest and size verified.

        :raises TypeError: it is not a descriptor with a SHA-256 digest.
        :raises ImageError: it is missing, too large, not JSON, or damaged.
        """
        document = self.json(blob_name(descriptor), descriptor["digest"])
        self.blob(descriptor)
        return document

    def error(self, problem: str) -> ImageError:
        return ImageError(f"{self.where}: {problem}. Build the image again.")

    def damaged(self, problem: str) -> DamagedError:
        return DamagedError(*self.error(problem).args)


class Directory(Source):
    """A plain OCI layout."""

    def __init__(self, where: str, root: Path) -> None:
        super().__init__(where)
        self.root = root

    def names(self) -> set[str]:
        return {p.relative_to(self.root).as_posix() for p in self.root.rglob("*") if p.is_file()}

    def open(self, name: str) -> IO[bytes]:
        try:
            if (self.root / name).exists() and not (self.root / name).is_file():
                raise self.error(f"{name} is not a file")  # one such as a pipe would never end
            return (self.root / name).open("rb")
        except OSError as error:
            raise self.damaged(f"there is no file {name} ({error.strerror})") from error


class Archive(Source):
    """A tar file; its members are read where they stand, nothing is unpacked."""

    def __init__(self, where: str, file: Path) -> None:
        super().__init__(where)
        self.members: dict[str, tarfile.TarInfo] = {}
        try:
            # Not through gzip: a compressed archive would make every seek read it from the start.
            self.file = file.open("rb")
        except OSError as error:
            raise self.error(f"it can't be opened ({error.strerror})") from error
        try:
            for member in members(self.file):
                self.members[posixpath.normpath(member.name)] = member
                if len(self.members) > MAX_FILES:
                    raise tarfile.ReadError(f"more than {MAX_FILES:,} files")
        except (tarfile.TarError, OSError) as error:
            self.close()
            raise self.error(f"it is not a whole tar file ({error})") from error

    def close(self) -> None:
        self.file.close()

    def names(self) -> set[str]:
        return set(self.members)

    def has(self, name: str) -> bool:
        """Whether it is a file, and no link to one."""
        return name in self.members and self.members[name].isreg()

    def open(self, name: str) -> IO[bytes]:
        member = self.members.get(posixpath.normpath(name))
        # docker before 25 saves a layer that it has twice as a link to the first one.
        if member is not None and member.issym():
            target = posixpath.join(posixpath.dirname(member.name), member.linkname)
            member = self.members.get(posixpath.normpath(target))
        # Sparse files are none that an image is made of: they claim to be of any size.
        if member is None or not member.isreg() or member.issparse():
            raise self.error(f"there is no file {name}")
        return Content(self.file, member.offset_data, member.size)  # type: ignore[return-value]


def parsed(data: bytes) -> Any:
    """A JSON document of somebody else, as Go reads it: what is not UTF-8 becomes U+FFFD, and of a member that
    is there twice the last one counts.

    :raises ValueError: it is none, or has what no image has.
    """
    document = json.loads(
        data.decode("utf-8", "replace"),
        parse_int=number,
        parse_float=number,
        parse_constant=number,
    )
    return whole_text(document, MAX_DEPTH)


def number(text: str) -> float:
    if len(text) > MAX_DIGITS or not re.match("-?[0-9]", text):
        raise ValueError(f"the number {text[:MAX_DIGITS]}")
    value = float(text)
    if value in (float("inf"), -float("inf")):
        raise ValueError(f"the number {text}")
    return value if re.search("[.eE]", text) else int(text)


def whole_text(node: Any, depth: int) -> Any:
    """The document, without halves of characters in its texts: \\ud800 by itself stands for nothing."""
    if depth < 0:
        raise ValueError(f"more than {MAX_DEPTH} members within members")
    if isinstance(node, str):
        return re.sub("[\ud800-\udfff]", "\ufffd", node)
    if isinstance(node, list):
        return [whole_text(item, depth - 1) for item in node]
    if isinstance(node, dict):
        return {whole_text(key, depth): whole_text(item, depth - 1) for key, item in node.items()}
    return node


def blob_name(descriptor: dict[str, Any]) -> str:
    """:raises TypeError: its digest is not SHA-256."""
    digest = descriptor["digest"]
    if not re.fullmatch("sha256:[0-9a-f]{64}", digest):
        raise TypeError(f"the digest {digest}")
    return "blobs/" + str(digest).replace(":", "/")


def sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def digest_of(stream: IO[bytes]) -> str:
    """The digest of what is left of a stream, which is never whole in memory."""
    found = hashlib.sha256()
    while chunk := stream.read(1 << 20):
        found.update(chunk)
    return "sha256:" + found.hexdigest()
