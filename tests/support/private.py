"""A private server of modules: git over http with a password and over ssh, and a module proxy over https with
a password. Containers reach it at the address of the docker daemon's bridge."""

from __future__ import annotations

import base64
import http.server
import os
import shutil
import ssl
import subprocess
import threading
import zipfile
from pathlib import Path

from harness import run

# A host that go asks by git alone, without a look at its pages; git is led to our server.
TEAM = "github.com/go-container-tests"
USER, PASSWORD = "ada", "S3cret-of-the-tests-only-8b1f"


class Handler(http.server.BaseHTTPRequestHandler):
    """Asks for the password, then answers as `git http-backend`, or as a module proxy, does."""

    server: Server

    def log_message(self, *_):
        pass

    def do_GET(self):
        given = self.headers.get("Authorization", "")
        wanted = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.server.root is None:
            self.send_error(404)
        elif given != f"Basic {wanted}":
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="team"')
            self.end_headers()
        elif self.server.proxy:
            self.answer_proxy()
        else:
            self.answer_git()

    do_POST = do_GET  # noqa: N815

    def answer_proxy(self):
        file = self.server.root / self.path.lstrip("/")
        self.send_response(200 if file.is_file() else 404)
        self.end_headers()
        if file.is_file():
            self.wfile.write(file.read_bytes())

    def answer_git(self):
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("Content-Length") or 0)
        environment = {
            **os.environ,
            "GIT_PROJECT_ROOT": str(self.server.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": USER,
        }
        done = subprocess.run(
            ["git", "http-backend"],
            env=environment,
            input=self.rfile.read(length),
            capture_output=True,
            check=True,
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    def __init__(self, address, root, context=None):
        super().__init__((address, 0), Handler)
        self.root, self.proxy = root, context is not None
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Private:
    """The servers, and the keys that open them."""

    def __init__(self, directory: Path, address: str):
        self.directory, self.address = directory, address
        self.repositories = directory / "repositories"
        self.modules = directory / "modules"
        self.keys = directory / "keys"
        for path in (self.repositories, self.modules, self.keys):
            path.mkdir()
        self.http = Server(address, self.repositories)
        self.https = Server(address, self.modules, self._tls())
        self.public = Server(address, None)  # a proxy that knows no module
        self._start_sshd()
        self.netrc = self._secret("netrc", f"machine {address} login {USER} password {PASSWORD}\n")
        self.wrong_netrc = self._secret("wrong", f"machine {address} login {USER} password no\n")
        self.public_url = f"http://{address}:{self.public.server_port}"
        self.proxy_url = f"https://{USER}:{PASSWORD}@{address}:{self.https.server_port}"

    def _secret(self, name, text):
        file = self.keys / name
        file.write_text(text)
        file.chmod(0o600)
        return file

    def _tls(self):
        self.ca = self.keys / "ca.pem"
        run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test",
             "-keyout", self.keys / "ca.key", "-out", self.ca, "-addext", f"subjectAltName=IP:{self.address}"])  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca, self.keys / "ca.key")
        return context

    def _start_sshd(self):
        for name in ("host", "ada", "eve"):
            run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", self.keys / name])
        shutil.copy(self.keys / "ada.pub", self.keys / "authorized_keys")
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd's own
        for self.ssh_port in range(20022, 20122):
            command = ["/usr/sbin/sshd", "-D", "-e", "-f", "/dev/null", "-p", str(self.ssh_port)]
            for option in (
                f"ListenAddress={self.address}",
                f"HostKey={self.keys}/host",
                f"AuthorizedKeysFile={self.keys}/authorized_keys",
                *("StrictModes=no", "UsePAM=no", "PasswordAuthentication=no", "PidFile=none"),
            ):
                command += ["-o", option]
            with (self.directory / "sshd.log").open("w") as log:
                self.sshd = subprocess.Popen(command, stdout=log, stderr=log)
            try:
                self.sshd.wait(0.5)  # the port is taken
            except subprocess.TimeoutExpired:
                break
        public = (self.keys / "host.pub").read_text()
        self.known_hosts = self._secret("known_hosts", f"[{self.address}]:{self.ssh_port} {public}")

    def close(self):
        for server in (self.http, self.https, self.public):
            server.shutdown()
            server.server_close()
        self.sshd.terminate()
        self.sshd.wait()

    def url(self, transport: str) -> str:
        """Where the repositories are."""
        return {
            "http": f"http://{self.address}:{self.http.server_port}/",
            "ssh": f"ssh://root@{self.address}:{self.ssh_port}{self.repositories}/",
        }[transport]

    def git_settings(self, transport: str) -> str:
        """GO_ENV that leads git to the server, as a user's insteadOf does."""
        base = self.url(transport)
        return f"GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=url.{base}.insteadOf GIT_CONFIG_VALUE_0=https://{TEAM}/"

    def publish(self, work: Path) -> None:
        """Make a repository of the files of a directory, called as that is."""
        git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-C", work]
        for words in (
            ["init", "-q"],
            ["add", "."],
            ["commit", "-q", "-m", "first"],
            ["tag", "v1.0.0"],
        ):
            run([*git, *words])
        run(["git", "clone", "-q", "--bare", work, self.repositories / work.name])

    def module(self, name: str) -> str:
        """A new module in its own repository, and in the proxy; returns its path."""
        path = f"{TEAM}/{name}"
        go_mod = f"module {path}\n\ngo 1.22\n"
        source = f'package {name}\n\nconst Says = "from {name}"\n'
        work = self.directory / "work" / name
        work.mkdir(parents=True)
        (work / "go.mod").write_text(go_mod)
        (work / f"{name}.go").write_text(source)
        self.publish(work)
        versions = self.modules / path / "@v"
        versions.mkdir(parents=True)
        (versions / "v1.0.0.info").write_text('{"Version": "v1.0.0"}')
        (versions / "v1.0.0.mod").write_text(go_mod)
        with zipfile.ZipFile(versions / "v1.0.0.zip", "w") as archive:
            archive.writestr(f"{path}@v1.0.0/go.mod", go_mod)
            archive.writestr(f"{path}@v1.0.0/{name}.go", source)
        return path


def places_with(secret, *directories):
    """The files below the directories that have the secret in them."""
    found = subprocess.run(
        ["grep", "-rlF", "--", secret, *directories], capture_output=True, text=True
    )
    assert found.returncode in (0, 1, 2)  # 2: a file went away meanwhile
    return found.stdout.splitlines()
