"""What is a secret in the files and values by which private modules are fetched: netrc, git's credentials and
configuration, URLs with a user, and settings of other tools."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote

# Shorter values are found by accident.
SHORTEST = 6
# The user and the password in a URL; without a password, a user of ssh is none that is secret.
URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/@\s:\"']*)(?::([^/@\s\"']*))?@")
NETRC = re.compile(r"(?:^|\s)(?:login\s+(\S+)\s+)?(?:account\s+\S+\s+)?password\s+(\S+)")
HEADER = re.compile(r"(?i)authorization:\s*(?:basic|bearer|token)\s+([^\s\"']+)")
SETTING = re.compile(
    r"(?i)(?:auth|token|password|passwd|secret)[\"']?[ \t]*[=:][ \t]*[\"']?([^\s\"',;$]+)"
)
# What stands beside a token, in the place of the user or of the password.
BESIDE = frozenset(
    ["x-oauth-basic", "x-access-token", "x-token-auth", "oauth2", "gitlab-ci-token", "__token__"]
)


def tokens_in(text: str) -> Iterator[tuple[str, str]]:
    """All of them, as (which part it is, token)."""
    for scheme, user, password in URL.findall(text):
        # A pattern tells no empty password from none.
        written = f"{scheme}://{user}:" in text
        for part, token in of_pair(user, password if written else None, scheme):
            yield part, token
            yield part, unquote(token)
    for user, password in NETRC.findall(text):
        yield from of_pair(user, password.strip('"'))
    for token in [*HEADER.findall(text), *filter(is_like_a_token, SETTING.findall(text))]:
        yield "token", token
        yield from of_base64(token)
    # A file of one word is that word.
    if is_like_a_token(text.strip()):
        yield "token", text.strip()


def of_pair(user: str, password: str | None, scheme: str = "") -> Iterator[tuple[str, str]]:
    """The secret of a user and a password, which may be there for form's sake alone."""
    if password and len(password) >= SHORTEST and password not in BESIDE:
        yield "password", password
    elif user not in BESIDE and (
        password is not None or (scheme.startswith("http") and is_like_a_token(user))
    ):
        yield "user", user


def of_base64(text: str) -> Iterator[tuple[str, str]]:
    """What stands in the header of basic authorization, and in docker's config.json."""
    try:
        user, colon, password = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return
    if colon:
        yield from of_pair(user, password)


def is_like_a_token(word: str) -> bool:
    """One that is found nowhere by accident."""
    whole = not re.search(r"\s", word)
    return whole and (len(word) >= 20 or (len(word) >= 8 and any(map(str.isdigit, word))))
