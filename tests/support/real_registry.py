"""Debian's docker-registry with TLS, and with basic authentication or tokens; who gives the tokens is in this process."""

import base64
import contextlib
import json
import socket
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from daemons import free_port
from harness import run

USER, PASSWORD = "anna", "geheim-4711"
# bcrypt of the password, which is all that docker-registry reads.
HASH = "$2b$04$V3gqB7dyxySCu6V4uSUB1.wHLVsguxa1DII0wJpwl6Z1M3ZVWegou"


class RealRegistry:
    """A running registry: ``host``, and in ``directory`` its authority's certificate ``ca.crt``."""

    def __init__(self, directory: Path, auth: str):
        self.directory, self.auth = directory, auth
        self.home = directory / "home"
        certificates(directory)

    def __enter__(self):
        self.stack = contextlib.ExitStack()
        self.host = f"127.0.0.1:{free_port()}"
        settings = {
            "version": 0.1,
            "log": {"level": "warn"},
            "storage": {"filesystem": {"rootdirectory": str(self.directory / "storage")}},
            "http": {
                "addr": self.host,
                "tls": {
                    "certificate": str(self.directory / "server.crt"),
                    "key": str(self.directory / "server.key"),
                },
            },
            "auth": self.settings(),
        }
        (self.directory / "registry.yml").write_text(json.dumps(settings))
        log = self.stack.enter_context((self.directory / "log").open("wb"))
        process = subprocess.Popen(
            ["docker-registry", "serve", self.directory / "registry.yml"], stdout=log, stderr=log
        )
        self.stack.callback(process.wait)
        self.stack.callback(process.terminate)
        wait_for(self.host)
        return self

    def __exit__(self, *_):
        self.stack.close()

    def settings(self):
        if self.auth == "basic":
            (self.directory / "htpasswd").write_text(f"{USER}:{HASH}\n")
            return {"htpasswd": {"realm": "here", "path": str(self.directory / "htpasswd")}}
        service = self.stack.enter_context(token_service(self.directory))
        return {
            "token": {
                "realm": f"https://{service}/token",
                "service": "here",
                "issuer": "the tests",
                "rootcertbundle": str(self.directory / "ca.crt"),
            }
        }

    def environ(self):
        """The environment of somebody who is logged in, and trusts the authority."""
        auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        config = {"auths": {self.host: {"auth": auth}}}
        docker = self.home / ".docker/config.json"
        docker.parent.mkdir(parents=True, exist_ok=True)
        docker.write_text(json.dumps(config))
        certs = self.home / ".config/containers/certs.d" / self.host
        certs.mkdir(parents=True, exist_ok=True)
        (certs / "ca.crt").write_bytes((self.directory / "ca.crt").read_bytes())
        return {
            "HOME": str(self.home),
            "SSL_CERT_FILE": str(self.directory / "ca.crt"),
            "DOCKER_CONFIG": str(docker.parent),
            "REGISTRY_AUTH_FILE": str(docker),
        }


def wait_for(host):
    name, port = host.split(":")
    end = time.monotonic() + 60
    while True:
        try:
            socket.create_connection((name, int(port))).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def certificates(directory):
    """An authority, and a certificate of it for this machine."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "names").write_text("subjectAltName=IP:127.0.0.1")
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    commands = [
        ["req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.crt", "-subj", "/CN=tests"],
        ["req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=registry"],
        [
            "x509",
            "-req",
            "-in",
            "server.csr",
            "-CA",
            "ca.crt",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-extfile",
            "names",
            "-out",
            "server.crt",
        ],
    ]
    for command in commands:
        run(["openssl", *command], cwd=directory)


@contextlib.contextmanager
def token_service(directory):
    """A service that gives tokens to who knows the password (distribution, token authentication)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            right = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            if self.headers.get("Authorization") != right:
                self.send_error(401)
                return
            query = parse_qs(urlsplit(self.path).query)
            access = []
            for scope in query.get("scope", []):
                kind, name, actions = scope.split(":")
                access.append({"type": kind, "name": name, "actions": actions.split(",")})
            body = json.dumps({"token": signed(directory, access)}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.crt", directory / "server.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def signed(directory, access):
    """A JSON web token (RFC 7519), signed by the server's key (RFC 7518, 3.4)."""
    pem = (directory / "server.crt").read_text()
    certificate = "".join(line for line in pem.splitlines() if not line.startswith("-"))
    now = int(time.time())
    claims = {
        "iss": "the tests",
        "sub": USER,
        "aud": "here",
        "exp": now + 600,
        "nbf": now - 10,
        "iat": now,
        "jti": str(time.time_ns()),
        "access": access,
    }
    header = {"typ": "JWT", "alg": "ES256", "x5c": [certificate]}
    text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    done = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", directory / "server.key"],
        input=text.encode(),
        capture_output=True,
        check=True,
    )
    return f"{text}.{encoded(of_der(done.stdout))}"


def of_der(signature):
    """The two numbers of a signature, as web tokens have them."""
    place, numbers = 2, b""
    for _ in range(2):
        length = signature[place + 1]
        number = signature[place + 2 : place + 2 + length].lstrip(b"\0")
        numbers += number.rjust(32, b"\0")
        place += 2 + length
    return numbers


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
