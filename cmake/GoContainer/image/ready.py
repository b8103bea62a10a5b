"""Finds out whether a service is ready, in the three ways that it can be declared."""

from __future__ import annotations

import http.client
import re
import socket
from pathlib import Path
from typing import Any

ANSWER_SECONDS = 2
# The proxy of docker accepts a connection also for a program that does not listen yet, and then
# closes it at once.
CLOSED_SECONDS = 0.1


def not_ready(ready: dict[str, Any], address: str | None, log: Path) -> str | None:
    """Why a service is not ready, or None if it is: by ``{"http": path}``, ``{"tcp": True}`` or
    ``{"log": regular expression}``. The address is ``<host>:<port>``, or not known yet."""
    if "log" in ready:
        text = log.read_bytes().decode(errors="replace")
        return None if re.search(ready["log"], text, re.M) else "no line of the log matches"
    if address is None:
        return "the port is not published"
    host, _, port = address.rpartition(":")
    if "http" in ready:
        return not_answering(host, int(port), ready["http"])
    return not_accepting(host, int(port))


def not_answering(host: str, port: int, path: str) -> str | None:
    connection = http.client.HTTPConnection(host, port, timeout=ANSWER_SECONDS)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        return f"no answer to GET {path}: {words_of(error)}"
    finally:
        connection.close()
    if 200 <= answer.status < 400:
        return None
    return f"GET {path} is answered by {answer.status} {answer.reason}"


def not_accepting(host: str, port: int) -> str | None:
    try:
        with socket.create_connection((host, port), ANSWER_SECONDS) as connection:
            connection.settimeout(CLOSED_SECONDS)
            if connection.recv(1):
                return None
    except (TimeoutError, socket.timeout):
        return None  # it is open, and waits for us to speak
    except OSError as error:
        return f"no connection: {words_of(error)}"
    return "no connection: it is closed at once"


def words_of(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__
