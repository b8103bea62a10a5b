"""What the build of a Dockerfile is made of: all that the engine gets."""

from __future__ import annotations

from pathlib import Path

from gocontainer.go.build import has_stamps, with_overlay
from gocontainer.go.depfile import write_depfile
from gocontainer.go.inputs import staged_inputs
from gocontainer.go.traced import Traced
from gocontainer.read.dockerignore import Ignore, context_paths

TYPE_CHECKING = False
if TYPE_CHECKING:
    from gocontainer.go.group import Container


def context_inputs(container: Container) -> list[str]:
    """What the build of a Dockerfile is made of."""
    directory = Path(container.directory)
    ignore = Ignore((directory / "Dockerfile.dockerignore").read_text(encoding="utf-8"))
    return [*context_paths(Path(container.plan["context"]), ignore), *staged_inputs(directory)]


def write_context_depfile(container: Container, depfile: str, since: int) -> None:
    """Write what the build of a Dockerfile is made of.

    :param since: when the inputs were first looked at, in nanoseconds since 1970.
    :raises ValueError: a stamp names a variable that no package has.
    """
    traced = Traced(container.plan, container.directory)
    write_depfile(Path(depfile), context_inputs(container), since)
    traced.end(since, since)  # the engine is at work still
    if has_stamps(container.plan):
        from gocontainer.go.stamps import missing_in_context  # which few need

        missing = missing_in_context(with_overlay(container.plan, container.directory))
        if missing:
            raise ValueError(missing)
