"""The command that keeps an image as an OCI archive."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

from gocontainer.cli.archive_of import archive_of
from gocontainer.read.source import Archive


def command_pull(arguments: SimpleNamespace) -> int:
    """Write the archive, and print the digest of its manifest or index.

    :raises ImageError: there is no such image, or it can't be read.
    :raises OSError: the file can't be written; the old one is as it was.
    """
    file = Path(arguments.file)
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    with archive_of(arguments.image, arguments.engine_command, arguments.platform) as archive:
        try:
            shutil.copyfile(archive, beside)
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
    with closing(Archive(arguments.file, file)) as source:
        named = source.json("index.json")["manifests"]
        print(f"{arguments.file} {named[0]['digest']} {file.stat().st_size:,} bytes")
    return 0
