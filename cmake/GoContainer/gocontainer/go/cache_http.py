"""The pack of GO_CACHE below a URL: read by GET, written by PUT. A user and a password come from ~/.netrc, as for go and git."""

from __future__ import annotations

import netrc
import os
from functools import cached_property
from pathlib import Path
from typing import Callable

from gocontainer.common.progress import Progress
from gocontainer.go.cache_places import BLOCK, MOST, Found, Place
from gocontainer.registry.address import REDIRECTED, REDIRECTS, BadAddressError, follow, origin_of
from gocontainer.registry.blob import opener
from gocontainer.registry.clock import Clock
from gocontainer.registry.connection import Connections
from gocontainer.registry.credentials import basic
from gocontainer.registry.error import RegistryError
from gocontainer.registry.failure import unreached
from gocontainer.registry.retry import repeat
from gocontainer.registry.transport import CUT, Body, Request, Response, exchange

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

# Seconds until a server that does not answer is taken for gone: a build waits for it.
CONNECT = 10.0


class Web(Place):
    """A pack at a URL."""

    def __init__(self, url: str, name: str, environ: Mapping[str, str]) -> None:
        self.url = f"{url.rstrip('/')}/{name}.tar.gz"
        self.origin = origin_of(self.url)
        self.connections = Connections(environ, connect=CONNECT)
        self.environ = environ

    def __str__(self) -> str:
        return self.url.partition("?")[0]

    @cached_property
    def headers(self) -> dict[str, str]:
        """Those that prove who asks.

        :raises RegistryError: the file with passwords is damaged.
        """
        return authorization(self.origin.host, self.environ)

    def identity(self) -> str | None:
        response = self.ask("looking for", "HEAD")
        with response:
            return identity_of(response) if self.is_there(response, "looking for") else None

    def fetch(self, file: str) -> Found | None:
        response = self.ask("reading", "GET")
        with response:
            if not self.is_there(response, "reading"):
                return None
            try:
                self.receive(response, file)
            except CUT as error:
                raise unreached(self.origin.name, f"reading {self}", error) from error
            return Found(file, identity_of(response))

    def receive(self, response: Response, file: str) -> None:
        length = response.headers.get("Content-Length", "")
        sizes = {"pack": int(length) if length.isdecimal() else 0}
        count = 0
        response.stream()
        with open(file, "wb") as out, Progress("Reading the Go cache", sizes) as progress:
            while block := response.read(BLOCK):
                count += len(block)
                if count > MOST:
                    problem = f"reading {self} failed: it has more than {MOST:,} bytes"
                    raise RegistryError(self.origin.name, problem, "Remove it")
                out.write(block)
                progress.reached("pack", count)

    def put(self, file: str) -> str | None:
        size, piece = os.path.getsize(file), opener(Path(file))
        with Progress("Writing the Go cache", {"pack": size}) as progress:
            body = Body(lambda: piece(0, size), size, lambda sent: progress.reached("pack", sent))
            response = self.ask("writing", "PUT", body)
        with response:
            if response.status not in (200, 201, 202, 204):
                raise self.refused("writing", response)
        return self.identity()

    def is_there(self, response: Response, what: str) -> bool:
        """:raises RegistryError: the server does not say so."""
        if response.status in (404, 410):
            return False
        if response.status != 200:
            raise self.refused(what, response)
        return True

    def ask(self, what: str, method: str, body: Body | None = None) -> Response:
        """The answer; its body is still to be read.

        :raises RegistryError: there is none.
        """
        once: Callable[[], Response] = lambda: self.followed(method, body)  # noqa: E731
        return repeat(self.origin.name, Clock(), f"{what} {self}", once, again=True)

    def followed(self, method: str, body: Body | None) -> Response:
        """The answer behind all redirects. The password goes to the URL's own host only."""
        url, origin = self.url, self.origin
        headers = {"Content-Type": "application/gzip"} if body else {}
        for _ in range(REDIRECTS + 1):
            own = self.headers if origin == self.origin else {}
            request = Request(method, url, {**headers, **own}, body)
            response = exchange(self.connections, request, origin, self.origin)
            location = response.headers.get("Location")
            if response.status not in (REDIRECTED if body is None else (307, 308)) or not location:
                return response
            response.close()
            url = follow(url, location, self.origin)
            origin = origin_of(url)
        raise BadAddressError("it redirects without an end")

    def refused(self, what: str, response: Response) -> RegistryError:
        remedy = "Correct the server, or the URL"
        if response.status in (401, 403):
            remedy = "Put a user and a password that may do that into ~/.netrc"
        return RegistryError(
            self.origin.name, f"{what} {self} failed: it answers {response.status}", remedy
        )


def identity_of(response: Response) -> str:
    names = ("ETag", "Last-Modified", "Content-Length")
    return " ".join(str(response.headers.get(name, "")) for name in names)


def authorization(host: str, environ: Mapping[str, str]) -> dict[str, str]:
    """The header for a host in the file of NETRC or ~/.netrc.

    :raises RegistryError: that file is damaged.
    """
    file = environ.get("NETRC") or os.path.join(environ.get("HOME", ""), ".netrc")
    try:
        found = netrc.netrc(file).authenticators(host)
    except OSError:
        return {}
    except (netrc.NetrcParseError, ValueError) as error:
        raise RegistryError(file, "it can't be read", "Correct it") from error
    return {"Authorization": basic(found[0], found[2] or "")} if found else {}
