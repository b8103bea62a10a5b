"""Reads the text of a Dockerfile, by the package dockerfile: BuildKit's own parser."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from gocontainer.common.package import package


@dataclass(frozen=True)
class Instruction:
    line: int  # the first one, from 1
    name: str  # in upper case
    flags: tuple[tuple[str, str], ...]  # such as ("mount", "type=ssh")
    words: tuple[str, ...]
    exec_form: bool
    heredocs: tuple[tuple[str, str], ...]  # name and content
    lines: tuple[str, ...]  # as they are in the file

    def flag(self, name: str) -> str:
        return next((value for flag, value in self.flags if flag == name), "")

    def flag_values(self, name: str) -> list[str]:
        return [value for flag, value in self.flags if flag == name]

    def line_of(self, text: str) -> int:
        """The line that has this text, or else the first one of the instruction."""
        return next((self.line + n for n, line in enumerate(self.lines) if text in line), self.line)


def read_dockerfile(text: str, name: str) -> list[Instruction]:
    """The instructions of a Dockerfile.

    :raises ValueError: it is none, or the package is missing.
    """
    try:
        parser = package("dockerfile")
    except ImportError:
        raise ValueError(
            f"import {name}: it needs the package dockerfile, which is BuildKit's parser. Install it for "
            f"{sys.executable}: python3 -m pip install dockerfile"
        ) from None
    try:
        commands = parser.parse_string(text)
    except parser.GoParseError as error:
        raise ValueError(
            f"import {name}: BuildKit can't read it: {error}. Mend the Dockerfile."
        ) from None
    for command in commands:
        if command.cmd is None:
            raise ValueError(
                f"import {name}: line {command.start_line}: there is no instruction. Mend the Dockerfile."
            )
        least = {"COPY": 2, "ADD": 2, "CMD": 0, "ENTRYPOINT": 0}.get(command.cmd.upper(), 1)
        if len(command.value) < least:
            raise ValueError(
                f"import {name}: line {command.start_line}: {command.cmd} lacks a value. Mend the Dockerfile."
            )
    lines = text.splitlines()
    return [
        Instruction(
            line=command.start_line,
            name=command.cmd.upper(),
            flags=tuple(map(read_flag, command.flags)),
            words=(command.sub_cmd, *command.value) if command.sub_cmd else tuple(command.value),
            exec_form=command.json,
            heredocs=tuple((each.name, each.content) for each in command.heredocs),
            lines=tuple(lines[command.start_line - 1 : command.end_line]),
        )
        for command in commands
    ]


def read_flag(flag: str) -> tuple[str, str]:
    name, _, value = flag[2:].partition("=")
    return name.lower(), value
