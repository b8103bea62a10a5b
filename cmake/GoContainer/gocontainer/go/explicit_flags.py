"""Flags of GOFLAGS that only the call itself may have: by them other programs, sources or checksums go into a program."""

from __future__ import annotations

import re

# As in plan/explicit_flags.cmake, which stops sooner where the environment has them at configure time.
EXPLICIT = re.compile(
    r"[ '\"=](--?(?:toolexec|overlay|modfile|pkgdir|exec|vettool|extld)(?:[ =][^ '\"]*|$)|--?mod=mod)"
)


def refusal(name: str, flags: str) -> str:
    """Why the flags of the environment are refused; empty where they are not.

    :param name: of the container.
    :param flags: the value of GOFLAGS.
    """
    found = EXPLICIT.search(" " + flags)
    if not found:
        return ""
    return (
        f"add_go_container({name}): GOFLAGS of the environment has {found[1]}, which changes the programs, sources or "
        "checksums of a build.\nWrite it in the call, as GO_FLAGS, or remove it: only the call itself may say so."
    )
