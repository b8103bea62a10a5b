"""One request and its answer, on a kept connection where there is one: no redirects, no credentials, no second try."""

from __future__ import annotations

import http.client
import time
from typing import IO, Any, Callable, NamedTuple

from gocontainer.registry.address import Origin, origin_of
from gocontainer.registry.connection import Connection, Connections
from gocontainer.registry.watched import Watched

# A body: bytes, or what opens it, from its start each time, and how many bytes it has.
Opener = Callable[[], IO[bytes]]
# Bytes of an answer that nobody wants which are read to keep the connection.
DRAINED = 1 << 16
# What a cut connection, or a peer that speaks something else, is told by.
CUT = (OSError, http.client.HTTPException)


class TooLongError(Exception):
    """An answer is longer than it may be."""


class Body(NamedTuple):
    """The body of a request that is a piece of a file."""

    open: Opener
    length: int


class Request(NamedTuple):
    """A request to a URL."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes | Body | None = None


class Answer(NamedTuple):
    """An answer that is read whole."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes
    url: str


class Response:
    """An answer. It is closed after use, so that the connection can be kept."""

    def __init__(
        self, raw: http.client.HTTPResponse, connection: Connection, watched: Watched, url: str
    ) -> None:
        self.raw = raw
        self.connection = connection
        self.watched = watched
        self.url = url
        self.status = raw.status
        self.headers = raw.headers

    def read(self, count: int) -> bytes:
        """Up to so many bytes; none at the end.

        :raises OSError, HTTPException: it is cut short.
        """
        data = self.raw.read(count)
        if not data and self.raw.length:
            raise ConnectionError("the answer is cut short")
        return data

    def whole(self, most: int) -> bytes:
        """All of it.

        :raises TooLongError: it has more bytes than that.
        :raises OSError, HTTPException: it is cut short.
        """
        self.watched.deadline = time.monotonic() + self.connection.connections.whole
        pieces, left = [], most + 1
        while left and (data := self.read(min(left, 1 << 16))):
            pieces.append(data)
            left -= len(data)
        if not left:
            raise TooLongError(f"it has more than {most:,} bytes")
        return b"".join(pieces)

    def stream(self) -> None:
        """Let the body take as long as it does, while bytes come."""
        self.watched.deadline = None

    def close(self) -> None:
        """Keep the connection, if the rest of the answer is short."""
        keep = not self.raw.will_close
        try:
            if keep and not self.raw.isclosed():
                self.whole(DRAINED)
        except (TooLongError, *CUT):
            keep = False
        if keep:
            self.connection.connections.give_back(self.connection)
        else:
            self.raw.close()
            self.connection.close()

    def __enter__(self) -> Response:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def exchange(connections: Connections, request: Request, own: Origin) -> Response:
    """Send the request, and read the headers of the answer.

    :param own: the origin of the registry on whose behalf it is sent.
    :raises OSError, HTTPException: there is no answer.
    :raises BadAddressError: the address must not be asked.
    :raises RegistryError: a proxy or a certificate is wrong.
    """
    while True:
        connection = connections.take(origin_of(request.url), own)
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
    headers = {"User-Agent": "GoContainer", "Accept-Encoding": "identity", **request.headers}
    if connection.proxy and not connection.secure:
        headers.update(connection.proxy.headers())
    data: Any = request.body
    if isinstance(data, Body):
        headers["Content-Length"] = str(data.length)
        data = data.open() if data.length else b""
    elif data is None and request.method in ("POST", "PUT", "PATCH"):
        data = b""
    if connection.sock is None:
        connection.connect()
    connection.sock.deadline = None
    try:
        connection.request(request.method, connection.target("/" + path), data, headers)
    except (BrokenPipeError, ConnectionResetError):
        # The peer may have said why before it stopped listening.
        return answer_of(connection, request, broken=True)
    finally:
        if hasattr(data, "close"):
            data.close()
    return answer_of(connection, request)


def answer_of(connection: Connection, request: Request, broken: bool = False) -> Response:
    watched: Watched = connection.sock  # which http.client forgets where the peer is about to close
    watched.deadline = time.monotonic() + connection.connections.whole
    if broken:
        response = http.client.HTTPResponse(connection.sock, method=request.method)
        try:
            response.begin()
        except BaseException:
            response.close()
            raise
        response.will_close = True
    else:
        response = connection.getresponse()
    return Response(response, connection, watched, request.url)
