"""Runs SIGN_COMMAND for images that were pushed, and keeps in ``pushed.signed`` which ones it has signed, and where the
signatures are."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from gocontainer.cli.pushed_repository import pushed_repository
from gocontainer.cli.signatures import referrers_of, signatures_of
from gocontainer.common.atomic import write_changed
from gocontainer.common.error import ImageError
from gocontainer.common.printable import printable
from gocontainer.registry.expected import Expected, is_there
from gocontainer.registry.reference import parse_reference

if TYPE_CHECKING:
    from gocontainer.common.plan import Plan
    from gocontainer.registry.client import Client, Repository
    from gocontainer.registry.reference import Reference

NAME = "pushed.signed"


def sign_pushed(
    client: Client,
    plan: Plan,
    directory: Path,
    digest: str,
    references: list[Reference],
    changed: list[Reference],
) -> list[Expected]:
    """Sign an image that was pushed to references, of which some did not stand for it before; returns the signatures.

    :raises ImageError: the command fails, or a registry does not answer.
    """
    there = {each.name for each in references if each not in changed}
    names = {each.name: f"{each.name}@{digest}" for each in references}
    new = [reference for name, reference in names.items() if name not in there]
    return sign(client, plan, directory, list(names.values()), new)


def sign(
    client: Client,
    plan: Plan,
    directory: Path,
    references: list[str],
    new: Collection[str] = (),
) -> list[Expected]:
    """Sign what this command has not signed, or what has lost its signature; returns the signatures that are seen.

    :param references: the repositories with the digests, of all that was pushed.
    :param new: those of them that the registry did not have. What it had before is signed again.
    :raises ImageError: the command fails, or a registry does not answer.
    """
    command = plan["sign"]["command"]
    file = directory / NAME
    signed = signed_in(file)
    keep: list[str] = []
    found: list[Expected] = []
    for text in references:
        words = [*command, text]
        signature = signed.get(json.dumps(words))
        reference = parse_reference(text)
        repository = pushed_repository(plan, client, reference)
        if text in new or not is_signed(repository, signature):
            signature = sign_one(plan, words, repository, reference.digest or "")
        keep.append(json.dumps([words, [str(each) for each in signature or []]]))
        found += signature or []
        write_changed(file, "".join(f"{each}\n" for each in keep).encode())
    return found


def is_signed(repository: Repository, signature: list[Expected] | None) -> bool:
    return signature is not None and all(is_there(repository, each) for each in signature)


def sign_one(plan: Plan, words: list[str], repository: Repository, digest: str) -> list[Expected]:
    before = referrers_of(repository, digest)
    run(plan, words)
    signature = signatures_of(repository, digest, before)
    return [signature] if signature else []


def signed_in(file: Path) -> dict[str, list[Expected]]:
    """The signatures by the commands that made them; nothing for a file of another version."""
    try:
        lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        return {json.dumps(words): list(map(Expected.of_line, signs)) for words, signs in lines}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


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
