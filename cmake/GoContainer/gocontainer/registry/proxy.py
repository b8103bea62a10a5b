"""Proxies, which the environment names: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in capitals or not."""

from __future__ import annotations

from gocontainer.registry.address import is_loopback
from gocontainer.registry.error import RegistryError
from gocontainer.registry.http import HTTPAnswer, Incoming, head

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from gocontainer.registry.address import Origin
    from gocontainer.registry.watched import Watched


class ProxyError(OSError):
    """A proxy opens no tunnel."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the proxy answers {status}")


class Proxy:
    """A proxy, and what it wants to be told of who asks."""

    def __init__(self, host: str, port: int, authorization: str | None) -> None:
        self.host = host
        self.port = port
        self.authorization = authorization

    def headers(self) -> dict[str, str]:
        return {"Proxy-Authorization": self.authorization} if self.authorization else {}

    def open_tunnel(self, sock: Watched, origin: Origin) -> None:
        """Have the proxy pass on all that goes through the socket (RFC 9110, 9.3.6).

        :raises ProxyError: it does not.
        """
        host = f"[{origin.host}]" if ":" in origin.host else origin.host
        target = f"{host}:{origin.port}"
        sock.sendall(head("CONNECT", target, {"Host": target, **self.headers()}))
        answer = HTTPAnswer(Incoming(sock), "CONNECT")
        if answer.status != 200 or answer.surplus:
            raise ProxyError(answer.status)


def proxy_for(origin: Origin, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy through which the origin is asked; this machine is asked without one.

    :raises RegistryError: the variable names none.
    """
    if is_loopback(origin.host):
        return None
    for name in (f"{origin.scheme}_proxy", "all_proxy"):
        for variable in (name, name.upper()):
            if variable == "HTTP_PROXY" and "REQUEST_METHOD" in environ:
                continue  # a CGI script has a header of that name from its client
            if environ.get(variable):
                if is_direct(origin, environ.get("no_proxy") or environ.get("NO_PROXY") or ""):
                    return None
                return parse(variable, environ[variable])
    return None


def parse(variable: str, value: str) -> Proxy:
    from urllib.parse import unquote, urlsplit  # which who has no proxy can do without

    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme != "http":
        # The value may have a password in it.
        raise RegistryError(
            variable, "it names no proxy of http", "Write http://[<user>:<password>@]<host>:<port>."
        )
    authorization = None
    if parts.username is not None:
        from gocontainer.registry.credentials import basic

        authorization = basic(unquote(parts.username), unquote(parts.password or ""))
    return Proxy(host, port or 80, authorization)


def is_direct(origin: Origin, no_proxy: str) -> bool:
    """Whether NO_PROXY has the origin: a host with its subdomains, with a port or without, a network, or all."""
    for entry in no_proxy.replace(",", " ").split():
        if entry == "*":
            return True
        name, colon, port = entry.rpartition(":")
        if colon and port.isdecimal() and "]" not in port and name.count(":") == 0:
            if int(port) != origin.port:
                continue
        else:
            name = entry
        name = name.lower().strip("[]")
        if "/" in name and in_network(origin.host, name):
            return True
        name = name[1:] if name.startswith("*.") else name
        if origin.host == name.lstrip(".") or origin.host.endswith("." + name.lstrip(".")):
            return True
    return False


def in_network(host: str, network: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
