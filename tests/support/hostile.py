"""A registry in this process (OCI distribution specification), which can be told to do wrong.

It keeps all in memory and writes down each request. ``faults`` are asked about each request before it is done: one that
returns a fault has the registry do that instead.
"""

import base64
import hashlib
import http.server
import json
import re
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

from gocontainer.registry.client import Client
from gocontainer.registry.clock import Clock
from gocontainer.registry.connection import Connections

UPLOAD = re.compile("/v2/(.+)/blobs/uploads/([0-9a-f]*)")
BLOB = re.compile("/v2/(.+)/blobs/(sha256:[0-9a-f]{64})")
MANIFEST = re.compile("/v2/(.+)/manifests/(.+)")
TAGS = re.compile("/v2/(.+)/tags/list")
REFERRERS = re.compile("/v2/(.+)/referrers/(sha256:[0-9a-f]{64})")
INDEX = "application/vnd.oci.image.index.v1+json"


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Still(Clock):
    """A clock that goes only while somebody sleeps."""

    def __init__(self):
        self.time = 1000.0
        self.slept = []

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += seconds


def client_of(environ, remembered=None, **limits):
    """A client that knows nothing but this environment, and waits for nothing."""
    environ = {"HOME": "/nonexistent", **environ}
    return Client(environ, Still(), Connections(environ, **limits), remembered)


@dataclass
class Asked:
    """A request: its place in the row of all, its method and target, its headers."""

    number: int
    method: str
    path: str
    query: dict
    headers: dict
    port: int

    def __str__(self):
        return f"{self.number} {self.method} {self.path}"


@dataclass
class Answer:
    status: int
    headers: dict = field(default_factory=dict)
    body: bytes = b""


class CutError(Exception):
    """The registry hangs up."""


