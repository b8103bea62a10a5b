"""Runs the program of an image on this terminal, for the target <name>-run."""

from __future__ import annotations

import contextlib
import errno
import signal
import socket
import subprocess
import sys

from gocontainer.run.invocation import STOP_SECONDS, Invocation
from gocontainer.run.runner import Runner, Streams

# A range of thousands is nothing to publish: that takes a process for each.
MAX_PORTS = 100
KINDS = {"tcp": socket.SOCK_STREAM, "udp": socket.SOCK_DGRAM}


def run(runner: Runner, *, daemon: bool = False) -> int:
    """Run ENTRYPOINT and CMD of the image; returns the program's exit code.

    The ports that the image exposes are those of 127.0.0.1 here, or free ones where these can't be had.

    :param daemon: what publishes ports may have more rights than the user.
    :raises ImageError: there is nothing to run, or no such user.
    :raises NotStartedError: the image has no such program.
    :raises Skip: this machine can't isolate the program.
    """
    exposed = runner.exposed()
    ports = (
        {} if len(exposed) > MAX_PORTS else {port: own_or_free(port, daemon) for port in exposed}
    )
    running = runner.start(Invocation(), Streams(), ports)
    for port, number in ports.items():
        name = port.replace("/tcp", "")
        print(f"127.0.0.1:{number} is port {name} of the program", file=sys.stderr, flush=True)
    process = running.process
    try:
        return process.wait()
    except KeyboardInterrupt:
        # The program is in another session: the terminal does not tell it.
        with contextlib.suppress(KeyboardInterrupt, subprocess.TimeoutExpired):
            running.signal(signal.SIGINT)
            process.wait(STOP_SECONDS)
        process.kill()
        return 130


def own_or_free(port: str, daemon: bool) -> int:
    """The number of a port where it can be had on this machine, else a free one."""
    number, _, kind = port.partition("/")
    for wanted in (int(number), 0):
        with socket.socket(type=KINDS.get(kind, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", wanted))
            except OSError as error:
                if daemon and error.errno == errno.EACCES:
                    return wanted
                continue
            found: int = probe.getsockname()[1]
            return found
    raise OSError("no port of 127.0.0.1 is free")
