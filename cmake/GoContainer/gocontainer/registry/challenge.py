"""Challenges, by which a registry says how it wants to know who asks: the header WWW-Authenticate (RFC 9110, 11.6.1)."""

from __future__ import annotations

import re

SCHEME = r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)(?=\s+[A-Za-z]|\s*$)"
PARAMETER = r'([A-Za-z_]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))'
# More than any registry sends.
MOST = 8192


class Challenge:
    """A challenge: the scheme in lower case, and its parameters."""

    def __init__(self, scheme: str, parameters: dict[str, str]) -> None:
        self.scheme = scheme
        self.parameters = parameters


def challenges_of(headers: list[str]) -> list[Challenge]:
    """The challenges of all headers of that name, in their order."""
    found = []
    for header in headers:
        header = header[:MOST]
        # A quoted value may look like a scheme.
        bare = re.sub(r'"(?:[^"\\]|\\.)*"', lambda quoted: "0" * len(quoted[0]), header)
        starts = [(match.start(1), match.end(1)) for match in re.finditer(SCHEME, bare)]
        ends = [start for start, _ in starts[1:]] + [len(header)]
        for (start, stop), end in zip(starts, ends):
            parameters = {
                name.lower(): re.sub(r"\\(.)", r"\1", quoted) or word
                for name, quoted, word in re.findall(PARAMETER, header[stop:end])
            }
            found.append(Challenge(header[start:stop].lower(), parameters))
    return found


def pick(found: list[Challenge]) -> Challenge | None:
    """The challenge that is answered: bearer before basic; None where neither is there."""
    by_scheme = {challenge.scheme: challenge for challenge in reversed(found)}
    return by_scheme.get("bearer") or by_scheme.get("basic")
