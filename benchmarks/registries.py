"""The registries that peers push to and pull from, on this machine, and a proxy in front of each that counts what passes."""

from __future__ import annotations

import atexit
import http.client
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from measure import CommandError, call

PIECE = 2**16


@dataclass(eq=False)
class Registry:
    name: str
    address: str
    """host:port"""
    proxy: CountingProxy
    storage: Path | None
    """Its files; None: all is in memory."""

    def forget(self) -> None:
        """Remove all that was pushed."""
        if self.storage is None:
            raise CommandError(f"{self.name} can't forget what it has in memory")
        shutil.rmtree(self.storage / "docker", ignore_errors=True)

    def stored(self) -> int:
        """Bytes of all that was pushed, each blob once."""
        if self.storage is None:
            raise CommandError(f"{self.name} does not tell what it has in memory")
        return sum(path.stat().st_size for path in self.storage.glob("docker/**/blobs/**/data"))


class CountingProxy(ThreadingHTTPServer):
    """Hands requests on as they are, the Host too, so that the registry's own URLs lead through it again."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, upstream: str):
        super().__init__(("127.0.0.1", 0), Relay)
        self.upstream = upstream
        self.reset()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def reset(self) -> None:
        self.requests = 0
        self.uploaded = 0
        """Bytes of the bodies of requests."""
        self.downloaded = 0
        """Bytes of the bodies of answers."""


class Relay(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: CountingProxy

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.upstream = http.client.HTTPConnection(self.server.upstream)

    def handle(self) -> None:
        # Docker tries TLS first; what reads lines would wait for the end of one.
        if self.connection.recv(1, socket.MSG_PEEK) != b"\x16":
            super().handle()

    def finish(self) -> None:
        self.upstream.close()
        super().finish()

    def relay(self) -> None:
        self.server.requests += 1
        chunked = self.headers.get("Transfer-Encoding", "") == "chunked"
        self.upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            self.upstream.putheader(name, value)
        self.upstream.endheaders()
        for piece in self.body(chunked):
            self.server.uploaded += len(piece)
            self.upstream.send(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            self.upstream.send(b"0\r\n\r\n")
        self.answer(self.upstream.getresponse())

    def body(self, chunked: bool) -> Iterator[bytes]:
        if not chunked:
            yield from self.pieces(int(self.headers.get("Content-Length", 0)))
            return
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield from self.pieces(size)
            self.rfile.readline()
        self.rfile.readline()

    def pieces(self, left: int) -> Iterator[bytes]:
        while left and (piece := self.rfile.read(min(left, PIECE))):
            left -= len(piece)
            yield piece

    def answer(self, response: http.client.HTTPResponse) -> None:
        self.send_response_only(response.status, response.reason)
        length = response.getheader("Content-Length")
        for name, value in response.getheaders():
            if name.lower() not in ("transfer-encoding", "connection"):
                self.send_header(name, value)
        if length is None and self.command != "HEAD" and response.status not in (204, 304):
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        while piece := response.read(PIECE):
            self.server.downloaded += len(piece)
            self.wfile.write(piece)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = relay  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


def distribution(state: Path) -> Registry:
    """Debian's docker-registry, with files of its own."""
    storage = state / "registry"
    shutil.rmtree(storage, ignore_errors=True)
    storage.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    settings = storage / "settings.yml"
    settings.write_text(
        f'version: 0.1\nlog: {{level: error}}\nstorage: {{filesystem: {{rootdirectory: "{storage}"}}}}\n'
        f'http: {{addr: "{address}"}}\n'
    )
    start(["docker-registry", "serve", settings], subprocess.DEVNULL)
    wait_for(address)
    return Registry("docker-registry", address, CountingProxy(address), storage)


def with_referrers(program: Path) -> Registry:
    """The registry of go-containerregistry, which keeps all in memory."""
    process = start([program], subprocess.PIPE)
    assert process.stdout is not None
    address = process.stdout.readline().decode().strip()
    return Registry("go-registry", address, CountingProxy(address), None)


def start(command: list[str | Path], stdout: int) -> subprocess.Popen[bytes]:
    """A registry in the background. One that writes a log to a pipe nobody reads would stop when the pipe is full."""
    try:
        process = subprocess.Popen(
            command, stdout=stdout, stderr=subprocess.DEVNULL, start_new_session=True
        )
    except OSError as error:
        raise CommandError(f"{command[0]}: {error.strerror}") from error
    atexit.register(process.kill)
    return process


def wait_for(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://{address}/v2/").close()
            return
        except OSError:
            time.sleep(0.05)
    raise CommandError(f"the registry at {address} did not start")


def build_go_registry(source: Path, place: Path, env: dict[str, str]) -> Path:
    """Compile the registry of the directory ``registry``."""
    call(["go", "build", "-o", place, "."], env, source)
    return place