class HostileRegistry:
    """A registry on 127.0.0.1, well-behaved as long as nobody tells it otherwise."""

    def __init__(
        self, *, auth=None, many_tags=False, chunk=0, mounts=True, checks=True, referrers=False
    ):
        self.auth = auth
        """None, basic or bearer, or identity: bearer by an identity token."""
        self.many_tags, self.chunk, self.mounts, self.checks = many_tags, chunk, mounts, checks
        self.referrers = referrers
        """Whether it has the referrers API; "quiet" if it does not say so in the header OCI-Subject."""
        self.user, self.password, self.identity = "anna", "geheim-4711", "identity-token-9"
        self.tokens = {}
        self.blobs, self.manifests, self.tags, self.uploads = {}, {}, {}, {}
        self.requests, self.faults = [], []
        self.bytes_received = 0
        self.lock = threading.RLock()
        self.stopped = threading.Event()

    def __enter__(self):
        registry = self

        class Handler(OneRequest):
            pass

        Handler.registry = registry
        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        self.host = f"127.0.0.1:{self.port}"
        self.realm = f"http://{self.host}/token"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.server.shutdown()
        self.server.server_close()

    def credentials(self, directory):
        """Writes docker's config.json with what the registry wants; returns the environment for it."""
        auth = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        entry = {"auth": auth}
        if self.auth == "identity":
            entry = {"identitytoken": self.identity}
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "config.json").write_text(json.dumps({"auths": {self.host: entry}}))
        return {"DOCKER_CONFIG": str(directory)}

    def secrets(self):
        auth = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        return [self.password, self.identity, auth, *self.tokens]

    def missing(self):
        """What tags and manifests of the registry point to that is not there."""
        gone = []
        for repository, tags in self.tags.items():
            for tag, digest in tags.items():
                gone += [f"{repository}:{tag} {what}" for what in self.lacks(repository, digest)]
        return gone

    def lacks(self, repository, digest):
        data = self.manifests.get(repository, {}).get(digest)
        if data is None:
            return [digest]
        document = json.loads(data[1])
        found = []
        for child in document.get("manifests", []):
            found += self.lacks(repository, child["digest"])
        for blob in [*document.get("layers", []), *filter(None, [document.get("config")])]:
            stored = self.blobs.get(repository, {}).get(blob["digest"])
            if stored is None or digest_of(stored) != blob["digest"]:
                found.append(blob["digest"])
        return found

    # What a registry does.

    def do(self, asked, read):
        if asked.path == "/token":
            return self.token(asked, read)
        if self.auth and (refusal := self.refusal(asked)):
            read()
            return refusal
        if match := UPLOAD.fullmatch(asked.path):
            return self.upload(asked, read, *match.groups())
        body = read()
        if match := BLOB.fullmatch(asked.path):
            return self.blob(asked, *match.groups())
        if match := MANIFEST.fullmatch(asked.path):
            return self.manifest(asked, body, *match.groups())
        if self.referrers and (match := REFERRERS.fullmatch(asked.path)):
            return self.listed(*match.groups())
        if match := TAGS.fullmatch(asked.path):
            tags = sorted(self.tags.get(match[1], {}))
            return Answer(200, {}, json.dumps({"name": match[1], "tags": tags}).encode())
        return Answer(200 if asked.path == "/v2/" else 404)

    def refusal(self, asked):
        given = asked.headers.get("authorization", "")
        if self.auth == "basic":
            right = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            if given == f"Basic {right}":
                return None
            return Answer(401, {"WWW-Authenticate": 'Basic realm="registry"'})
        repository = asked.path.split("/blobs/")[0].split("/manifests/")[0][4:]
        write = asked.method not in ("GET", "HEAD")
        allowed = self.tokens.get(given.removeprefix("Bearer "), [])
        if any(
            scope.startswith(f"repository:{repository}:")
            and ("push" if write else "pull") in scope.rpartition(":")[2]
            for scope in allowed
        ):
            return None
        scope = f"repository:{repository}:{'pull,push' if write else 'pull'}"
        challenge = f'Bearer realm="{self.realm}",service="here",scope="{scope}"'
        return Answer(401, {"WWW-Authenticate": challenge}, b'{"errors":[{"code":"UNAUTHORIZED"}]}')

    def token(self, asked, read):
        body = read()
        scopes = asked.query.get("scope", [])
        if asked.method == "POST":
            form = parse_qs(body.decode())
            if form.get("refresh_token") != [self.identity]:
                return Answer(401)
            scopes = form["scope"][0].split()
        else:
            right = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            if asked.headers.get("authorization") != f"Basic {right}":
                return Answer(401)
        token = f"token-{len(self.tokens)}-{id(self) % 9973}"
        self.tokens[token] = scopes
        name = "access_token" if asked.method == "POST" else "token"
        return Answer(200, {}, json.dumps({name: token, "expires_in": 300}).encode())

    def blob(self, asked, repository, digest):
        data = self.blobs.get(repository, {}).get(digest)
        if data is None:
            return Answer(404, {}, b'{"errors":[{"code":"BLOB_UNKNOWN"}]}')
        headers = {"Docker-Content-Digest": digest, "Content-Type": "application/octet-stream"}
        if match := re.fullmatch(r"bytes=(\d+)-", asked.headers.get("range", "")):
            start = int(match[1])
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            return Answer(206, headers, data[start:])
        return Answer(200, headers, data)

    def manifest(self, asked, body, repository, name):
        manifests = self.manifests.setdefault(repository, {})
        tags = self.tags.setdefault(repository, {})
        if asked.method in ("GET", "HEAD"):
            digest = tags.get(name, name)
            if digest not in manifests:
                return Answer(404, {}, b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}')
            kind, data = manifests[digest]
            return Answer(200, {"Docker-Content-Digest": digest, "Content-Type": kind}, data)
        digest = digest_of(body)
        if name.startswith("sha256:") and name != digest:
            return Answer(400, {}, b'{"errors":[{"code":"DIGEST_INVALID"}]}')
        before = manifests.get(digest)
        manifests[digest] = (asked.headers["content-type"], body)
        if self.checks and self.lacks(repository, digest):
            if before is None:
                del manifests[digest]
            return Answer(400, {}, b'{"errors":[{"code":"MANIFEST_BLOB_UNKNOWN"}]}')
        headers = {"Docker-Content-Digest": digest, "Location": asked.path}
        if self.referrers is True and (subject := json.loads(body).get("subject")):
            headers["OCI-Subject"] = subject["digest"]
        new = [] if name.startswith("sha256:") else [name]
        if self.many_tags and asked.query.get("tag"):
            new += asked.query["tag"]
            headers["OCI-Tag"] = ", ".join(asked.query["tag"])
        tags.update(dict.fromkeys(new, digest))
        return Answer(201, headers)

    def listed(self, repository, subject):
        """The referrers of a manifest."""
        found = []
        for digest, (kind, data) in self.manifests.get(repository, {}).items():
            document = json.loads(data)
            if document.get("subject", {}).get("digest") == subject:
                listed = {"mediaType": kind, "digest": digest, "size": len(data)}
                members = ("artifactType", "annotations")
                found.append(listed | {name: document[name] for name in members})
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": found}
        return Answer(200, {"Content-Type": INDEX}, json.dumps(index).encode())

    def upload(self, asked, read, repository, session):
        if asked.method == "POST":
            read()
            source, digest = asked.query.get("from", [""])[0], asked.query.get("mount", [""])[0]
            if self.mounts and digest in self.blobs.get(source, {}):
                data = self.blobs[source][digest]
                self.blobs.setdefault(repository, {})[digest] = data
                return Answer(201, {"Location": f"/v2/{repository}/blobs/{digest}"})
            session = f"{asked.number:x}"
            self.uploads[session] = bytearray()
            headers = self.place(repository, session)
            if self.chunk:
                headers["OCI-Chunk-Min-Length"] = str(self.chunk)
            return Answer(202, headers)
        data = self.uploads.get(session)
        if data is None:
            read()
            return Answer(404, {}, b'{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}')
        if asked.method == "GET":
            return Answer(204, self.place(repository, session))
        if asked.query.get("_state", [""])[0] != str(len(data)):
            read()
            return Answer(416, self.place(repository, session))
        if (chunk := asked.headers.get("content-range")) and int(chunk.split("-")[0]) != len(data):
            read()
            return Answer(416, self.place(repository, session))
        before = len(data)
        read(data.extend)
        if asked.method == "PATCH":
            if self.chunk and len(data) - before < self.chunk:
                self.uploads[session] = data[:before]
                return Answer(416, self.place(repository, session))
            return Answer(202, self.place(repository, session))
        digest = asked.query["digest"][0]
        del self.uploads[session]
        if digest_of(data) != digest:
            return Answer(400, {}, b'{"errors":[{"code":"DIGEST_INVALID"}]}')
        self.blobs.setdefault(repository, {})[digest] = bytes(data)
        return Answer(201, {"Location": f"/v2/{repository}/blobs/{digest}"})

    def place(self, repository, session):
        length = len(self.uploads[session])
        state = urlencode({"_state": length})
        location = f"/v2/{repository}/blobs/uploads/{session}?{state}"
        return {"Location": location, "Range": f"0-{max(length - 1, 0)}"}


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request, client_address):
        pass


