"""Whether a service is ready: no question takes longer than it may, no log is read twice."""

import contextlib
import os
import socket
import threading
import time
import tracemalloc

import pytest
from gocontainer.read.source import ImageError
from gocontainer.run import log, readiness
from gocontainer.run.log import Log, keep_log
from gocontainer.run.readiness import not_ready
from gocontainer.run.unpacked import signal_of


@contextlib.contextmanager
def server(answer):
    """One that answers a connection by a function, until the client leaves; gives its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def serve():
            with contextlib.suppress(OSError):
                client, _ = listener.accept()
                with client:
                    answer(client)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def drip(head, drop):
    """Says something, and then goes on, byte by byte, for as long as somebody listens."""

    def answer(client):
        client.sendall(head)
        while True:
            client.sendall(drop)
            time.sleep(0.01)

    return answer


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 2"], ids=["nothing", "half a line"])
def test_an_answer_that_never_ends(head, tmp_path, monkeypatch):
    monkeypatch.setattr(readiness, "ANSWER_SECONDS", 0.3)
    with server(drip(head, b"0")) as address:
        assert not_ready({"http": "/"}, address, tmp_path) == "no answer to GET /: timed out"


def test_the_status_is_enough(tmp_path):
    with server(drip(b"HTTP/1.1 204 No Content\r\nX: ", b"a")) as address:
        assert not_ready({"http": "/"}, address, tmp_path) is None


def test_the_last_question_is_short(tmp_path, monkeypatch):
    monkeypatch.setattr(readiness, "ANSWER_SECONDS", 1_000)
    over = time.monotonic() - 1
    with server(drip(b"", b"0")) as address:
        assert not_ready({"http": "/"}, address, tmp_path, over) == "no answer to GET /: timed out"
    with server(lambda client: client.recv(1)) as address:
        assert not_ready({"tcp": True}, address, tmp_path, over) is None


ANSWERS = {
    b"HTTP/1.1 200 OK\r\n\r\n": None,
    b"HTTP/1.0 302\n": None,
    b"HTTP/1.1 503 Service Unavailable\r\n": "GET /x is answered by 503 Service Unavailable",
    b"HTTP/1.1 404\r\n": "GET /x is answered by 404",
    b"SSH-2.0-OpenSSH\r\n": "no answer to GET /x: 'SSH-2.0-OpenSSH' is not HTTP",
    b"": "no answer to GET /x: it closes the connection",
}


@pytest.mark.parametrize("said", ANSWERS, ids=repr)
def test_answers(said, tmp_path):
    def answer(client):
        assert client.recv(1000).startswith(b"GET /x HTTP/1.1\r\nHost: 127.0.0.1:")
        client.sendall(said)

    with server(answer) as address:
        assert not_ready({"http": "/x"}, address, tmp_path) == ANSWERS[said]


def test_lines_of_the_log(tmp_path):
    file = tmp_path / "log"
    file.write_bytes(b"is ready\nrea")
    said = Log(file)
    for step, found in ((b"", False), (b"dy", True)):
        with file.open("ab") as stream:
            stream.write(step)
        assert said.has("^ready$") == found
    file.write_bytes(b"")
    assert said.has("^ready$")  # once is enough
    said = Log(file)
    file.write_bytes(b"x" * 200_000 + b"\nbefore\n" + b"y" * 200_000)
    assert not said.has("^ready$")
    file.write_bytes(b"ready\nz")  # it began anew
    assert said.has("^ready$")
    assert Log(file).has("^ready$") and not_ready({"log": "^z"}, None, file) is None


def test_the_log_is_read_once_and_in_parts(tmp_path):
    file = tmp_path / "log"
    with file.open("wb") as stream:
        stream.truncate(50_000_000)
    said = Log(file)
    tracemalloc.start()
    assert not said.has("ready")
    assert tracemalloc.get_traced_memory()[1] < 2_000_000
    tracemalloc.stop()
    assert said.offset == 50_000_000
    with file.open("r+b") as stream:
        stream.write(b"ready\n")  # where it was read already
    assert not said.has("ready")


def test_a_log_has_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr(log, "MAX_LOG_BYTES", 3 << 20)
    reading, writing = os.pipe()
    with (tmp_path / "log").open("wb") as stream:
        copying = keep_log(reading, stream)
        with os.fdopen(writing, "wb") as pipe:
            for number in range(400_000):
                pipe.write(b"line %d\n" % number)
        copying.join()
    first, *rest = (tmp_path / "log").read_text().splitlines()
    assert first.startswith("GoContainer: the ") and first.endswith("as a log has 3 MiB at most")
    # How full it was depends on how much came at once.
    assert 2 << 20 < int(first.split()[2].replace(",", "")) <= 3 << 20
    assert rest[-1] == "line 399999"
    assert (tmp_path / "log").stat().st_size <= 3 << 20


SIGNALS = {
    None: 15, "": 15, "SIGINT": 2, "int": 2, "9": 9, "SIGRTMIN": 34, "RTMIN+3": 37, "sigrtmin+3": 37,
    "SIGRTMIN+15": 49, "SIGRTMAX-1": 63, "RTMAX": 64, "64": 64, "SIGCHLD": 17,
}  # fmt: skip


def test_stop_signals():
    assert {name: signal_of(name) for name in SIGNALS} == SIGNALS
    for name in (
        "0",
        "65",
        "SIGNONE",
        "SIGRTMIN+31",
        "SIGRTMAX+1",
        "RTMIN-1",
        "RTMIN+",
        "SIG",
        "SIG9x",
    ):
        with pytest.raises(ImageError, match="is not a signal of Linux"):
            signal_of(name)
