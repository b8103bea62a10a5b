"""The error of all that talks to registries."""

from __future__ import annotations

from gocontainer.common.error import ImageError
from gocontainer.common.printable import printable


class RegistryError(ImageError):
    """A registry does not do what it was asked for. The text is one line: which one, what failed, what to do."""

    def __init__(self, where: str, problem: str, remedy: str) -> None:
        super().__init__(f"{printable(where)}: {printable(problem)}. {printable(remedy)}")
