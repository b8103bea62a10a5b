"""serve_modules.py <address> <port> <directory> <proxies> [<seconds>]: a module proxy between the tests and those of GOPROXY (go
help goproxy). The go command waits for ever where a connection to one falls silent; this one waits for so many seconds, then asks
again. What it got, it keeps in the directory, for builds in containers and later runs."""

import http.client
import http.server
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

# What a version is never changes; lists of versions, and what the checksum database says, do.
KEPT = (".info", ".mod", ".zip")
TRIES = 6


class Upstream:
    def __init__(self, proxies: str, seconds: float) -> None:
        self.addresses = [word for word in proxies.replace("|", ",").split(",") if "://" in word]
        self.seconds = seconds

    def fetch(self, path: str) -> tuple[int, bytes]:
        """The status and body of the first proxy that has the file, or else of the last one."""
        status, body = 404, b"GOPROXY names no proxy"
        for address in self.addresses:
            status, body = self.ask(address.rstrip("/") + path)
            if status not in (404, 410):
                break
        return status, body

    def ask(self, url: str) -> tuple[int, bytes]:
        why = ""
        for _ in range(TRIES):
            try:
                with urllib.request.urlopen(url, timeout=self.seconds) as response:
                    return response.status, response.read()
            except urllib.error.HTTPError as error:
                if error.code < 500:
                    return error.code, error.read()
                why = str(error)
            except (OSError, http.client.HTTPException) as error:
                why = str(error)
        return 502, f"{TRIES} times: {why}".encode()


class Handler(http.server.BaseHTTPRequestHandler):
    upstream: Upstream
    directory: Path

    def do_GET(self) -> None:
        kept = self.path.endswith(KEPT) and "/.." not in self.path
        file = self.directory / self.path[1:]
        if kept and file.exists():
            status, body = 200, file.read_bytes()
        else:
            status, body = self.upstream.fetch(self.path)
            if kept and status == 200:
                keep(file, body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


def keep(file: Path, body: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as new:
        new.write(body)
    Path(new.name).replace(file)


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # go opens many connections at once; 5 may wait by default


if __name__ == "__main__":
    address, port, directory, proxies, *seconds = sys.argv[1:]
    Handler.directory = Path(directory)
    Handler.upstream = Upstream(proxies, float(*seconds or ["20"]))
    server = Server((address, int(port)), Handler)
    print("listens", flush=True)
    server.serve_forever()
