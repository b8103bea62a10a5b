"""Runs SIGN_COMMAND for images that were pushed, and keeps in ``pushed.signed`` which ones it has signed."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.common.atomic import write_changed
from gocontainer.common.error import ImageError
from gocontainer.common.printable import printable

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan
    from gocontainer.registry.reference import Reference

NAME = "pushed.signed"


def sign_pushed(
    plan: Plan, directory: Path, digest: str, references: list[Reference], changed: list[Reference]
) -> None:
    """Sign an image that was pushed to references, of which some did not stand for it before.

    :raises ImageError: the command fails.
    """
    there = {each.name for each in references if each not in changed}
    names = {each.name: f"{each.name}@{digest}" for each in references}
    new = [reference for name, reference in names.items() if name not in there]
    sign(plan, directory, list(names.values()), new)


def sign(plan: Plan, directory: Path, references: list[str], new: Collection[str] = ()) -> None:
    """Sign what this command has not signed.

    :param references: the repositories with the digests, of all that was pushed.
    :param new: those of them that the registry did not have. What it had before is signed again.
    :raises ImageError: the command fails.
    """
    command = plan["sign"]["command"]
    file = directory / NAME
    signed = lines_of(file)
    keep: list[str] = []
    for reference in references:
        words = [*command, reference]
        line = json.dumps(words)
        if reference in new or line not in signed:
            run(plan, words)
        keep.append(line)
        write_changed(file, "".join(f"{each}\n" for each in keep).encode())


def lines_of(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return []


def run(plan: Plan, words: list[str]) -> None:
    try:
        done = subprocess.run(
            words,
            cwd=plan["sign"]["directory"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        said = done.stdout.decode("utf-8", "replace").strip().splitlines()
        reason = f"exit code {done.returncode}" if done.returncode else ""
    except OSError as error:
        reason, said = f"{error.strerror or error}", []
    if reason:
        raise ImageError(
            "\n".join(
                [
                    f"add_go_container({plan['name']}): SIGN_COMMAND fails ({reason}):",
                    *(f"  {printable(each)}" for each in (shlex.join(words), *said)),
                    "The image is pushed, but not signed. Mend the cause, or correct SIGN_COMMAND; then push again.",
                ]
            )
        )
