"""Daemons that a test starts and may stop."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import socket
import subprocess
import time
from pathlib import Path


def free_port():
    """A port that nothing listens at. It is below those that the kernel gives to connections, so that none takes it before a
    daemon does."""
    while True:
        port = random.randrange(20000, 32000)
        with socket.socket() as s, contextlib.suppress(OSError):
            s.bind(("127.0.0.1", port))
            return port


def wait_for(process, succeeds):
    while not succeeds():
        assert process.poll() is None, "it ended"
        time.sleep(0.1)


def end_those_in(directory):
    """End the processes whose root has layers below the directory: those in the containers of a daemon outlive it."""
    for mounts in Path("/proc").glob("[0-9]*/mountinfo"):
        with contextlib.suppress(OSError):
            if f"{directory}/" in mounts.read_text().partition("\n")[0]:
                os.kill(int(mounts.parent.name), signal.SIGKILL)


@contextlib.contextmanager
def daemon(command, log):
    """A process that runs as long as the test; what it started may outlive it, so its group ends."""
    with log.open("w") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
