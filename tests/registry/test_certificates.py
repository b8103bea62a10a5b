"""Which authorities are trusted, and which of them are read for that."""

import http.server
import ssl
import threading

import pytest
from gocontainer.registry.certificates import lookup_directory
from gocontainer.registry.error import RegistryError
from harness import run
from hostile import client_of
from real_registry import certificates


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def get_request(self):
        sock, address = super().get_request()
        sock.settimeout(30)
        return self.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request, client_address):
        pass


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """The directory with the authority's certificate ca.crt, and those of a server."""
    directory = tmp_path_factory.mktemp("authority")
    certificates(directory)
    return directory


@pytest.fixture
def host(authority):
    """A registry with TLS, which has one answer for all."""
    with Server(("127.0.0.1", 0), Handler) as server:
        server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.tls.load_cert_chain(authority / "server.crt", authority / "server.key")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def bundles(monkeypatch):
    """How often the bundle of all authorities was read."""
    found = []
    really = ssl.SSLContext.load_default_certs

    def noted(*arguments):
        found.append(arguments)
        return really(*arguments)

    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", noted)
    return found


@pytest.fixture
def system(tmp_path, monkeypatch):
    """A directory with the certificates of the system, of which there is none."""
    directory = tmp_path / "system"
    directory.mkdir()
    monkeypatch.setenv("SSL_CERT_DIR", str(directory))
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    return directory


def looked_up(authority):
    """The name by which OpenSSL looks up an authority."""
    command = ["openssl", "x509", "-noout", "-hash", "-in", authority / "ca.crt"]
    return run(command).stdout.strip() + ".0"


def read(host, **environ):
    with client_of(environ) as client:
        return client.repository(host, "api").get("reading it", "manifests/1").body


def test_one_that_is_looked_up_is_all_that_is_read(system, authority, host, bundles):
    (system / looked_up(authority)).write_bytes((authority / "ca.crt").read_bytes())
    assert read(host, SSL_CERT_FILE=str(authority / "missing")) == b"{}"
    assert bundles == []


@pytest.mark.parametrize("others", ["00000000.0", "bundle.crt"])
def test_one_that_is_not_looked_up_is_found_in_the_file(system, authority, host, bundles, others):
    (system / others).touch()
    assert read(host, SSL_CERT_FILE=str(authority / "ca.crt")) == b"{}"
    assert len(bundles) == 1


@pytest.mark.parametrize("others", ["00000000.0", "bundle.crt"])
def test_one_that_nobody_names_is_not_trusted(system, host, others):
    (system / others).touch()
    with pytest.raises(RegistryError, match="its certificate is not trusted"):
        read(host)


def test_a_file_that_can_not_be_read_is_told_where_it_is_needed(system, authority, host):
    (system / "00000000.0").touch()
    with pytest.raises(RegistryError, match="missing can't be used"):
        read(host, SSL_CERT_FILE=str(authority / "missing"))


def test_a_directory_without_names_to_look_up_is_none(tmp_path):
    assert lookup_directory(None) is None
    assert lookup_directory(str(tmp_path / "missing")) is None
    (tmp_path / "bundle.crt").touch()
    assert lookup_directory(str(tmp_path)) is None
    (tmp_path / "1b2c3d4e.0").touch()
    assert lookup_directory(str(tmp_path)) == str(tmp_path)