class OneRequest(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def handle_one(self):
        registry = self.registry
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        with registry.lock:
            asked = Asked(
                len(registry.requests) + 1,
                self.command,
                parts.path,
                parse_qs(parts.query),
                headers,
                self.client_address[1],
            )
            registry.requests.append(asked)
            self.left = int(headers.get("content-length", 0))
            try:
                answer = None
                for fault in registry.faults:
                    answer = answer or fault(asked, self)
                self.answer(answer or registry.do(asked, self.body))
            except CutError:
                self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one  # noqa: N815

    def body(self, take=None):
        """Reads the rest of the body, in pieces where somebody takes them."""
        data = bytearray()
        while self.left and (piece := self.rfile.read(min(self.left, 4096))):
            self.left -= len(piece)
            self.registry.bytes_received += len(piece)
            (take or data.extend)(piece)
        return bytes(data)

    def answer(self, answer):
        self.send_response_only(answer.status)
        length = answer.headers.get("Content-Length", str(len(answer.body)))
        if answer.status != 204:
            self.send_header("Content-Length", length)
        for name, value in answer.headers.items():
            if name != "Content-Length":
                self.send_header(name, value)
        if self.left:  # nobody has read it
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()

    def log_message(self, *_):
        pass


# What a registry does wrong. Each is a function of a request and its handler, and gives an answer, or none.


def cut(asked, handler):
    """Hangs up instead of an answer."""
    raise CutError


def cut_inside(asked, handler):
    """Takes half of the body, and hangs up."""
    handler.left //= 2
    if asked.method == "PUT" and handler.left:
        asked.method = "PATCH"  # what is there of it is kept, and nothing ends
    handler.registry.do(asked, handler.body)
    raise CutError


def cut_after(asked, handler):
    """Does what it is asked for, and hangs up without a word."""
    handler.registry.do(asked, handler.body)
    raise CutError


def cut_answer(asked, handler):
    """Hangs up in the middle of an answer."""
    handler.body()
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    handler.wfile.flush()
    raise CutError


def delay(asked, handler):
    """Says nothing for longer than a client waits."""
    handler.registry.lock.release()
    try:
        handler.registry.stopped.wait(2)
    finally:
        handler.registry.lock.acquire()
    raise CutError


def endless(asked, handler):
    """An answer without an end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    handler.registry.lock.release()
    try:
        while not handler.registry.stopped.is_set():
            handler.wfile.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
    finally:
        handler.registry.lock.acquire()
    raise CutError


def drip(asked, handler):
    """An answer that comes byte by byte."""
    handler.registry.lock.release()
    try:
        for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + b"x" * 100:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(0.02)
    finally:
        handler.registry.lock.acquire()
    raise CutError


def lies_about_digests(asked, handler):
    """Does what it is asked for, and says that it was with something else."""
    answer = handler.registry.do(asked, handler.body)
    answer.headers["Docker-Content-Digest"] = "sha256:" + "0" * 64
    return answer


def lies_about_lengths(asked, handler):
    """Does what it is asked for, and sends less than it says."""
    answer = handler.registry.do(asked, handler.body)
    answer.headers["Content-Length"] = str(len(answer.body) + 1000)
    handler.answer(answer)
    raise CutError


def lies_about_ranges(asked, handler):
    """Does what it is asked for, and says that it has got more."""
    answer = handler.registry.do(asked, handler.body)
    answer.headers["Range"] = "0-999999999"
    return answer


def forgets(asked, handler):
    """Says that it did what it was asked for."""
    handler.body()
    return Answer(201, {"Location": asked.path})


def no_http(asked, handler):
    """Answers in another language."""
    handler.body()
    handler.wfile.write(b"220 mail.example ESMTP\r\n")
    handler.wfile.flush()
    raise CutError


def answers(status, body=b"", **headers):
    """Answers with that status."""

    def fault(asked, handler):
        handler.body()
        return Answer(
            status, {name.replace("_", "-"): text for name, text in headers.items()}, body
        )

    return fault


def once_at(number, fault):
    """That fault at the request with the number, and no other one."""
    return lambda asked, handler: fault(asked, handler) if asked.number == number else None


def from_then(number, fault):
    """That fault at the request with the number, and at all later ones."""
    return lambda asked, handler: fault(asked, handler) if asked.number >= number else None
