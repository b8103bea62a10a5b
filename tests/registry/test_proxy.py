"""Proxies of the environment."""

import base64
import socket
import threading

import pytest
from gocontainer.registry.address import origin_of
from gocontainer.registry.error import RegistryError
from gocontainer.registry.proxy import proxy_for
from hostile import client_of

ONE = "http://proxy.example:3128"


@pytest.mark.parametrize(
    "environ, url, proxy",
    [
        ({"HTTPS_PROXY": ONE}, "https://registry.example.com", ("proxy.example", 3128)),
        ({"https_proxy": "proxy.example"}, "https://registry.example.com", ("proxy.example", 80)),
        ({"all_proxy": ONE}, "https://registry.example.com", ("proxy.example", 3128)),
        ({"HTTP_PROXY": ONE}, "http://registry.example.com", ("proxy.example", 3128)),
        ({"HTTP_PROXY": ONE, "REQUEST_METHOD": "GET"}, "http://registry.example.com", None),
        ({"HTTP_PROXY": ONE}, "https://registry.example.com", None),
        ({"ALL_PROXY": ONE}, "http://127.0.0.1:5000", None),
        ({"ALL_PROXY": ONE}, "http://localhost:5000", None),
        ({"ALL_PROXY": ONE, "NO_PROXY": "*"}, "https://registry.example.com", None),
        (
            {"ALL_PROXY": ONE, "NO_PROXY": "a.io,registry.example.com"},
            "https://registry.example.com",
            None,
        ),
        ({"ALL_PROXY": ONE, "NO_PROXY": ".com"}, "https://registry.example.com", None),
        (
            {"ALL_PROXY": ONE, "NO_PROXY": "egistry.example.com"},
            "https://registry.example.com",
            ("proxy.example", 3128),
        ),
        (
            {"ALL_PROXY": ONE, "NO_PROXY": "registry.example.com:443"},
            "https://registry.example.com",
            None,
        ),
        (
            {"ALL_PROXY": ONE, "NO_PROXY": "registry.example.com:5"},
            "https://registry.example.com",
            ("proxy.example", 3128),
        ),
        ({"ALL_PROXY": ONE, "NO_PROXY": "10.0.0.0/8"}, "https://10.1.2.3", None),
        ({"ALL_PROXY": ONE, "NO_PROXY": "10.0.0.0/8"}, "https://11.1.2.3", ("proxy.example", 3128)),
        ({}, "https://registry.example.com", None),
    ],
)
def test_which_one(environ, url, proxy):
    found = proxy_for(origin_of(url), environ)
    assert (found and (found.host, found.port)) == proxy


@pytest.mark.parametrize("value", ["socks5://u:s3cret@p:1", "https://p", "http://", "http://p:x"])
def test_what_is_none(value):
    with pytest.raises(RegistryError, match="HTTPS_PROXY: it names no proxy") as error:
        proxy_for(origin_of("https://registry.example.com"), {"HTTPS_PROXY": value})
    assert "s3cret" not in str(error.value)


def listen(answer):
    """A peer that writes down what it is sent first, and answers it."""
    server = socket.create_server(("127.0.0.1", 0))
    heard = []

    def serve():
        connection, _ = server.accept()
        with connection:
            heard.append(connection.recv(65536).decode())
            connection.sendall(answer)

    threading.Thread(target=serve, daemon=True).start()
    return server, heard


def test_it_is_asked_for_a_tunnel():
    server, heard = listen(b"HTTP/1.1 407 no\r\n\r\n")
    proxy = f"http://user:p%40ss@127.0.0.1:{server.getsockname()[1]}"
    with server, client_of({"HTTPS_PROXY": proxy}) as client:
        repository = client.repository("registry.example.com", "team/api")
        with pytest.raises(RegistryError, match="the proxy answers 407") as error:
            repository.get("reading it", "manifests/1.4")
    assert heard[0].startswith("CONNECT registry.example.com:443 HTTP/1.")
    assert base64.b64encode(b"user:p@ss").decode() in heard[0]
    assert "p@ss" not in str(error.value)


def test_plain_http_goes_through_it():
    server, heard = listen(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    proxy = f"http://127.0.0.1:{server.getsockname()[1]}"
    environ = {"http_proxy": proxy, "GO_CONTAINER_PLAIN_HTTP": "registry.example:5000"}
    with server, client_of(environ) as client:
        repository = client.repository("registry.example:5000", "team/api")
        assert repository.get("reading it", "manifests/1.4").body == b"ok"
    first, *rest = heard[0].split("\r\n")
    assert first == "GET http://registry.example:5000/v2/team/api/manifests/1.4 HTTP/1.1"
    assert "Host: registry.example:5000" in rest
