"""How a process that prepares a sandbox, or a program in it, tells what went wrong."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator

from gocontainer.read.source import ImageError, NotStartedError
from gocontainer.run.users import refused


@contextlib.contextmanager
def reporting(pipe: int) -> Iterator[None]:
    """What is done in a process of its own: it ends, and tells in the pipe what went wrong."""
    try:
        yield
        os._exit(0)
    except ImageError as error:
        report = {"start" if isinstance(error, NotStartedError) else "image": str(error)}
    except OSError as error:
        place = f"{error.filename}: " if isinstance(error.filename, str) else ""
        report = {"refused": place + (error.strerror or str(error))}
    except BaseException as error:
        report = {"image": f"{type(error).__name__}: {error}"}
    os.write(pipe, json.dumps(report).encode())
    os._exit(125)


def raise_reported(said: bytes) -> None:
    """:raises ImageError, NotStartedError, Skip: what the other process met."""
    if not said.strip():
        return
    ((kind, why),) = json.loads(said).items()
    raise {"image": ImageError, "start": NotStartedError}.get(kind, refused)(why)
