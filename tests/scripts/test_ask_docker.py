"""scripts/ask_docker.sh asks the daemon as the docker command would, or leaves it to that."""

import http.server
import json
import shutil
import socketserver
import threading

import pytest
from harness import REPOSITORY, run

SCRIPT = REPOSITORY / "cmake/GoContainer/scripts/ask_docker.sh"
IMAGES = {"a" * 64: ["api:latest", "example.com:5000/api:1"], "b" * 64: []}
MISSING = "c" * 64


class Daemon(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        identity = self.path.removeprefix("/images/sha256:").removesuffix("/json")
        if (tags := IMAGES.get(identity)) is not None:
            self.answer(200, {"Id": f"sha256:{identity}", "RepoTags": tags, "Parent": ""})
        elif identity == MISSING:
            self.answer(404, {"message": f"No such image: sha256:{identity}"})
        else:
            self.answer(500, {"message": "the daemon is ill"})

    def answer(self, status, document):
        body = json.dumps(document, separators=(",", ":")).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self):
        return "the client"

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def socket(tmp_path_factory):
    path = tmp_path_factory.mktemp("docker") / "docker.sock"
    with socketserver.ThreadingUnixStreamServer(str(path), Daemon) as server:
        threading.Thread(target=server.serve_forever).start()
        yield path
        server.shutdown()


def call(function, *arguments, failure=False, **variables):
    environ = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", **variables}
    command = [shutil.which("sh"), "-c", f'. "$0"; {function} "$@"', SCRIPT, *arguments]
    return run(command, env=environ, expect_failure=failure).stdout


def test_ids_and_tags_of_the_images_that_are_there(socket):
    host = {"DOCKER_HOST": f"unix://{socket}", "http_proxy": "http://127.0.0.1:1"}
    first, second = IMAGES
    assert call("ask_docker", "/usr/bin/docker", first, MISSING, second, **host) == (
        f'sha256:{first} "api:latest","example.com:5000/api:1"\nsha256:{second} \n'
    )
    assert call("ask_docker", "docker", MISSING, **host) == ""


LEFT = {
    "an answer that is none": {"identity": "d" * 64},
    "another engine": {"command": "podman"},
    "no curl": {"PATH": "/nonexistent"},
    "no daemon": {"DOCKER_HOST": "unix:///nonexistent"},
    "another machine": {"DOCKER_HOST": "tcp://127.0.0.1:1"},
}


@pytest.mark.parametrize("why", LEFT)
def test_what_is_left_to_the_command(why, socket):
    options = {"DOCKER_HOST": f"unix://{socket}", **LEFT[why]}
    command, identity = options.pop("command", "docker"), options.pop("identity", "a" * 64)
    call("ask_docker", command, identity, failure=True, **options)


def test_a_context_chooses_the_daemon(tmp_path):
    config = tmp_path / "config.json"
    place = {"DOCKER_CONFIG": str(tmp_path)}
    assert call("docker_socket", **place) == "/var/run/docker.sock\n"
    call("docker_socket", DOCKER_CONTEXT="there", failure=True)
    config.write_text('{"auths": {}}')
    assert call("docker_socket", **place) == "/var/run/docker.sock\n"
    config.write_text('{\n  "currentContext": "there"\n}')
    call("docker_socket", **place, failure=True)
    host = {"DOCKER_HOST": "unix:///d.sock", "DOCKER_CONTEXT": "there"}  # as docker: the host wins
    assert call("docker_socket", **place, **host) == "/d.sock\n"
