"""The module proxy of the tests: a connection that falls silent is no end, and what it got is asked for once."""

import http.server
import subprocess
import sys
import threading
import urllib.error
import urllib.request

import pytest
from daemons import free_port
from harness import REPOSITORY

MODULE = "/example.com/words/@v/v1.0.0.zip"


class Moody(http.server.BaseHTTPRequestHandler):
    """Says nothing at the first question, breaks off at the second, is busy at the third, and answers then."""

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path == "/gone":
            self.send_error(410)
            return
        number = len(self.server.asked)
        if number == 1:
            self.server.over.wait()
            return
        self.send_response(503 if number == 3 else 200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"wo" if number == 2 else b"words")

    def log_message(self, *_):
        pass


@pytest.fixture
def moody():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Moody)
    server.asked, server.over = [], threading.Event()
    threading.Thread(target=server.serve_forever).start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def proxy(moody, tmp_path):
    port = str(free_port())
    upstream = f"http://127.0.0.1:{moody.server_port},direct"
    words = [REPOSITORY / "tests/serve_modules.py", "127.0.0.1", port, tmp_path, upstream, "2"]
    with subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"listens\n"
        yield f"http://127.0.0.1:{port}"
        process.kill()


def test_asks_again_and_keeps_what_it_got(proxy, moody):
    for _ in range(2):
        assert urllib.request.urlopen(proxy + MODULE).read() == b"words"
    assert moody.asked == [MODULE] * 4


def test_what_is_not_there_is_asked_for_once(proxy, moody):
    with pytest.raises(urllib.error.HTTPError, match="410"):
        urllib.request.urlopen(proxy + "/gone")
    assert moody.asked == ["/gone"]
