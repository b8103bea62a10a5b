"""Daemons that a test starts and may stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import contextmanager


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(process, succeeds):
    while not succeeds():
        assert process.poll() is None, "it ended"
        time.sleep(0.1)


@contextmanager
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
