"""Tokens that registries take, from the services that they name (distribution, token authentication specification)."""

from __future__ import annotations

import json
import re
from urllib.parse import urlencode, urlsplit, urlunsplit

from gocontainer.registry.address import (
    REDIRECTED,
    REDIRECTS,
    BadAddressError,
    Origin,
    check,
    follow,
    is_loopback,
    origin_of,
)
from gocontainer.registry.credentials import Credentials, basic
from gocontainer.registry.error import RegistryError
from gocontainer.registry.transport import Request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from gocontainer.registry.challenge import Challenge
    from gocontainer.registry.transport import Answer

# Seconds that a token is good for which does not say.
LIFETIME = 60
LOGIN = "Log in with docker login or podman login, and try again"


class Token:
    """A token, and how many seconds it is good for."""

    def __init__(self, text: str, lifetime: float) -> None:
        self.text = text
        self.lifetime = lifetime

    def __repr__(self) -> str:
        return "Token(...)"  # for no log


def fetch_token(
    send: Callable[[Request], Answer],
    challenge: Challenge,
    own: Origin,
    scopes: list[str],
    credentials: Credentials | None,
) -> Token:
    """Get a token for these scopes from the service that the registry named.

    :param send: sends a request, again where that helps.
    :param own: the registry's origin.
    :raises RegistryError: the service gives none, or must not be asked.
    """
    realm = challenge.parameters.get("realm", "")
    try:
        check(realm, own, own.scheme)
        # A registry on this machine is asked by http, and nobody else is told a password so.
        if (
            realm.startswith("http:")
            and is_loopback(own.host)
            and origin_of(realm).host != own.host
        ):
            raise BadAddressError("it is plain http")
    except BadAddressError as error:
        raise RegistryError(
            own.name,
            f"it wants a token from {shown(realm)}, which is not asked ({error})",
            "Ask who runs the registry to correct its realm",
        ) from error
    service = challenge.parameters.get("service", "")
    if credentials and credentials.identity:
        form = {
            "grant_type": "refresh_token",
            "service": service,
            "client_id": "gocontainer",
            "scope": " ".join(scopes),
            "refresh_token": credentials.identity,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = send(Request("POST", realm, headers, urlencode(form).encode()))
        if answer.status not in (404, 405):  # not all services have that way
            return token_in(answer, realm, own)
        credentials = Credentials("<token>", credentials.identity)
    query = [("service", service)] if service else []
    query += [("scope", scope) for scope in scopes]
    if credentials and credentials.user:
        query.append(("account", credentials.user))
    return get_token(send, with_query(realm, query), own, credentials)


def get_token(
    send: Callable[[Request], Answer], url: str, own: Origin, credentials: Credentials | None
) -> Token:
    asked = origin_of(url)
    for _ in range(REDIRECTS):
        headers = {}
        if credentials and origin_of(url) == asked:
            headers["Authorization"] = basic(credentials.user, credentials.password)
        answer = send(Request("GET", url, headers))
        location = answer.headers.get("Location", "")
        if answer.status not in REDIRECTED or not location:
            return token_in(answer, url, own)
        try:
            url = follow(url, location, own)
        except BadAddressError as error:
            raise RegistryError(
                own.name,
                f"{shown(url)} sends the client to {shown(location)} for a token, which is not asked ({error})",
                "Ask who runs the registry to correct it",
            ) from error
    raise RegistryError(own.name, f"{shown(url)} gives no token, only redirects", LOGIN)


def token_in(answer: Answer, url: str, own: Origin) -> Token:
    """:raises RegistryError: the answer has none."""
    place = shown(url)
    if answer.status in (400, 401, 403):
        raise RegistryError(
            own.name,
            f"{place} gives no token: it answers {answer.status} to these credentials",
            LOGIN,
        )
    if answer.status != 200:
        raise RegistryError(
            own.name, f"{place} gives no token: it answers {answer.status}", "Try again later"
        )
    try:
        document: Any = json.loads(answer.body)
        text = document.get("token") or document.get("access_token")
        if not isinstance(text, str) or not re.fullmatch("[\x21-\x7e]+", text):
            raise ValueError("it has no token")
    except (ValueError, AttributeError, RecursionError) as error:
        raise RegistryError(
            own.name, f"the answer of {place} has no token", "Try again later"
        ) from error
    lifetime = document.get("expires_in")
    if not isinstance(lifetime, (int, float)) or not 0 < lifetime < 1e9:
        lifetime = LIFETIME
    return Token(text, float(lifetime))


def with_query(url: str, query: list[tuple[str, str]]) -> str:
    parts = urlsplit(url)
    return urlunsplit(
        parts._replace(query="&".join(filter(None, [parts.query, urlencode(query)])), fragment="")
    )


def shown(url: str) -> str:
    """A URL as it may be shown: its query, which may have a signature, and its user left out."""
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:200]
    except ValueError:
        return "an address that is not a URL"
