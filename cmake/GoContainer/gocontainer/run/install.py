"""Runs the package manager of an image in its unpacked files, and keeps what it changed as a layer."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from typing import IO

from gocontainer.common.skip import Skip
from gocontainer.read.index import Index
from gocontainer.read.source import ImageError
from gocontainer.run import namespace
from gocontainer.run.changes import write_changes
from gocontainer.run.emulation import check_kernel_starts
from gocontainer.run.report import raise_reported, reporting
from gocontainer.run.runner import Streams
from gocontainer.run.sandbox import Sandbox, sandbox
from gocontainer.run.sandboxed import Program
from gocontainer.run.users import be_root

# The clock of a file system goes in steps; what is done after a pause of these seconds has a later time.
CLOCK = 0.02
PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy")
WORDS_SHOWN = 20


def install(index: Index, command: str, output: IO[bytes]) -> None:
    """Run the command of a shell, as root of the image and with the network of this machine. Write to ``output`` the
    layer that it makes.

    :raises ImageError: the command fails, or the image has no shell.
    :raises Skip: this machine can't do it.
    """
    check_kernel_starts(index.config.get("architecture", ""))
    with sandbox(index, "0", own_network=False) as box:
        if box.ids.ranges is None:
            raise Skip(
                "this user has no ids for the owners of files that packages bring. As root, install uidmap, and give "
                "it some: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 <user>"
            )
        time.sleep(CLOCK)
        since = time.time_ns()
        time.sleep(CLOCK)
        run(box, command)
        write_layer(box, index, since, output)


def run(box: Sandbox, command: str) -> None:
    """:raises ImageError: the command fails."""
    entries = [entry.split("=", 1) for entry in box.config.get("Env") or () if "=" in entry]
    names = [name for proxy in PROXIES for name in (proxy, proxy.upper())]
    proxies = {name: os.environ[name] for name in names if name in os.environ}
    program = Program(["/bin/sh", "-c", command], box, {**dict(entries), **proxies}, "0")
    with tempfile.TemporaryFile() as said:
        process = program.start(Streams(subprocess.DEVNULL, said, said))
        if code := process.wait():
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines()[-WORDS_SHOWN:]
            raise ImageError("\n".join(["they can't be installed:", *lines, f"(exit code {code})"]))


def write_layer(box: Sandbox, index: Index, since: int, output: IO[bytes]) -> None:
    """In a process of its own, which enters the namespaces that have the files.

    :raises ImageError: a file can't be in a layer.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with reporting(writing):
            os.close(reading)
            namespace.join(box.user_namespace, namespace.NEWUSER)
            namespace.join(box.mounts, namespace.NEWNS)
            be_root(box.ids)
            write_changes(box.place, index.files, since, output)
            output.flush()
    os.close(writing)
    with os.fdopen(reading, "rb") as report:
        said = report.read()
    with contextlib.suppress(ChildProcessError):
        os.waitpid(child, 0)
    raise_reported(said)
