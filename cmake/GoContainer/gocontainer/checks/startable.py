"""Can a container start what its config names? The program is in the image, USER may execute it, and so is its
interpreter (execve(2))."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Any

from gocontainer.checks import CheckError, Test
from gocontainer.checks.files import described
from gocontainer.common.printable import printable
from gocontainer.read.elf import ElfError, read_elf
from gocontainer.read.index import Index
from gocontainer.read.source import ImageError
from gocontainer.read.squash import FILE, Entry
from gocontainer.run.users import User, account, reader
from gocontainer.write.config import merge_env

# Linux reads no more of a file to find out what it is.
FIRST_BYTES = 256


class FaultError(Exception):
    """Why it can't start; what was found, and the remedy."""

    def __init__(self, problem: str, found: str, remedy: str) -> None:
        self.found = found
        self.remedy = remedy
        super().__init__(problem)


def check_startable(test: Test, option: str, name: str) -> None:
    """The program of that name, as a container of the image would look for it.

    :param option: whose first word it is.
    :raises CheckError: it can't be started.
    """
    config = test.index.config.get("config", {})
    try:
        user = account(config.get("User") or "", reader(test.index))
    except ImageError:
        return  # that is another check's
    try:
        check_program(Programs(test.index, config, user), name)
    except FaultError as fault:
        raise CheckError(
            f"{option} can't start: {fault}",
            declared=f"{option} {printable(name)}, USER {config.get('User') or '0'}",
            found=fault.found,
            remedy=f"{fault.remedy}, or change {option} in {test.call()}",
        ) from fault


class Programs:
    """The programs of an image, as its user finds them."""

    def __init__(self, index: Index, config: dict[str, Any], user: User) -> None:
        self.index = index
        self.user = user
        self.directory = config.get("WorkingDir") or "/"
        env = merge_env(config.get("Env") or [], [])
        self.places = dict(variable.partition("=")[::2] for variable in env)["PATH"].split(":")

    def find(self, name: str) -> tuple[str, Entry] | None:
        """Its path and what is there; one that can be executed rather than one that can't."""
        found = None
        for place in self.places if "/" not in name else [""]:
            path = posixpath.join(self.directory, place, name)
            entry = self.index.find(path)
            if entry is not None and entry.kind == FILE:
                if self.may(entry, 1):
                    return path, entry
                found = found or (path, entry)
        return found

    def may(self, entry: Entry, bits: int) -> bool:
        """Whether the user may read (4), execute (1) a file, or search a directory (1)."""
        if self.user.uid == 0:
            return bits == 4 or bool(entry.mode & 0o111)
        return self.user.may(entry) & bits == bits

    def closed(self, path: str) -> Iterator[Entry]:
        """The directories on the way to a path that the user may not search."""
        while path := posixpath.dirname(path):
            entry = self.index.files.get(path)
            if entry is not None and self.user.uid != 0 and not self.user.may(entry) & 1:
                yield entry


def check_program(programs: Programs, name: str) -> None:
    """:raises FaultError: it can't be started."""
    path, entry = executable(programs, name, "it", "put it there by FILES")
    with programs.index.open(entry) as file:
        first = file.read(FIRST_BYTES)
        if first.startswith(b"\x7fELF"):
            file.seek(0)
            try:
                loader = read_elf(file).interpreter
            except ElfError as error:
                remedy = "give another file"
                raise FaultError("it is damaged", f"{path}: {error}", remedy) from error
            if loader is not None:
                remedy = "add its libraries by RUNTIME_LIBRARIES ON, or link it statically"
                executable(programs, loader, f"the loader of {path}", remedy)
            return
    check_script(programs, path, entry, first)


def check_script(programs: Programs, path: str, entry: Entry, first: bytes) -> None:
    """The interpreter of a script: what its first line names, and of ``env`` the program that this looks for."""
    line = first.split(b"\n")[0].decode("utf-8", "surrogateescape")
    if not line.startswith("#!") or not line[2:].strip():
        remedy = "begin a script with #!/bin/sh"
        problem = "it is neither a program nor a script with #! in its first line"
        raise FaultError(problem, f'{path}, which begins with "{printable(line, 40)}"', remedy)
    shown = f'{path}, which begins with "{printable(line, 80)}"'
    if line.endswith("\r"):
        remedy = "give the script the line ends of Unix"
        raise FaultError("the first line of the script ends in CR LF", shown, remedy)
    if not programs.may(entry, 4):
        found = f"{path}, {described(entry)}"
        raise FaultError(
            "USER may not read the script", found, "give it a mode such as 0755 by CHMOD"
        )
    words = line[2:].strip().split(None, 1)
    remedy = "begin the script with an interpreter of the image, give a BASE that has it"
    executable(programs, words[0], f"the interpreter of {path}", remedy)
    if posixpath.basename(words[0]) == "env" and len(words) > 1:
        # Linux gives it all that is after it as one word, which -S takes apart.
        name = words[1].strip()
        if split := re.match(r"-S\s*(?:-\S+\s+|\w+=\S*\s+)*(\S+)", name):
            name = split[1]
        executable(programs, name, f"the interpreter of {path}", remedy)


def executable(programs: Programs, name: str, what: str, remedy: str) -> tuple[str, Entry]:
    """What the name leads to.

    :raises FaultError: it is not in the image, or the user may not execute it.
    """
    found = programs.find(name)
    if found is None:
        where = "" if "/" in name else f" in the directories of PATH, {':'.join(programs.places)}"
        raise FaultError(f"{what} is not in the image", f"no {printable(name)}{where}", remedy)
    path, entry = found
    if not programs.may(entry, 1):
        raise FaultError(
            f"USER may not execute {what}",
            f"{path}, {described(entry)}",
            "give it a mode such as 0755 by CHMOD",
        )
    for closed in programs.closed(programs.index.resolve(path)):
        raise FaultError(
            f"USER may not enter the directory of {what}",
            f"/{closed.path}, {described(closed)}",
            "put it elsewhere",
        )
    return found
