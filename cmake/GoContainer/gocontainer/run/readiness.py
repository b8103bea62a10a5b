"""Finds out whether a service is ready, in the three ways that it can be declared."""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path
from typing import Any

from gocontainer.run.log import Log

# One question takes no longer, whatever the program does.
ANSWER_SECONDS = 2.0
# Also the last one has a chance to be answered.
LEAST_SECONDS = 0.5
# The proxy of docker accepts a connection also for a program that does not listen yet, and then
# closes it at once.
CLOSED_SECONDS = 0.1
MAX_LINE_BYTES = 64 * 1024
NOT_PUBLISHED = "the port is not published"


def not_ready(
    ready: dict[str, Any], address: str | None, log: Log | Path, deadline: float | None = None
) -> str | None:
    """Why a service is not ready, or None if it is: by ``{"http": path}``, ``{"tcp": True}`` or
    ``{"log": regular expression of Go}``. The address is ``<host>:<port>``, or not known yet; the answer is there within
    ANSWER_SECONDS, and by ``deadline``, a time of time.monotonic(), or hardly later."""
    if "log" in ready:
        log = log if isinstance(log, Log) else Log(log)
        return None if log.has(ready["log"]) else "no line of the log matches"
    if address is None:
        return NOT_PUBLISHED
    host, _, port = address.rpartition(":")
    now = time.monotonic()
    latest = now + ANSWER_SECONDS
    if deadline is not None:
        latest = max(min(latest, deadline), now + LEAST_SECONDS)
    if "http" in ready:
        return not_answering(host, int(port), ready["http"], latest)
    return not_accepting(host, int(port), latest)


def left(deadline: float) -> float:
    """:raises TimeoutError: no time is left."""
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("timed out")
    return seconds


def not_answering(host: str, port: int, path: str, deadline: float) -> str | None:
    try:
        line = first_line(host, port, path, deadline)
    except OSError as error:
        return f"no answer to GET {path}: {words_of(error)}"
    answer = re.fullmatch(r"HTTP/1\.[01] +([0-9]{3})(?: (.*))?", line)
    if answer is None:
        found = f"{line[:80]!r} is not HTTP" if line else "it closes the connection"
        return f"no answer to GET {path}: {found}"
    if 200 <= int(answer[1]) < 400:
        return None
    return f"GET {path} is answered by {answer[1]} {answer[2] or ''}".rstrip()


def first_line(host: str, port: int, path: str, deadline: float) -> str:
    """That of the answer, which tells the status; what comes later may take as long as it likes."""
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: */*\r\nConnection: close\r\n\r\n"
    )
    said = b""
    with socket.create_connection((host, port), left(deadline)) as connection:
        connection.sendall(request.encode())
        while b"\n" not in said and len(said) < MAX_LINE_BYTES:
            connection.settimeout(left(deadline))
            chunk = connection.recv(MAX_LINE_BYTES)
            if not chunk:
                break
            said += chunk
    return said.partition(b"\n")[0].decode("latin-1").rstrip("\r")


def not_accepting(host: str, port: int, deadline: float) -> str | None:
    try:
        with socket.create_connection((host, port), left(deadline)) as connection:
            connection.settimeout(CLOSED_SECONDS)
            if accepts(connection):
                return None
    except OSError as error:
        return f"no connection: {words_of(error)}"
    return "no connection: it is closed at once"


def accepts(connection: socket.socket) -> bool:
    """Whether it is open: the program speaks, or waits for us to speak."""
    try:
        return connection.recv(1) != b""
    except (TimeoutError, socket.timeout):
        return True


def words_of(error: OSError) -> str:
    return error.strerror or str(error) or type(error).__name__
