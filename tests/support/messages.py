"""What CMake prints of an error or a warning, without what it puts around it."""

from __future__ import annotations


def error_of(stderr: str) -> str:
    return text_of(stderr, "CMake Error")


def text_of(stderr: str, begin: str, end: str = "") -> str:
    """What the error or warning says, and the user's own line; not the module's inner call stack."""
    told = stderr[stderr.index(begin) :]
    lines = (told.partition(end)[0] if end else told).splitlines()
    text = [line for line in lines if line.startswith("   ")]
    return "\n".join(line[3:] for line in text) + "\n"
