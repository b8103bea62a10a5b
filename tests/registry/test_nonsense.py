"""What registries say may be anything: it is understood, or is one of the errors that are told."""

import contextlib
import random
import socket
import threading

import pytest
from gocontainer.registry.address import BadAddressError, follow, origin_of
from gocontainer.registry.challenge import challenges_of, pick
from gocontainer.registry.clock import Clock
from gocontainer.registry.error import RegistryError
from gocontainer.registry.reference import parse_reference
from gocontainer.registry.retry import retry_after
from hostile import client_of

PARTS = [
    "http",
    "https",
    "://",
    "/",
    ":",
    "@",
    "[",
    "]",
    "::1",
    "127.0.0.1",
    "%00",
    "?",
    "#",
    "=",
    '"',
    ",",
    "\\",
]
PARTS += [
    "Bearer ",
    "Basic ",
    "realm",
    "service",
    "sha256:",
    "0" * 64,
    "a",
    "Z",
    "-1",
    "9" * 20,
    "²",
    "\n",
    " ",
    "é",
]
PARTS += ["Sat, 28 Nov 2026 05:00:00 GMT", "\ud800", "\x7f", "..", "_", "localhost", "65536"]


def texts(seed):
    chance = random.Random(seed)
    for _ in range(300):
        yield "".join(chance.choice(PARTS) for _ in range(chance.randrange(12)))


@pytest.mark.parametrize("seed", range(5))
def test_texts(seed):
    own = origin_of("https://registry.example:5000")
    for text in texts(seed):
        pick(challenges_of([text]))
        assert (retry_after(text, Clock()) or 0) >= 0
        with contextlib.suppress(BadAddressError):
            assert origin_of(follow("https://registry.example/v2/", text, own)).scheme == "https"
        try:
            parse_reference(text)
        except RegistryError as error:
            assert "\n" not in str(error)


LINES = [
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 100 Continue",
    b"HTTP/1.0 401 no",
    b"HTTP/1.1 99999 x",
    b"HTTP/9.9 200",
]
LINES += [
    b"HTTP/1.1 307 there",
    b"Content-Length: -1",
    b"Content-Length: 9e9",
    b"Content-Length: 3",
]
LINES += [
    b"Transfer-Encoding: chunked",
    b"Location: //x:y/",
    b"WWW-Authenticate: Bearer",
    b"",
    b"abc",
    b"zz",
    b"\0",
]
LINES += [
    b": nothing",
    b'Warning: 299 - "\xff"',
    b"Retry-After: -5",
    b"Connection: close",
    b"x" * 70_000,
]


@pytest.mark.parametrize("seed", range(3))
def test_answers(seed):
    chance = random.Random(seed)
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                lines = [chance.choice(LINES[:6])]
                lines += [chance.choice(LINES) for _ in range(chance.randrange(8))]
                connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n")

    threading.Thread(target=serve, daemon=True).start()
    host = f"127.0.0.1:{server.getsockname()[1]}"
    with server:
        for _ in range(20):
            with client_of({}, idle=5) as client:
                try:
                    client.repository(host, "team/api").get("reading it", "manifests/1")
                except RegistryError as error:
                    assert "\n" not in str(error)
        server.shutdown(socket.SHUT_RDWR)
