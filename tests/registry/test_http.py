"""The reader of HTTP: what is exact is understood as Python's http.client does, the rest is refused."""

import http.client
import io
import random

import pytest
from gocontainer.registry.http import (
    HEAD,
    LINE,
    BadHeaderError,
    HTTPAnswer,
    Incoming,
    NoHTTPError,
    head,
)


class Peer:
    """A peer that sends the bytes, at most so many at a time, and hangs up."""

    def __init__(self, data, most=1 << 20):
        self.stream, self.most = io.BytesIO(data), most

    def recv(self, count):
        return self.stream.read(min(count, self.most))

    def makefile(self, *_):
        return io.BytesIO(self.stream.read())


def read(data, method="GET", most=1 << 20):
    """Status, headers, body of the bytes, whether the connection is closed then, and whether there is more."""
    answer = HTTPAnswer(Incoming(Peer(data, most)), method)
    body = b""
    while piece := answer.read(7):
        body += piece
    headers = {name: answer.headers.get_all(name) for name in answer.headers.found}
    return answer.status, headers, body, answer.closes, answer.surplus


def as_python_reads(data, method):
    response = http.client.HTTPResponse(Peer(data), method=method)
    response.begin()
    headers = {name.lower(): response.headers.get_all(name) for name in response.headers}
    headers = {name: [value.strip(" \t") for value in values] for name, values in headers.items()}
    return response.status, headers, response.read()


STARTS = [b"HTTP/1.1 200 OK", b"HTTP/1.1 204 no", b"HTTP/1.0 200", b"HTTP/1.1 404 not there"]
STARTS += [b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created", b"HTTP/1.1 304 x"]
LINES = [
    b"Content-Length: 5",
    b"content-length:5 ",
    b"Transfer-Encoding: chunked",
    b"Connection: close",
]
LINES += [
    b"X-A: 1",
    b"x-a:\t2\t",
    b"X-B: a, b: c",
    b"X-C:",
    b"Connection: Keep-Alive",
    b"X-D: \xe9",
]
LINES += [b"Transfer-Encoding: CHUNKED"]
BODIES = [
    b"",
    b"hello",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"3;x=1\r\nhel\r\n02\r\nlo\r\n0\r\nT: 1\r\n\r\n",
]
BODIES += [b"hel", b"5\r\nhel", b"5\r\nhello", b"zz\r\n", b"0\r\n\r\n"]


@pytest.mark.parametrize("seed", range(4))
def test_it_reads_what_python_reads(seed):
    chance, same = random.Random(seed), 0
    for _ in range(500):
        lines = [chance.choice(STARTS), *chance.sample(LINES, chance.randrange(5))]
        end = chance.choice([b"\r\n", b"\r\n", b"\n"])
        data = end.join(lines) + end + end + chance.choice(BODIES)
        method = chance.choice(["GET", "HEAD", "PUT"])
        try:
            *found, _closes, _surplus = read(data, method, chance.choice([1, 3, 1 << 20]))
        except (NoHTTPError, OSError):
            continue
        if found[0] in (204, 304) and "transfer-encoding" in found[1]:
            assert found[2] == b""  # Python reads chunks where none can be
            continue
        same += 1
        assert tuple(found) == as_python_reads(data, method), data
    assert same > 100


HTTP = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.12 200 OK\r\n\r\n",
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 99 x\r\n\r\n",
        b"HTTP/1.1 +20 x\r\n\r\n",
        b"HTTP/1.1 2000 x\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 101,
        b"x" * (LINE + 2),
        HTTP + b"X: " + b"x" * LINE + b"\r\n\r\n",
        HTTP + (b"X: " + b"x" * 1000 + b"\r\n") * (HEAD // 1000) + b"\r\n",
        HTTP + b" folded\r\n\r\n",
        HTTP + b"no colon\r\n\r\n",
        HTTP + b": no name\r\n\r\n",
        HTTP + b"Content-Length : 1\r\n\r\nx",
        HTTP + b"X: a\rb\r\n\r\n",
        HTTP + b"X: a\0b\r\n\r\n",
        HTTP + b"Content-Length: -1\r\n\r\n",
        HTTP + b"Content-Length: +1\r\n\r\nx",
        HTTP + b"Content-Length: 1_0\r\n\r\n0123456789",
        HTTP + b"Content-Length: 0x1\r\n\r\nx",
        HTTP + b"Content-Length:\r\n\r\nx",
        HTTP + b"Content-Length: \xb2\r\n\r\nx",
        HTTP + b"Content-Length: " + b"9" * 19 + b"\r\n\r\n",
        HTTP + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        HTTP + b"Content-Length: 1, 2\r\n\r\nxx",
        HTTP + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        HTTP + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        *(
            HTTP + b"Transfer-Encoding: chunked\r\n\r\n" + body
            for body in [
                b"-1\r\n",
                b"0x1\r\nx\r\n0\r\n\r\n",
                b"+1\r\nx\r\n0\r\n\r\n",
                b"1_0\r\n",
                b"\r\n",
                b"1" * 17 + b"\r\n",
                b"1\r\nxy\r\n0\r\n\r\n",
                b"0\r\n" + (b"T: " + b"x" * 1000 + b"\r\n") * (HEAD // 1000) + b"\r\n",
            ]
        ),
    ],
)
def test_what_is_no_http_is_refused(data):
    with pytest.raises(NoHTTPError):
        read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 200",
        HTTP,
        HTTP + b"X: 1\r\n",
        HTTP + b"Content-Length: 2\r\n\r\nx",
        HTTP + b"Transfer-Encoding: chunked\r\n\r\n",
        HTTP + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel",
        HTTP + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
        HTTP + b"Transfer-Encoding: chunked\r\n\r\n0\r\n",
    ],
)
def test_what_is_cut_short_is_told(data):
    with pytest.raises(ConnectionError):
        read(data)


