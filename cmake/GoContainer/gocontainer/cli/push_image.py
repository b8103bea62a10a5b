"""Pushes any image that a name leads to, to the references that the command line names."""

from __future__ import annotations

import sys
import tempfile
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

from gocontainer.cli.archive_of import archive_of
from gocontainer.common.printable import printable
from gocontainer.read.source import Archive
from gocontainer.registry.client import Client
from gocontainer.registry.image import Pushable
from gocontainer.registry.push import Pusher
from gocontainer.registry.reference import parse_reference


def push_image(arguments: SimpleNamespace) -> int:
    """Have references stand for an image.

    :raises ImageError: there is no such image, or a registry does not take it.
    :raises ValueError: there is no reference.
    """
    name, *texts = arguments.images
    if not texts:
        raise ValueError(f"gocontainer push {name}: a reference to push it to is missing.")
    references = [parse_reference(text) for text in texts]
    with (
        archive_of(name, arguments.engine_command, arguments.platform) as archive,
        closing(Archive(name, archive)) as source,
        tempfile.TemporaryDirectory(prefix="go-container-") as compressed,
        Client() as client,
    ):
        kept = Path(arguments.kept or compressed)
        image = Pushable(source, kept, {}).image()
        changed = Pusher(client).push(image, references)
        for warning in client.warnings:
            print(f"GoContainer: {printable(warning, 300)}", file=sys.stderr)
    for reference in references:
        done = "" if reference in changed else " is there"
        print(f"{reference} {image.digest}{done}")
    return 0
