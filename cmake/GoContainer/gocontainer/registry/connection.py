"""Connections to registries, which are kept for the next request: through proxies, with TLS, to no private address that
a registry names."""

from __future__ import annotations

import time
from _thread import allocate_lock

from gocontainer.registry.address import BadAddressError, Origin, is_loopback
from gocontainer.registry.certificates import tls_context
from gocontainer.registry.http import Incoming
from gocontainer.registry.watched import Watched, connect

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from gocontainer.registry.proxy import Proxy

# Seconds to connect; without a byte after which a peer is gone; for an answer that is small, or its headers.
CONNECT, IDLE, WHOLE = 30.0, 60.0, 300.0


class WentAwayError(ConnectionError):
    """Nothing listens where a connection was possible before, so it may come back."""


class Connection:
    """A connection to an origin."""

    def __init__(self, origin: Origin, connections: Connections, own: Origin) -> None:
        self.origin = origin
        self.connections = connections
        self.own = own
        self.proxy: Proxy | None = None
        if not is_loopback(origin.host):
            from gocontainer.registry.proxy import proxy_for

            self.proxy = proxy_for(origin, connections.environ)
        self.used = False
        """Whether it has carried a request."""
        self.secure: ssl.SSLContext | None = None
        if origin.scheme == "https":
            self.secure = connections.context(origin, own)
        self.sock: Watched | None = None
        """None until it is open."""

    def open(self) -> Watched:
        """Its socket, connected now if it is not yet.

        :raises OSError: it can't be.
        :raises BadAddressError: the address must not be asked.
        """
        if self.sock is None:
            try:
                self.sock = self.connected()
            except OSError as error:
                if not hasattr(error, "verify_message"):
                    raise
                # Its authority may be one that is not looked up.
                self.secure = self.connections.context(self.origin, self.own, everybody=True)
                self.sock = self.connected()
        return self.sock

    def connected(self) -> Watched:
        at = self.proxy or self.origin
        limits = self.connections
        try:
            watched = Watched(connect(at.host, at.port, limits.connect), limits.idle)
        except ConnectionRefusedError as error:
            if (at.host, at.port) in limits.reached:
                raise WentAwayError("it went away") from error
            raise
        limits.reached.add((at.host, at.port))
        try:
            if not self.proxy:
                limits.admit(watched.sock.getpeername()[0], self.origin, self.own)
            elif self.secure:
                watched.deadline = time.monotonic() + limits.whole
                self.proxy.open_tunnel(watched, self.origin)
            if self.secure:
                watched.sock.settimeout(limits.connect)
                watched.sock = self.secure.wrap_socket(
                    watched.sock, server_hostname=self.origin.host
                )
        except BaseException:
            watched.close()
            raise
        return watched

    def incoming(self) -> Incoming:
        """What comes through it, from the next answer on."""
        return Incoming(self.open())

    def close(self) -> None:
        if self.sock:
            self.sock.close()

    def target(self, path: str) -> str:
        """What a request line has for the path."""
        if self.proxy and not self.secure:
            return f"http://{self.origin.name}{path}"
        return path


class Connections:
    """The connections of a process, each for one thread at a time."""

    def __init__(
        self,
        environ: Mapping[str, str],
        connect: float = CONNECT,
        idle: float = IDLE,
        whole: float = WHOLE,
    ) -> None:
        self.environ = environ
        self.connect = connect
        self.idle = idle
        self.whole = whole
        self.lock = allocate_lock()
        self.kept: dict[tuple[Origin, Origin], list[Connection]] = {}
        self.contexts: dict[tuple[Origin, bool], ssl.SSLContext] = {}
        self.addresses: dict[str, str] = {}
        """Those of registries, by their hosts."""
        self.reached: set[tuple[str, int]] = set()
        """Hosts and ports that somebody listened at."""

    def take(self, origin: Origin, own: Origin) -> Connection:
        """A connection that is kept, or a new one, which is not open yet.

        :param own: the origin of the registry on whose behalf it is.
        """
        with self.lock:
            kept = self.kept.get((origin, own))
            if kept:
                return kept.pop()
        return Connection(origin, self, own)

    def give_back(self, connection: Connection) -> None:
        with self.lock:
            self.kept.setdefault((connection.origin, connection.own), []).append(connection)

    def context(self, origin: Origin, own: Origin, everybody: bool = False) -> ssl.SSLContext:
        """How to speak TLS there.

        :param everybody: whether the one until now trusts too few authorities.
        """
        with self.lock:
            is_own = origin.host == own.host
            if everybody or (own, is_own) not in self.contexts:
                self.contexts[own, is_own] = tls_context(own.name, self.environ, is_own, everybody)
            return self.contexts[own, is_own]

    def admit(self, address: str, origin: Origin, own: Origin) -> None:
        """Stop at an address that is nearer to this machine than the registry which names it: it would have its
        clients ask what only they can reach.

        :raises BadAddressError: the address is such a one.
        """
        if origin.host == own.host:
            self.addresses[own.host] = address
        elif reach(address) > reach(self.addresses.get(own.host, "")):
            raise BadAddressError(f"{origin.host} is at a private address")

    def close(self) -> None:
        for connection in [one for kept in self.kept.values() for one in kept]:
            connection.close()
        self.kept.clear()


def speaks_tls(origin: Origin) -> bool:
    """Whether somebody is there who speaks TLS, whoever that is."""
    import socket
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    try:
        address = (origin.host, origin.port)
        with socket.create_connection(address, 5) as sock, context.wrap_socket(sock):
            return True
    except OSError:
        return False


def reach(address: str) -> int:
    """How near an address is: 0 for anywhere, 1 for a private network, 2 for this machine, 3 for its link, where
    the cloud's services answer with secrets."""
    import ipaddress  # which a registry that names nobody else can do without

    if not address:
        return 0
    found = ipaddress.ip_address(address.partition("%")[0])
    found = getattr(found, "ipv4_mapped", None) or found
    if found.is_link_local:
        return 3
    if is_loopback(str(found)) or found.is_loopback or found.is_unspecified:
        return 2
    return 0 if found.is_global else 1
