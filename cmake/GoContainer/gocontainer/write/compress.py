"""Compresses the layers of an image, in the ways of the OCI image spec (layer.md), as they are written."""

from __future__ import annotations

import importlib
import sys
from typing import Any, Protocol

from gocontainer.common.package import package
from gocontainer.read.source import ImageError

# Behind the media type of a layer.
ENDINGS = {"none": "", "gzip": "+gzip", "zstd": "+zstd"}


class Compressor(Protocol):
    """Takes bytes, and gives compressed ones as they come; flush gives the rest."""

    def compress(self, data: Any, /) -> bytes: ...

    def flush(self) -> bytes: ...


class Plain:
    """Leaves the bytes as they are."""

    def compress(self, data: Any, /) -> bytes:
        return data  # type: ignore[no-any-return]

    def flush(self) -> bytes:
        return b""


def library(name: str, call: str) -> str:
    """What compresses, with its version, on which the bytes depend.

    :raises ImageError: nothing here writes zstd.
    """
    if name == "none":
        return ""
    if name == "gzip":
        from gocontainer.common.parallel_gzip import LIBRARY  # a plain archive can do without

        return LIBRARY
    module = sys.modules[type(compressor(name, call)).__module__]
    return f"{module.__name__} {getattr(module, '__version__', '')}"


def compressor(name: str, call: str) -> Compressor:
    """A new one, as that call asks for it: none, gzip (level 6, no time in its header) or zstd (level 3, one thread). The
    same version of the library gives the same bytes.

    :raises ImageError: nothing here writes zstd.
    """
    if name == "none":
        return Plain()
    if name == "gzip":
        from gocontainer.common.parallel_gzip import Gzip

        return Gzip()
    try:
        zstd: Compressor = importlib.import_module("compression.zstd").ZstdCompressor(level=3)
    except ImportError:
        try:
            zstd = package("zstandard").ZstdCompressor(level=3).compressobj()
        except ImportError as error:
            raise ImageError(
                f"{call}: COMPRESSION zstd needs the package zstandard. Install it for {sys.executable}, "
                "or write gzip or none."
            ) from error
    return zstd
