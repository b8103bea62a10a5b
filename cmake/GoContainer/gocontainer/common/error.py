"""The error of all that reads images. It is by itself, so that who meets none need not load a reader."""

from __future__ import annotations

from gocontainer.common.printable import safe


class ImageError(Exception):
    """An image can't be read. The text says which, why, and what to do."""

    def __str__(self) -> str:
        return safe(super().__str__())  # much of it may be the image's
