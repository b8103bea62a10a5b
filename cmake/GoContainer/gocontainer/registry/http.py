"""HTTP/1.1 as registries need it (RFC 9110, 9112): the lines of a request, and answers, read exactly or not at all.

Python's http.client would do, but it loads a reader of mail for the headers, which takes longer than to push an image
that is there.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from gocontainer.registry.watched import Watched

# Bytes of a line of an answer, and of all its headers; how many answers may come before the one that counts.
LINE, HEAD, INTERIM = 1 << 16, 1 << 18, 100
BLOCK = 1 << 16
TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
HEX = frozenset(b"0123456789abcdefABCDEF")


class NoHTTPError(Exception):
    """What a peer says is not HTTP, or too much of it."""


class BadHeaderError(ValueError):
    """A header would end where it must not; the text names it, and not its value, which may be secret."""


class Headers:
    """The headers of an answer, whose names are the same in capitals or not."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}

    def add(self, name: str, value: str) -> None:
        self.found.setdefault(name.lower(), []).append(value)

    def get(self, name: str, default: str | None = None) -> Any:
        """The first of that name."""
        return self.found.get(name.lower(), [default])[0]

    def get_all(self, name: str) -> list[str]:
        return self.found.get(name.lower(), [])

    def words(self, name: str) -> list[str]:
        """All elements of a list with commas, in small letters."""
        return [word.strip(" \t").lower() for word in ",".join(self.get_all(name)).split(",")]

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.found

    def __getitem__(self, name: str) -> str:
        return self.found[name.lower()][0]


def head(method: str, target: str, headers: dict[str, str]) -> bytes:
    """What a request begins with.

    :raises BadHeaderError: a header has letters that none has.
    """
    lines = [f"{method} {target} HTTP/1.1"]
    for name, value in headers.items():
        if not name or not TOKEN.issuperset(name) or not value.isascii() or not printable(value):
            raise BadHeaderError(name if TOKEN.issuperset(name) else "one")
        lines.append(f"{name}: {value}")
    if len(lines[0].split()) != 3 or not lines[0].isascii() or not printable(lines[0]):
        raise BadHeaderError("the request")
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def printable(text: str) -> bool:
    return text.replace("\t", " ").isprintable()


class Incoming:
    """What comes from a peer: lines, and bytes."""

    def __init__(self, sock: Watched) -> None:
        self.sock = sock
        self.buffer = b""

    def line(self) -> bytes:
        """The next line, without its end.

        :raises NoHTTPError: it is too long.
        :raises OSError: it is cut short.
        """
        start = 0
        while (end := self.buffer.find(b"\n", start)) < 0:
            start = len(self.buffer)
            if start > LINE:
                raise NoHTTPError("a line is too long")
            self.buffer += self.more(BLOCK)
        line, self.buffer = self.buffer[:end], self.buffer[end + 1 :]
        if len(line) > LINE:
            raise NoHTTPError("a line is too long")
        return line[:-1] if line.endswith(b"\r") else line

    def more(self, count: int) -> bytes:
        data = self.sock.recv(count)
        if not data:
            raise ConnectionError("the answer is cut short")
        return data

    def read(self, count: int) -> bytes:
        """At least one byte, and at most so many; none at the end of all."""
        if not self.buffer:
            return self.sock.recv(count)
        data, self.buffer = self.buffer[:count], self.buffer[count:]
        return data


