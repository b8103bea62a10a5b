"""The module proxy of a run: all third-party modules on this machine, so that no network is measured, and a
module of our own of which there can be a new version at any time."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

DEPENDENCY = "example.com/dependency"


class Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128  # go opens many connections at once; 5 may wait by default


def serve(directory: Path, address: str) -> str:
    """Serve the directory `cache/download` of a module cache until this process ends; the URL."""
    server = Server((address, 0), partial(Quiet, directory=str(directory)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://{address}:{server.server_port}"


def publish(directory: Path, edition: str) -> tuple[str, str]:
    """A new version of the dependency: the version, and its two lines of go.sum."""
    version = f"v0.0.{edition}"
    mod = f"module {DEPENDENCY}\n\ngo 1.22\n"
    files = {"go.mod": mod, "dependency.go": f'package dependency\n\nconst Edition = "{edition}"\n'}
    place = directory / DEPENDENCY / "@v"
    place.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(place / f"{version}.zip", "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{DEPENDENCY}@{version}/{name}", text)
    (place / f"{version}.mod").write_text(mod)
    (place / f"{version}.info").write_text(json.dumps({"Version": version}))
    whole = digest({f"{DEPENDENCY}@{version}/{name}": text for name, text in files.items()})
    sums = (
        f"{DEPENDENCY} {version} {whole}\n{DEPENDENCY} {version}/go.mod {digest({'go.mod': mod})}\n"
    )
    return version, sums


def digest(files: dict[str, str]) -> str:
    """The hash `h1:` of go.sum."""
    lines = "".join(
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n"
        for name, text in sorted(files.items())
    )
    return "h1:" + base64.b64encode(hashlib.sha256(lines.encode()).digest()).decode()
