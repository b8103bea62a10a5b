"""Credentials for registries, from where docker and podman keep them.

The files are, in this order: REGISTRY_AUTH_FILE, ``config.json`` in DOCKER_CONFIG, podman's ``auth.json`` in
XDG_RUNTIME_DIR and XDG_CONFIG_HOME (~/.config), docker's ~/.docker/config.json. The first one that has something for
the repository counts.
"""

from __future__ import annotations

import base64
import binascii
import json
import re

from gocontainer.registry.error import RegistryError
from gocontainer.registry.reference import DOCKER_API, DOCKER_IO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

MOST = 4 << 20
# docker's name for docker.io.
DOCKER_KEY = "https://index.docker.io/v1/"
# Seconds for a helper, which may ask its user something.
HELPER = 120


class Credentials:
    """What proves who asks: a user and a password, an identity token, or a token that the registry takes as it is."""

    def __init__(
        self, user: str = "", password: str = "", identity: str = "", registry: str = ""
    ) -> None:
        self.user = user
        self.password = password
        self.identity = identity
        self.registry = registry

    def __repr__(self) -> str:
        return "Credentials(...)"  # for no log

    def secrets(self) -> list[str]:
        """All that must never be shown."""
        found = [self.password, self.identity, self.registry]
        if self.password:
            found.append(basic(self.user, self.password).partition(" ")[2])
        return [secret for secret in found if secret]


def basic(user: str, password: str) -> str:
    """The value of the header Authorization (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def credentials_for(host: str, repository: str, environ: Mapping[str, str]) -> Credentials | None:
    """The credentials for a repository of the registry, or None.

    :raises RegistryError: a file is damaged, or a helper fails.
    """
    for file in files(environ):
        found = in_file(file, host, repository, environ)
        if found:
            return found
    return None


def files(environ: Mapping[str, str]) -> Iterator[str]:
    home = environ.get("HOME")
    if environ.get("REGISTRY_AUTH_FILE"):
        yield environ["REGISTRY_AUTH_FILE"]
    if environ.get("DOCKER_CONFIG"):
        yield f"{environ['DOCKER_CONFIG']}/config.json"
    if environ.get("XDG_RUNTIME_DIR"):
        yield f"{environ['XDG_RUNTIME_DIR']}/containers/auth.json"
    if environ.get("XDG_CONFIG_HOME"):
        yield f"{environ['XDG_CONFIG_HOME']}/containers/auth.json"
    elif home:
        yield f"{home}/.config/containers/auth.json"
    if home and not environ.get("DOCKER_CONFIG"):
        yield f"{home}/.docker/config.json"


def in_file(
    file: str, host: str, repository: str, environ: Mapping[str, str]
) -> Credentials | None:
    try:
        with open(file, "rb") as stream:
            document = json.loads(stream.read(MOST))
        parts = [document.get(key) or {} for key in ("auths", "credHelpers")]
        if not all(isinstance(part, dict) for part in parts):
            raise ValueError("it has other members")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise RegistryError(file, f"it can't be read ({error.strerror})", LOGIN) from error
    except (ValueError, AttributeError, RecursionError) as error:
        raise RegistryError(file, "it has no credentials as docker writes them", LOGIN) from error
    auths, helpers = parts
    helper = next((helpers[key] for key in (host, server(host)) if key in helpers), None)
    found = from_helper(helper or document.get("credsStore"), host, environ)
    return found or in_auths(auths, host, repository, file)


LOGIN = "Correct it, or log in again with docker login or podman login"


def in_auths(auths: dict[str, Any], host: str, repository: str, file: str) -> Credentials | None:
    """The entry with the longest part of the repository's name in it, as podman has it; docker's are hosts."""
    by_name = {plain(key): value for key, value in auths.items()}
    names = ["index." + DOCKER_IO, DOCKER_API, DOCKER_IO] if host == DOCKER_IO else [host]
    parts = f"{repository}".split("/")
    for end in range(len(parts), -1, -1):
        for name in names:
            entry = by_name.get("/".join([name, *parts[:end]]))
            if isinstance(entry, dict) and (found := decoded(entry, file)):
                return found
    return None


def plain(key: str) -> str:
    """The name in a key; one that is a URL, as docker wrote them, names a host."""
    bare = re.sub("^https?://", "", key)
    return bare.split("/")[0] if bare != key else bare


def decoded(entry: dict[str, Any], file: str) -> Credentials | None:
    """:raises RegistryError: it is damaged."""
    texts = ("username", "password", "identitytoken", "registrytoken")
    user, password, identity, token = (str(entry.get(key) or "") for key in texts)
    if entry.get("auth"):
        try:
            text = base64.b64decode(str(entry["auth"]), validate=True).decode()
        except (binascii.Error, UnicodeError, ValueError) as error:
            raise RegistryError(file, "a member auth is not base64", LOGIN) from error
        user, _, password = text.partition(":")
        password = password.rstrip("\0")
    if not (password or identity or token):
        return None  # a helper has them, and docker leaves an empty entry
    return Credentials(user, password, identity, token)


def server(host: str) -> str:
    """The name by which helpers know a registry."""
    return DOCKER_KEY if host == DOCKER_IO else host


def from_helper(helper: Any, host: str, environ: Mapping[str, str]) -> Credentials | None:
    """Ask docker-credential-<helper>, which answers with a JSON object.

    :raises RegistryError: it does not start, or fails. What it prints is not shown: that may be a secret.
    """
    if not helper:
        return None
    if not isinstance(helper, str) or not re.fullmatch("[A-Za-z0-9_.-]+", helper):
        raise RegistryError(host, "a credential helper has no name of a program", LOGIN)
    import subprocess  # which few need

    program = f"docker-credential-{helper}"
    remedy = f"Run {program} list to see why, or log in again with docker login or podman login"
    try:
        done = subprocess.run(
            [program, "get"],
            input=server(host).encode(),
            capture_output=True,
            check=False,
            env=dict(environ),
            timeout=HELPER,
        )
    except OSError as error:
        raise RegistryError(host, f"{program} does not start ({error.strerror})", remedy) from error
    except subprocess.TimeoutExpired as error:
        raise RegistryError(host, f"{program} gives no answer", remedy) from error
    if done.returncode != 0:
        if b"credentials not found" in done.stdout + done.stderr:
            return None
        raise RegistryError(host, f"{program} fails with {done.returncode}", remedy)
    try:
        answer = json.loads(done.stdout[:MOST])
        user, secret = str(answer.get("Username") or ""), str(answer.get("Secret") or "")
    except (ValueError, AttributeError) as error:
        raise RegistryError(host, f"{program} answers with no JSON object", remedy) from error
    if not secret:
        return None
    if user == "<token>":
        return Credentials(identity=secret)
    return Credentials(user, secret)
