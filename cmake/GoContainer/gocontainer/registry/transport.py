"""One request and its answer, on a kept connection where there is one: no redirects, no credentials, no second try."""

from __future__ import annotations

import time

from gocontainer.registry.error import RegistryError
from gocontainer.registry.http import BadHeaderError, Headers, HTTPAnswer, NoHTTPError, head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Callable

    from gocontainer.registry.address import Origin
    from gocontainer.registry.connection import Connection, Connections

# Bytes of a file that are sent at a time.
BLOCK = 1 << 20
# Bytes of an answer that nobody wants which are read to keep the connection.
DRAINED = 1 << 16
# What a cut connection, or a peer that speaks something else, is told by.
CUT = (OSError, NoHTTPError)


class TooLongError(Exception):
    """An answer is longer than it may be."""


class Body:
    """The body of a request that is a piece of a file: what opens it, from its start each time, how many bytes it
    has, and what is told how many of them are sent."""

    def __init__(
        self, open: Callable[[], IO[bytes]], length: int, sent: Callable[[int], None]
    ) -> None:
        self.open = open
        self.length = length
        self.sent = sent


class Request:
    """A request to a URL."""

    def __init__(
        self, method: str, url: str, headers: dict[str, str], body: bytes | Body | None = None
    ) -> None:
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body


class Answer:
    """An answer that is read whole."""

    def __init__(self, status: int, headers: Headers, body: bytes, url: str) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.url = url


class Response:
    """An answer. It is closed after use, so that the connection can be kept."""

    def __init__(self, raw: HTTPAnswer, connection: Connection, url: str) -> None:
        self.raw = raw
        self.connection = connection
        self.url = url
        self.status = raw.status
        self.headers = raw.headers
        self.closed = False

    def read(self, count: int) -> bytes:
        """Up to so many bytes; none at the end.

        :raises OSError, NoHTTPError: it is cut short.
        """
        return self.raw.read(count)

    def whole(self, most: int) -> bytes:
        """All of it.

        :raises TooLongError: it has more bytes than that.
        :raises OSError, NoHTTPError: it is cut short.
        """
        self.connection.open().deadline = time.monotonic() + self.connection.connections.whole
        pieces, left = [], most + 1
        while left and (data := self.read(min(left, 1 << 16))):
            pieces.append(data)
            left -= len(data)
        if not left:
            raise TooLongError(f"it has more than {most:,} bytes")
        return b"".join(pieces)

    def stream(self) -> None:
        """Let the body take as long as it does, while bytes come."""
        self.connection.open().deadline = None

    def close(self) -> None:
        """Keep the connection, if the rest of the answer is short."""
        if self.closed:
            return
        self.closed = True
        keep = not self.raw.closes
        try:
            if keep and not self.raw.ended:
                self.whole(DRAINED)
        except (TooLongError, *CUT):
            keep = False
        # What comes after an answer would be taken for that to the next request.
        if keep and not self.raw.surplus:
            self.connection.connections.give_back(self.connection)
        else:
            self.connection.close()

    def __enter__(self) -> Response:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def exchange(connections: Connections, request: Request, origin: Origin, own: Origin) -> Response:
    """Send the request, and read the headers of the answer.

    :param origin: that of the request's URL.
    :param own: the origin of the registry on whose behalf it is sent.
    :raises OSError, NoHTTPError: there is no answer.
    :raises BadAddressError: the address must not be asked.
    :raises RegistryError: a proxy or a certificate is wrong.
    """
    while True:
        connection = connections.take(origin, own)
        kept, connection.used = connection.used, True
        try:
            return send(connection, request)
        except CUT as error:
            connection.close()
            # The peer may have closed a kept connection just now; that says nothing about it. Of a piece of a file
            # it may have a part.
            if not kept or isinstance(error, TimeoutError) or isinstance(request.body, Body):
                raise
        except BaseException:
            connection.close()
            raise


def send(connection: Connection, request: Request) -> Response:
    path = request.url.split("/", 3)[3] if request.url.count("/") > 2 else ""
    headers = {
        "Host": connection.origin.name,
        "User-Agent": "GoContainer",
        "Accept-Encoding": "identity",
        **request.headers,
    }
    if connection.proxy and not connection.secure:
        headers.update(connection.proxy.headers())
    body = request.body
    if body is not None or request.method in ("POST", "PUT", "PATCH"):
        length = body.length if isinstance(body, Body) else len(body or b"")
        headers["Content-Length"] = str(length)
    try:
        first = head(request.method, connection.target("/" + path), headers)
    except BadHeaderError as error:
        raise RegistryError(
            connection.own.name,
            f"{error} has letters that can't be sent",
            "Correct the credentials for it",
        ) from error
    sock = connection.open()
    sock.deadline = None
    broken = False
    try:
        if not isinstance(body, Body):
            sock.sendall(first + (body or b""))
        else:
            sock.sendall(first)
            if body.length:
                count = 0
                with body.open() as stream:
                    while block := stream.read(BLOCK):
                        sock.sendall(block)
                        count += len(block)
                        body.sent(count)
    except (BrokenPipeError, ConnectionResetError):
        broken = True  # the peer may have said why before it stopped listening
    sock.deadline = time.monotonic() + connection.connections.whole
    answer = HTTPAnswer(connection.incoming(), request.method)
    answer.closes = answer.closes or broken
    return Response(answer, connection, request.url)
