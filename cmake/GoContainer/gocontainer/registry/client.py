"""The client of registries (OCI distribution specification): what a process asks them goes through one of it.

Redirects are followed. Credentials go to the registry only that they are for.
"""

from __future__ import annotations

import os
from _thread import allocate_lock

from gocontainer.common.media_types import INDEX_TYPES, MANIFEST_TYPE
from gocontainer.registry.address import (
    REDIRECTED,
    REDIRECTS,
    BadAddressError,
    Origin,
    follow,
    is_loopback,
    origin_at,
    origin_of,
)
from gocontainer.registry.authorization import Authorization, scope_of
from gocontainer.registry.certificates import certificates_of
from gocontainer.registry.clock import Clock
from gocontainer.registry.connection import Connections, speaks_tls
from gocontainer.registry.error import RegistryError
from gocontainer.registry.reference import DOCKER_API, DOCKER_IO
from gocontainer.registry.remembered import Remembered
from gocontainer.registry.retry import repeat
from gocontainer.registry.transport import (
    CUT,
    Answer,
    Request,
    Response,
    TooLongError,
    exchange,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Callable

    from gocontainer.registry.authorization import Scope
    from gocontainer.registry.retry import Result

# Bytes of a manifest or another document of a registry, and of an answer with a token.
MOST, MOST_TOKEN = 4 << 20, 1 << 16
MOST_WARNINGS = 10
# The manifests that are understood; without them registries answer with others, or with none.
ACCEPT = ", ".join(
    [MANIFEST_TYPE, *INDEX_TYPES, "application/vnd.docker.distribution.manifest.v2+json"]
)
PLAIN_HTTP = "GO_CONTAINER_PLAIN_HTTP"


class Client:
    """The registries that a process talks to, and its connections to them."""

    def __init__(
        self,
        environ: Mapping[str, str] = os.environ,
        clock: Clock | None = None,
        connections: Connections | None = None,
        remembered: str | Path | None = None,
    ) -> None:
        self.environ = environ
        self.clock = clock or Clock()
        self.connections = connections or Connections(environ)
        self.lock = allocate_lock()
        self.remembered = Remembered(remembered)
        self.registries: dict[str, Registry] = {}
        self.insecure: set[str] = set()
        """Hosts that may speak plain http."""
        self.warnings: dict[str, None] = {}
        """What registries want their users to know, each once."""

    def repository(self, host: str, name: str, push: bool = False) -> Repository:
        """A repository of the registry, to pull from or to push to."""
        with self.lock:
            registry = self.registries.get(host)
            if registry is None:
                registry = self.registries[host] = Registry(host, self)
        return Repository(registry, name, push)

    def close(self) -> None:
        """:raises OSError: what is remembered can't be written."""
        self.connections.close()
        self.remembered.write()

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Registry:
    """A registry by the host of references; ``origin`` is where its API is."""

    def __init__(self, host: str, client: Client) -> None:
        self.host = host
        self.client = client
        self.authorization = Authorization(host, client.environ, client.clock, client.remembered)
        api = DOCKER_API if host == DOCKER_IO else host
        self.origin = origin_at("https", api)
        plain = client.environ.get(PLAIN_HTTP, "").replace(",", " ").split()
        self.takes_tags = True
        """Whether several tags by one request may work."""
        self.lists_referrers = False
        """Whether it lists what refers to an image, as far as it was asked."""
        self.guessed = False
        """Whether nobody said that it speaks plain http."""
        if host in plain:
            self.origin = origin_at("http", api)
        elif may_be_plain(self.origin, host, client):
            self.origin = origin_at("http", api)
            self.guessed = True

    def turned_to_tls(self) -> bool:
        """Go over to TLS, where http was a guess and a wrong one."""
        if not self.guessed or not speaks_tls(self.origin):
            return False
        self.origin = Origin("https", self.origin.host, self.origin.port)
        self.takes_tags = True
        self.guessed = False
        return True

    def ask(
        self,
        what: str,
        request: Request,
        scope: Scope,
        read: Callable[[Response], Result],
        again: bool,
    ) -> Result:
        """The answer to a request, whose URL may be a path of this registry.

        :param what: what it is for, as an error begins with it.
        :param again: whether it may be sent twice; if not, what is cut raises one of CUT.
        :raises RegistryError: there is none.
        """
        return repeat(
            self.host, self.client.clock, what, lambda: read(self.once(request, scope)), again
        )

    def once(self, request: Request, scope: Scope) -> Response:
        """The answer of the registry, of which it is found out here whether it speaks TLS."""
        try:
            response = self.authorized(request, scope)
        except CUT:
            if not self.turned_to_tls():
                raise
            response = self.authorized(request, scope)
        # Those who speak TLS answer so, or not at all.
        if response.status == 400 and self.turned_to_tls():
            response.close()
            response = self.authorized(request, scope)
        self.guessed = self.guessed and response.status == 400
        self.note_warnings(response)
        return response

    def note_warnings(self, response: Response) -> None:
        """Keep what the headers Warning say (OCI distribution specification, warnings)."""
        for header in response.headers.get_all("Warning"):
            import re  # which a registry without warnings can do without

            match = re.fullmatch(r'299 - "(.*)"', header)
            if match and len(self.client.warnings) < MOST_WARNINGS:
                text = re.sub(r"\\(.)", r"\1", match[1])
                self.client.warnings[f"{self.host}: {self.authorization.hide(text)}"] = None

    def authorized(self, request: Request, scope: Scope) -> Response:
        """The answer to the request with the credentials for it: if one is 401, once more."""
        sent = self.authorization.header(scope, self.origin, self.service)
        response = self.followed(request, sent)
        if response.status != 401 or response.connection.origin != self.origin:
            return response
        if not self.authorization.learn(response.headers, scope, self.origin, sent):
            return response
        response.close()
        return self.followed(request, self.authorization.header(scope, self.origin, self.service))

    def followed(self, request: Request, authorization: str | None) -> Response:
        """The answer behind all redirects.

        :raises BadAddressError: one leads to where nothing may be asked.
        """
        url, origin = f"{self.origin.scheme}://{self.origin.name}{request.url}", self.origin
        if not request.url.startswith("/"):
            url, origin = request.url, origin_of(request.url)
        for _ in range(REDIRECTS + 1):
            headers = dict(request.headers)
            if authorization is not None and origin == self.origin:
                headers["Authorization"] = authorization
            sent = Request(request.method, url, headers, request.body)
            response = exchange(self.client.connections, sent, origin, self.origin)
            location = response.headers.get("Location")
            reads = request.method in ("GET", "HEAD")
            if response.status not in (REDIRECTED if reads else (307, 308)) or not location:
                return response
            response.close()
            url = follow(url, location, self.origin)
            origin = origin_of(url)
        raise BadAddressError("it redirects without an end")

    def service(self, request: Request) -> Answer:
        """The answer of a service that gives tokens."""
        from gocontainer.registry.token import shown

        def once() -> Answer:
            origin = origin_of(request.url)
            return whole(
                exchange(self.client.connections, request, origin, self.origin), MOST_TOKEN
            )

        what = f"getting a token from {shown(request.url)}"
        return repeat(self.host, self.client.clock, what, once, again=True)

    def refused(
        self, what: str, answer: Answer, kind: type[RegistryError] = RegistryError
    ) -> RegistryError:
        """The error of an answer, without anything secret."""
        from gocontainer.registry.failure import refused

        body = self.authorization.hide(answer.body.decode("utf-8", "replace")).encode()
        hidden = Answer(answer.status, answer.headers, body, answer.url)
        return refused(self.host, what, hidden, kind)


class Repository:
    """A repository of a registry, as somebody who may do what is asked for."""

    def __init__(self, registry: Registry, name: str, push: bool, *sources: str) -> None:
        self.registry = registry
        self.name = name
        self.scope = scope_of(name, push, *sources)

    def __str__(self) -> str:
        return f"{self.registry.host}/{self.name}"

    def reading(self, source: str) -> Repository:
        """The same, for somebody who pushes, and reads another repository."""
        return Repository(self.registry, self.name, True, source)

    def path(self, rest: str) -> str:
        """What the URL of something in it ends with, such as manifests/<tag>, as requests take it."""
        return f"/v2/{self.name}/{rest}"

    def request(self, what: str, request: Request, again: bool = True) -> Answer:
        """The answer to a request, read whole.

        :raises RegistryError: there is none.
        :raises OSError, NoHTTPError: it is cut, and may not be sent again.
        """
        return self.registry.ask(what, request, self.scope, whole, again)

    def open(self, what: str, request: Request) -> Response:
        """The answer to a request, to be read as it comes, and closed.

        :raises RegistryError: there is none.
        """
        return self.registry.ask(what, request, self.scope, as_it_comes, True)

    def get(self, what: str, rest: str, accept: str = ACCEPT) -> Answer:
        """A manifest, or another small document; the status of the answer is 200.

        :raises RegistryError: there is none.
        """
        answer = self.request(what, Request("GET", self.path(rest), {"Accept": accept}))
        if answer.status != 200:
            raise self.registry.refused(what, answer)
        return answer


def may_be_plain(origin: Origin, host: str, client: Client) -> bool:
    """Whether a registry may speak plain http, as it is on this machine, or somebody said so."""
    known = is_loopback(origin.host) or host in client.insecure
    return known and not certificates_of(host, client.environ)


def whole(response: Response, most: int = MOST) -> Answer:
    """:raises TooLongError: it is longer, and no error."""
    with response:
        try:
            body = response.whole(most)
        except TooLongError:
            if response.status < 300:
                raise
            body = b""
    return Answer(response.status, response.headers, body, response.url)


def as_it_comes(response: Response) -> Response:
    response.stream()
    return response
