"""Who asks, as a registry wants to know it: nobody, until it says how; then by a token or by basic credentials.

All of it stays in the process.
"""

from __future__ import annotations

from _thread import RLock

from gocontainer.registry.error import RegistryError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Callable

    from gocontainer.registry.address import Origin
    from gocontainer.registry.challenge import Challenge
    from gocontainer.registry.clock import Clock
    from gocontainer.registry.credentials import Credentials
    from gocontainer.registry.http import Headers
    from gocontainer.registry.remembered import Remembered
    from gocontainer.registry.token import Token
    from gocontainer.registry.transport import Answer, Request

# Seconds before its end from which a token is not used any more.
MARGIN = 5.0


class Scope(tuple[str, ...]):
    """What a token is to allow, as registries name it: ``repository:<name>:pull,push``. The first is what is asked."""

    __slots__ = ()


def scope_of(repository: str, push: bool, *sources: str) -> Scope:
    """The scope of a repository, and of those from which it takes blobs."""
    actions = "pull,push" if push else "pull"
    names = [f"repository:{repository}:{actions}"]
    return Scope(names + [f"repository:{source}:pull" for source in sources])


class Authorization:
    """What is known of a registry's wishes, and the tokens for it."""

    def __init__(
        self, host: str, environ: Mapping[str, str], clock: Clock, remembered: Remembered
    ) -> None:
        self.host = host
        self.remembered = remembered
        self.environ = environ
        self.clock = clock
        self.lock = RLock()
        self.challenge: Challenge | None = None
        self.is_sure = False
        """Whether the registry itself has sent the challenge to this process."""
        self.tokens: dict[Scope, tuple[Token, float]] = {}
        self.known: dict[str, Credentials | None] = {}
        self.asked: dict[Scope, list[str]] = {}
        """Scopes that the registry asked for itself."""
        self.secrets: set[str] = set()

    def header(self, scope: Scope, own: Origin, send: Callable[[Request], Answer]) -> str | None:
        """The value of the header Authorization; None where nothing is asked for, or known.

        :param send: asks the service that gives tokens.
        :raises RegistryError: the service gives none, or credentials can't be read.
        """
        with self.lock:
            if not self.is_sure:
                self.challenge = self.remembered.get(origin_url(own))
            try:
                return self.known_header(scope, own, send)
            except RegistryError:
                if self.is_sure:
                    raise
                self.remembered.forget(origin_url(own))  # it may have moved; it says where to
                return None

    def known_header(
        self, scope: Scope, own: Origin, send: Callable[[Request], Answer]
    ) -> str | None:
        if self.challenge is None:
            return None
        credentials = self.credentials(scope)
        if self.challenge.scheme == "basic":
            if credentials is None or not credentials.password:
                return None  # the registry says what it thinks of nobody
            from gocontainer.registry.credentials import basic

            return basic(credentials.user, credentials.password)
        if credentials and credentials.registry:
            return f"Bearer {credentials.registry}"
        token, end = self.tokens.get(scope, (None, 0.0))
        if token is None or self.clock.now() > end - MARGIN:
            from gocontainer.registry.token import fetch_token

            scopes = [*scope, *self.asked.get(scope, [])]
            token = fetch_token(send, self.challenge, own, scopes, credentials)
            self.secrets.add(token.text)
            self.tokens[scope] = (token, self.clock.now() + token.lifetime)
        return f"Bearer {token.text}"

    def learn(self, headers: Headers, scope: Scope, own: Origin, sent: str | None) -> bool:
        """Take the challenge of an answer 401; returns whether there is another header for it now.

        :param sent: the header that was sent.
        :raises RegistryError: credentials can't be read.
        """
        from gocontainer.registry.challenge import challenges_of, pick

        found = pick(challenges_of(headers.get_all("WWW-Authenticate")))
        if found is None:
            return False
        with self.lock:
            self.challenge, self.is_sure = found, True
            self.remembered.put(origin_url(own), found)
            # Behind a proxy the registry may have another name for the repository.
            wanted = found.parameters.get("scope", "").split()[:10]
            self.asked[scope] = [one for one in wanted if scope[0].rpartition(":")[0] not in one]
            token, _ = self.tokens.get(scope, (None, 0.0))
            if token and sent == f"Bearer {token.text}":
                del self.tokens[scope]  # it is used up
            credentials = self.credentials(scope)
        if found.scheme == "basic":
            was_basic = sent is not None and sent.startswith("Basic ")
            return not was_basic and bool(credentials and credentials.password)
        return not (credentials and sent == f"Bearer {credentials.registry}")

    def credentials(self, scope: Scope) -> Credentials | None:
        repository = scope[0].split(":", 1)[1].rpartition(":")[0]
        with self.lock:
            if repository not in self.known:
                from gocontainer.registry.credentials import credentials_for

                found = credentials_for(self.host, repository, self.environ)
                self.known[repository] = found
                self.secrets.update(found.secrets() if found else [])
            return self.known[repository]

    def hide(self, text: str) -> str:
        """The text without anything secret, of which a registry may have made its answer."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


def origin_url(origin: Origin) -> str:
    return f"{origin.scheme}://{origin.name}"
