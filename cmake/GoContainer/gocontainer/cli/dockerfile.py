"""The commands of a build whose engine reads the Dockerfile."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from gocontainer.cli.building import read_plan
from gocontainer.go.context_inputs import write_context_depfile
from gocontainer.go.group import Container

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import SimpleNamespace


def command_depends(arguments: SimpleNamespace) -> int:
    directory = Path(arguments.plan).parent
    container = Container(read_plan(arguments.plan), str(directory))
    # build.sh made the file before the engine began to read.
    since = (directory / "built.new").stat().st_mtime_ns
    write_context_depfile(container, arguments.depfile, since)
    return 0


def command_bake(arguments: SimpleNamespace) -> int:
    """Write the image's id to ``image.id``, which keeps its time if it has that id, and what the image is made of to the
    depfile; or run the command that does so for this container only.

    :param arguments: ``plan``; ``depfile``; ``file``, which is docker-bake.json; ``words``, which are ``--alone``, and the
        command for this container.
    :returns: what the command returned.
    """
    from gocontainer.common.atomic import write_atomically
    from gocontainer.go.bake import BuilderError, Group

    since = time.time_ns()
    directory = Path(arguments.plan).parent
    container = Container(read_plan(arguments.plan), str(directory))
    try:
        made = Group(container, arguments.file).make(since)
    except BuilderError as error:
        return error.status
    if made is None:
        return subprocess.run(arguments.words[1:], check=False).returncode
    write_context_depfile(container, arguments.depfile, made.since)
    identity = directory / "image.id"
    if not identity.exists() or identity.read_text(encoding="utf-8") != made.says:
        write_atomically(identity, made.says.encode())
    return 0
