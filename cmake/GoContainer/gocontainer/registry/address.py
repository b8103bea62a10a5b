"""Where a request goes to: the origin of a URL, and which addresses a registry must not send a client to."""

from __future__ import annotations

PORTS = {"http": 80, "https": 443}
# How many redirects are followed, and what they are told by.
REDIRECTS = 5
REDIRECTED = (301, 302, 303, 307, 308)


class Origin:
    """The part of a URL that credentials are for."""

    __slots__ = ("host", "name", "port", "scheme")

    def __init__(self, scheme: str, host: str, port: int) -> None:
        self.scheme = scheme
        self.host = host
        self.port = port
        bare = f"[{host}]" if ":" in host else host
        self.name = bare if port == PORTS[scheme] else f"{bare}:{port}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Origin) and self.scheme == other.scheme and self.name == other.name

    def __hash__(self) -> int:
        return hash((self.scheme, self.name))


class BadAddressError(ValueError):
    """An answer names an address that must not be asked; the text says why."""


def origin_at(scheme: str, host: str) -> Origin:
    """The origin by the host of a reference, with its port where it has one.

    :raises BadAddressError: nothing can be asked there.
    """
    name, colon, port = host.partition(":")
    if not host.isascii() or not name.replace("-", "").replace(".", "").isalnum():
        return origin_of(f"{scheme}://{host}")
    if colon and not (port.isdecimal() and len(port) < 6 and int(port) < 1 << 16):
        return origin_of(f"{scheme}://{host}")
    return Origin(scheme, name.lower(), int(port) if colon else PORTS[scheme])


def origin_of(url: str) -> Origin:
    """:raises BadAddressError: nothing can be asked there."""
    from urllib.parse import urlsplit  # which a registry that names no address can do without

    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddressError("it is not a URL") from error
    if parts.scheme not in PORTS or not host:
        raise BadAddressError("it is not a URL of https or http")
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
    from urllib.parse import urljoin

    try:
        url = urljoin(here, location)
    except ValueError as error:
        raise BadAddressError("it is not a URL") from error
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