class HTTPAnswer:
    """An answer, of which the headers are read."""

    def __init__(self, incoming: Incoming, method: str) -> None:
        """:raises NoHTTPError: it is none.
        :raises OSError: it is cut short, or does not come.
        """
        self.incoming = incoming
        for _ in range(INTERIM):
            minor = self.read_status()
            self.read_headers()
            if not 100 <= self.status < 200:
                break
        else:
            raise NoHTTPError("it says again and again that there is more to come")
        words = self.headers.words("Connection")
        self.closes = "close" in words or (minor == 0 and "keep-alive" not in words)
        """Whether the connection can't be used for another request."""
        self.chunked = False
        self.left: int | None = self.length(method, minor)
        """Bytes that are still to come, of the chunk if there are chunks; None until the connection is closed."""
        self.ended = self.left == 0 and not self.chunked
        self.first = True

    def read_status(self) -> int:
        line = self.incoming.line()
        version, _, rest = line.partition(b" ")
        if len(version) != 8 or not version.startswith(b"HTTP/1.") or not version[7:].isdigit():
            raise NoHTTPError("it does not begin as one")
        code, _, _ = rest.partition(b" ")
        if len(code) != 3 or not code.isdigit() or code < b"100" or code == b"101":
            raise NoHTTPError("it has no status")
        self.status = int(code)
        return int(version[7:])

    def read_headers(self) -> None:
        self.headers = Headers()
        left = HEAD
        name, value = "", ""
        while line := self.incoming.line():
            left -= len(line) + 2
            if left < 0:
                raise NoHTTPError("its headers are too long")
            if b"\r" in line or b"\0" in line:
                raise NoHTTPError("a header has letters that none has")
            text = line.decode("latin-1")
            if text[0] in " \t":
                if not name:
                    raise NoHTTPError("its headers begin with the rest of one")
                value += " " + text.strip(" \t")
                continue
            if name:
                self.headers.add(name, value.strip(" \t"))
            name, colon, value = text.partition(":")
            if not colon or not name or not TOKEN.issuperset(name):
                raise NoHTTPError("a header has no name")
        if name:
            self.headers.add(name, value.strip(" \t"))

    def length(self, method: str, minor: int) -> int | None:
        """What the body is as long as (RFC 9112, 6.3)."""
        told = [
            each for header in self.headers.get_all("Content-Length") for each in header.split(",")
        ]
        lengths = {each.strip(" \t") for each in told}
        if any(
            not 0 < len(each) < 19 or not (each.isascii() and each.isdigit()) for each in lengths
        ):
            raise NoHTTPError("it has no length")
        if len(set(map(int, lengths))) > 1:
            raise NoHTTPError("it has several lengths")
        if (
            method == "HEAD"
            or self.status in (204, 304)
            or (method, self.status) == ("CONNECT", 200)
        ):
            return 0
        if "Transfer-Encoding" in self.headers:
            if self.headers.words("Transfer-Encoding") != ["chunked"] or minor == 0:
                raise NoHTTPError("it is encoded in a way that nobody asked for")
            self.chunked = True
            self.closes = self.closes or bool(lengths)  # which is how answers are smuggled in
            return 0
        if lengths:
            return int(lengths.pop())
        self.closes = True
        return None

    def read(self, count: int) -> bytes:
        """At most so many bytes of the body; none at its end.

        :raises NoHTTPError: its chunks are none.
        :raises OSError: it is cut short.
        """
        if self.chunked and not self.left and not self.ended:
            self.next_chunk()
        if self.ended or not count:
            return b""
        data = self.incoming.read(count if self.left is None else min(count, self.left))
        if self.left is None:
            self.ended = not data
        elif not data:
            raise ConnectionError("the answer is cut short")
        else:
            self.left -= len(data)
            self.ended = not self.left and not self.chunked
        return data

    def next_chunk(self) -> None:
        """Read what is between two chunks, or behind the last one."""
        if not self.first and self.incoming.line():
            raise NoHTTPError("a chunk is longer than it says")
        self.first = False
        size = self.incoming.line().partition(b";")[0].rstrip(b" \t")
        if not 0 < len(size) < 17 or not HEX.issuperset(size):
            raise NoHTTPError("a chunk has no length")
        self.left = int(size, 16)
        if self.left == 0:
            self.ended = True
            most = HEAD
            while line := self.incoming.line():  # trailers, which say nothing that counts
                most -= len(line) + 2
                if most < 0:
                    raise NoHTTPError("its trailers are too long")

    @property
    def surplus(self) -> bool:
        """Whether there is more than an answer to one request."""
        return bool(self.incoming.buffer)
