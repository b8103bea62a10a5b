"""Where a request goes to: the origin of a URL, and which addresses a registry must not send a client to."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import SplitResult, urljoin, urlsplit

PORTS = {"http": 80, "https": 443}


class Origin(NamedTuple):
    """The part of a URL that credentials are for."""

    scheme: str
    host: str
    port: int

    @property
    def name(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


class BadAddressError(ValueError):
    """An answer names an address that must not be asked; the text says why."""


def origin_of(url: str) -> Origin:
    """:raises BadAddressError: nothing can be asked there."""
    try:
        parts: SplitResult = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddressError("it is no URL") from error
    if parts.scheme not in PORTS or not host:
        raise BadAddressError("it is no URL of https or http")
    if parts.username is not None or parts.password is not None:
        raise BadAddressError("it has credentials in it")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise BadAddressError("it has letters that no URL has")
    return Origin(parts.scheme, host.lower(), PORTS[parts.scheme] if port is None else port)


def follow(here: str, location: str, own: Origin) -> str:
    """The URL that an answer of ``here`` names.

    :param own: the registry's.
    :raises BadAddressError: that one must not be asked.
    """
    try:
        url = urljoin(here, location)
    except ValueError as error:
        raise BadAddressError("it is no URL") from error
    check(url, own, origin_of(here).scheme)
    return url


def check(url: str, own: Origin, scheme: str) -> None:
    """:raises BadAddressError: who asked by the scheme must not ask this URL."""
    origin = origin_of(url)
    if scheme == "https" and origin.scheme == "http":
        raise BadAddressError("it is plain http")
    if origin.host != own.host and is_private(origin.host):
        raise BadAddressError("it is a private address")


def is_private(host: str) -> bool:
    """Whether it is an address that only this machine or its network reaches, and no name."""
    if is_loopback(host):
        return True
    import ipaddress  # which few need

    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        # Numbers that the C library reads as addresses, such as 2130706433 or 0x7f.1
        return all(part[:1].isdigit() for part in host.rstrip(".").split("."))
    mapped = getattr(address, "ipv4_mapped", None) or address
    return not mapped.is_global or mapped.is_multicast


def is_loopback(host: str) -> bool:
    """Whether it is this machine."""
    if host in ("localhost", "::1"):
        return True
    parts = host.split(".")
    return parts[0] == "127" and len(parts) == 4 and all(part.isdecimal() for part in parts)
