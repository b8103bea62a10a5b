"""Stands in for the compiler of the stub of LINK_LIBRARIES (link_libraries.cmake): writes down what CMake would run.

    record_command.py <stub> <number> <command>...

The compiler is the first words of the command, so many as the number says.

The object file of the stub, and the executable, become JSON: the words of a command, with the paths of
files made absolute, and without what is of the stub alone. Any other source is compiled.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

MAGIC = '{"record":'
# Options of the stub alone, and how many words follow them.
DROPPED = {"-o": 1, "-c": 0, "-MD": 0, "-MMD": 0, "-MP": 0, "-MT": 1, "-MQ": 1, "-MF": 1}


def main(stub: str, number: int, command: list[str]) -> int:
    command = expanded(command)
    compiler = command[:number]
    output = Path(command[command.index("-o") + 1])
    if "-c" not in command:
        objects = [word for word in command if is_record(word)]
        record = {
            "compiler": compiler,
            "link": words([command[0], *command[number:]], objects),
            "compile": json.loads(Path(objects[0]).read_text(encoding="utf-8"))["record"],
        }
    elif stub in command:
        record = {"record": words(command, [stub])}
        if "-MF" in command:
            Path(command[command.index("-MF") + 1]).write_text(f"{output}:\n", encoding="utf-8")
    else:
        os.execvp(command[0], command)
    output.write_text(json.dumps(record), encoding="utf-8")
    return 0


def expanded(command: list[str]) -> list[str]:
    """The command, with the words of response files, which CMake uses for long ones."""
    found = []
    for word in command:
        file = Path(word[1:])
        if word.startswith("@") and file.is_file():
            text = file.read_text(encoding="utf-8")
            found += [unquoted(part) for part in re.findall(QUOTED_WORD, text)]
        else:
            found.append(word)
    return found


QUOTED_WORD = r"""(?:\\.|"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'\\])+"""


def unquoted(word: str) -> str:
    return re.sub(
        r"""\\(.)|"((?:\\.|[^"\\])*)"|'([^']*)'""",
        lambda m: m[1] or re.sub(r"\\(.)", r"\1", m[2] or "") or m[3] or "",
        word,
    )


def is_record(word: str) -> bool:
    if word.startswith("-") or not os.path.isfile(word):  # noqa: PTH113 (an option is not a path)
        return False
    with Path(word).open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC.encode()


def words(command: list[str], own: list[str]) -> list[str]:
    """The compiler, and its options and files without those of the stub."""
    found, rest = [command[0]], iter(command[1:])
    for word in rest:
        if word in DROPPED:
            for _ in range(DROPPED[word]):
                next(rest)
        elif word not in own and not word.startswith("-Wl,--dependency-file"):
            there = not word.startswith("-") and Path(word).exists()
            found.append(os.path.abspath(word) if there else word)  # noqa: PTH100 (links stay)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
