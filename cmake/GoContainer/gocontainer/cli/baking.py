"""The command that builds an image from a Dockerfile, with those of other containers where it can."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from gocontainer.cli.building import read_plan
from gocontainer.go.bake import Group
from gocontainer.go.context_inputs import write_context_depfile
from gocontainer.go.group import Container

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import SimpleNamespace


def command_bake(arguments: SimpleNamespace) -> int:
    """Write the image's id to ``image.id.new``, and what the image is made of to the depfile.

    :param arguments: ``plan``; ``depfile``; ``file``, which is docker-bake.json; ``words``, which are the command that builds
        targets of that file, ``--``, and the command that builds this container only.
    :returns: what the command returned.
    """
    since = time.time_ns()
    directory = Path(arguments.plan).parent
    container = Container(read_plan(arguments.plan), str(directory))
    end = arguments.words.index("--")
    made = Group(container, arguments.file, arguments.words[:end]).make(since)
    if made is not None:
        (directory / "image.id.new").write_text(made.says, encoding="utf-8")
        write_context_depfile(container, arguments.depfile, made.since)
        return 0
    with subprocess.Popen(arguments.words[end + 1 :]) as build:
        write_context_depfile(container, arguments.depfile, since)
    return build.returncode
