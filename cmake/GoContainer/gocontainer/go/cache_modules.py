"""The files of GOMODCACHE that go.sum names: ``cache/download/<module>/@v/<version>.mod``, ``.zip`` and ``.info``. A file from
elsewhere is taken only if it has the checksum of go.sum, so a wrong one is told here, and go need not stop at it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterable
from typing import NamedTuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gocontainer.common.plan import Plan

PATH = re.compile(r"[A-Za-z0-9_~!-][A-Za-z0-9._~!-]*(/[A-Za-z0-9_~!-][A-Za-z0-9._~!-]*)*")
VERSION = re.compile(r"v[0-9][A-Za-z0-9.+_!-]*")
BLOCK = 1 << 20
# Bytes of a module when it is unpacked, which go takes at most (golang.org/x/mod/zip).
MOST = 500 << 20
MOST_SMALL = 16 << 20


class File(NamedTuple):
    """A file of a module, its version, and its checksum in go.sum; of .info there is none."""

    path: str
    version: str
    checksum: str


class Modules:
    """The files that a build may need: ``files`` by their names below cache/download."""

    def __init__(self, plan: Plan, cache: str) -> None:
        self.download = os.path.join(cache, "cache", "download")
        self.files: dict[str, File] = {}
        if cache and not plan["go"]["vendor"]:
            for file in sums_of(plan):
                self.files.update(files_in(file, self.download))

    def there(self) -> dict[str, str]:
        """Those that this machine has, with their paths."""
        return {name: file.path for name, file in self.files.items() if os.path.isfile(file.path)}

    def size_of(self, names: Iterable[str]) -> int:
        """Their bytes."""
        return sum(os.path.getsize(self.files[name].path) for name in names)

    def add(self, name: str, new: str) -> bool:
        """Put the file that was written to ``new`` in its place; whether it is what go.sum says.

        :raises OSError: it can't be written.
        """
        file = self.files[name]
        if name.endswith(".info"):
            return add_info(file, new)
        try:
            found = checksum_of_zip(new) if name.endswith(".zip") else checksum_of_mod(new)
        except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError):
            return False
        if found != file.checksum:
            return False
        if name.endswith(".zip"):
            # As go writes it; without, it would compute the checksum again.
            with open(file.path + "hash", "w", encoding="ascii") as stream:
                stream.write(found)
        os.replace(new, file.path)
        return True


def sums_of(plan: Plan) -> list[str]:
    """The files with checksums that go reads."""
    found = [os.path.join(each, "go.sum") for each in [plan["source"], *plan["go"]["modules"]]]
    if "workspace" in plan["go"]:
        found.append(plan["go"]["workspace"] + ".sum")
    return list(dict.fromkeys(map(os.path.normpath, found)))


def files_in(sums: str, download: str) -> dict[str, File]:
    """The files that are named there."""
    try:
        with open(sums, encoding="utf-8") as stream:
            lines = [line.split() for line in stream]
    except (OSError, ValueError):
        return {}  # go tells what is wrong
    found = {}
    for words in lines:
        if len(words) != 3 or not words[2].startswith("h1:"):
            continue
        version, is_mod, _ = words[1].partition("/go.mod")
        path, name = escaped(words[0]), escaped(version)
        if not PATH.fullmatch(path) or not VERSION.fullmatch(name):
            continue
        stem = f"{path}/@v/{name}"
        kinds = {".mod": words[2], ".info": ""} if is_mod else {".zip": words[2]}
        for kind, checksum in kinds.items():
            found[stem + kind] = File(os.path.join(download, stem + kind), version, checksum)
    return found


def escaped(text: str) -> str:
    """As golang.org/x/mod/module writes a path or a version in a file name."""
    return re.sub("[A-Z]", lambda letter: "!" + letter[0].lower(), text)


def checksum_of_mod(file: str) -> str:
    """The checksum of a go.mod (golang.org/x/mod/sumdb/dirhash, Hash1)."""
    with open(file, "rb") as stream:
        digest = hashlib.sha256(stream.read(MOST_SMALL)).hexdigest()
    return hash1([f"{digest}  go.mod\n"])


def checksum_of_zip(file: str) -> str:
    """The checksum of a module's zip.

    :raises ValueError: it is larger than a module may be.
    :raises zipfile.BadZipFile: it is damaged.
    """
    lines, left = [], MOST
    with zipfile.ZipFile(file) as archive:
        for member in sorted(archive.infolist(), key=lambda member: member.filename.encode()):
            digest = hashlib.sha256()
            with archive.open(member) as stream:
                while block := stream.read(BLOCK):
                    left -= len(block)
                    if left < 0:
                        raise ValueError("it is too large")
                    digest.update(block)
            lines.append(f"{digest.hexdigest()}  {member.filename}\n")
    return hash1(lines)


def hash1(lines: list[str]) -> str:
    digest = hashlib.sha256("".join(lines).encode()).digest()
    return "h1:" + base64.b64encode(digest).decode()


def add_info(file: File, new: str) -> bool:
    """Of the facts about a version, which have no checksum, the version and its time are taken."""
    try:
        with open(new, "rb") as stream:
            found = json.loads(stream.read(MOST_SMALL))
        facts = {"Version": found["Version"]}
        if re.fullmatch(r"[0-9T:.Z+-]{1,40}", str(found.get("Time", ""))):
            facts["Time"] = found["Time"]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return False
    if facts["Version"] != file.version:
        return False
    with open(new, "w", encoding="utf-8") as stream:
        json.dump(facts, stream)
    os.replace(new, file.path)
    return True
