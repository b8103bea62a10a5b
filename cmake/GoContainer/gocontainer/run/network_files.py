"""The files by which a program finds other hosts: every engine gives them to each container."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping

from gocontainer.read.source import ImageError

HOSTS = b"127.0.0.1\tlocalhost\n::1\tlocalhost\n"
RESOLVER = "/etc/resolv.conf"


def network_files(hosts: Mapping[str, str]) -> dict[str, bytes]:
    """The files by their paths in the image: ``hosts``, with the addresses of these, and the ``resolv.conf`` of this
    machine."""
    resolver = b""
    with contextlib.suppress(OSError), open(RESOLVER, "rb") as file:  # noqa: PTH123
        resolver = file.read()
    others = "".join(f"{address}\t{name}\n" for name, address in hosts.items())
    return {"/etc/hosts": HOSTS + others.encode(), "/etc/resolv.conf": resolver}


def write_files(files: Mapping[str, bytes], mode: int) -> None:
    """Write them in place of the image's own, where this process has the image for its root.

    :raises ImageError: the image has something else in their place.
    """
    for path, content in files.items():
        try:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)  # noqa: PTH108 (it may be a link)
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
            try:
                os.write(file, content)
            finally:
                os.close(file)
        except OSError as error:
            raise ImageError(f"the image can't have a file {path}: {error.strerror}") from error
