"""Reads zstd: with Python 3.14 by itself, before that with the package zstandard."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from typing import IO


class ZstdError(Exception):
    """Nothing here reads zstd, or what should be zstd is none."""


def damage_errors() -> tuple[type[Exception], ...]:
    """What reading damaged zstd raises, besides OSError."""
    modules = (sys.modules.get(name) for name in ("compression.zstd", "zstandard"))
    return tuple(module.ZstdError for module in modules if module is not None)


def open_zstd(stream: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    """The unpacked stream; ``stream`` stands at the beginning of a zstd frame.

    :raises ZstdError: nothing here reads zstd. Damaged data raises it, too, when it is read, or
        an OSError.
    """
    import importlib

    from gocontainer.common.package import package

    reader: AbstractContextManager[IO[bytes]]
    try:
        reader = importlib.import_module("compression.zstd").open(stream)
    except ImportError:
        try:
            zstandard = package("zstandard")
        except ImportError as error:
            raise ZstdError(
                f"it is compressed with zstd. Install the package zstandard for {sys.executable}"
            ) from error
        reader = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    return reader