@pytest.mark.parametrize(
    "data, closes, surplus",
    [
        (HTTP + b"Content-Length: 1\r\n\r\nx", False, False),
        (HTTP + b"Content-Length: 1, 1\r\n\r\nx", False, False),
        (HTTP + b"Content-Length: 1\r\n\r\nxHTTP/1.1 200 OK", False, True),
        (HTTP + b"Content-Length: 1\r\nConnection: x, Close\r\n\r\nx", True, False),
        (HTTP + b"\r\nx", True, False),
        (HTTP + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", False, False),
        (HTTP + b"Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", True, False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", True, False),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\nx", False, False),
    ],
)  # fmt: skip
def test_whether_the_connection_is_kept(data, closes, surplus):
    assert read(data)[2:] == (b"x", closes, surplus)


def test_headers_that_are_folded_are_one_line():
    assert read(HTTP + b"X: a\r\n\t b\r\nContent-Length: 0\r\n\r\n")[1]["x"] == ["a b"]


def test_an_answer_to_head_has_no_body():
    assert read(HTTP + b"Content-Length: 5\r\n\r\n", "HEAD")[2:] == (b"", False, False)


@pytest.mark.parametrize(
    "name, value", [("X", "a\r\nY: b"), ("X", "a\nb"), ("X", "\0"), ("X", "é"), ("X Y", "a"), ("", "a"), ("X:", "a")]
)  # fmt: skip
def test_no_header_is_two(name, value):
    with pytest.raises(BadHeaderError) as error:
        head("GET", "/", {name: value})
    assert value not in str(error.value) or len(value) == 1
    assert head("GET", "/", {"X": "a b"}) == b"GET / HTTP/1.1\r\nX: a b\r\n\r\n"


@pytest.mark.parametrize("target", ["/ HTTP/1.1\r\nX: y", "/a b", "/é", "/\x7f", ""])
def test_no_request_line_is_two(target):
    with pytest.raises(BadHeaderError):
        head("GET", target, {})
