"""The command of an engine that runs containers: limits, and how it is given the variables of a container.

What a container gets must neither stand in the process list, where every user of the machine reads it, nor be
in the environment of the client itself, which some names would change.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gocontainer.common.engines import ENGINES, Engine
from gocontainer.read.source import ImageError
from gocontainer.run.limits import MAX_PROCESSES, half_of_memory


def limits(engine: Engine) -> tuple[str, ...]:
    """The flags of ``run`` that limit a container, where its engine does not."""
    return (f"--pids-limit={MAX_PROCESSES}", *memory_flags()) if engine.limits else ()


def memory_flags(cgroups: Path = Path("/sys/fs/cgroup")) -> tuple[str, ...]:
    """Limits a container to half of this machine's memory; where the kernel can't do that, docker would complain on
    the program's standard error. Swap is not limited, for the same reason."""
    controllers = cgroups / "cgroup.controllers"
    if (cgroups / "memory").is_dir() or (
        controllers.is_file() and "memory" in controllers.read_text(encoding="ascii").split()
    ):
        return (f"--memory={half_of_memory()}", "--memory-swap=-1")
    return ()


# One line of an env file, as engines read it; longer ones may exceed their buffers.
LINE = re.compile(r"[^\s#=][^\s=]*=[^\r\n]*")
MAX_LINE_BYTES = 60_000
# Variables that a client, its libraries and its helpers may read themselves; podman takes NAME* for a pattern.
READ = "|".join(variable for engine in ENGINES.values() for variable in engine.variables)
OF_CLIENTS = re.compile(
    rf"({READ}|DBUS|GCONV|GLIBC|GO|GRPC|GRPC_GO|LC|LD|LISTEN|MALLOC|NOTIFY|OTEL|RES|SSH|SSL|SYSTEMD|TMP|USER|XDG)(_.*)?|"
    r"GO[A-Z]+|TMPDIR|HOME|LANG|LANGUAGE|LOCALDOMAIN|HOSTALIASES|LOGNAME|MALLOC.*|PATH|SHELL|TERM|TZ|TZDIR|.*_proxy|.*\*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Given:
    """How a client is called for a container's variables: flags of ``run``, its own environment, and the files
    that it inherits."""

    flags: list[str]
    environment: dict[str, str] | None
    descriptors: list[int]


@contextlib.contextmanager
def given(engine: str, env: Mapping[str, str], directory: Path) -> Iterator[Given]:
    """The variables of a container; they are there until the context ends.

    :param directory: one that nobody else may read, for what the client is given in files.
    :raises ImageError: a value has no way that is safe.
    """
    lines = [line.encode() for line in map("=".join, env.items()) if fits(line)]
    others = {name: value for name, value in env.items() if not fits(f"{name}={value}")}
    for name in others:
        if OF_CLIENTS.fullmatch(name):
            raise ImageError(
                f"the value of {name} has a line break, or is too long, and {engine} reads a variable of that "
                "name itself. Give it another name, or a value of one line."
            )
    flags = [word for name in others for word in ("--env", name)]
    changed = {**others, **without_proxies(ENGINES[engine], directory)}
    with tempfile.TemporaryFile() as file:
        file.write(b"".join(line + b"\n" for line in lines))
        file.flush()
        file.seek(0)
        if lines:
            flags += ["--env-file", f"/dev/fd/{file.fileno()}"]
        environment = {**os.environ, **changed} if changed else None
        yield Given(flags, environment, [file.fileno()] if lines else [])


def fits(line: str) -> bool:
    """Whether every engine reads that line of an env file as it is written."""
    try:
        size = len(line.encode())
    except UnicodeEncodeError:
        return False
    return size <= MAX_LINE_BYTES and LINE.fullmatch(line) is not None


def without_proxies(engine: Engine, directory: Path) -> dict[str, str]:
    """The variable that has the client read settings without proxies: it would give those to each container."""
    if engine.settings is None:
        return {}
    variable, default = engine.settings
    own = Path(os.environ.get(variable) or Path(default).expanduser())
    try:
        settings = json.loads((own / "config.json").read_bytes())
        if not settings.pop("proxies", None):
            return {}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}  # there are none, or such as the client doesn't read either
    copy = directory / "client"
    if not copy.exists():
        copy.mkdir()
        for entry in own.iterdir():
            if entry.name != "config.json":
                (copy / entry.name).symlink_to(entry.absolute())
        (copy / "config.json").write_text(json.dumps(settings), encoding="utf-8")
    return {variable: str(copy)}
