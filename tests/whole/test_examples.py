"""The examples and the README's commands, as a user runs them."""

import contextlib
import http.server
import itertools
import json
import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import tempfile
import threading
import time
import urllib.request
import xml.etree.ElementTree
from pathlib import Path

import pytest
import terminal
from daemons import free_port
from harness import REPOSITORY, install, run

EXAMPLES = sorted(path.parent.name for path in (REPOSITORY / "examples").glob("*/README.md"))


@pytest.fixture(params=["builtin", "docker"])
def engine(request):
    if request.param == "builtin":
        return {"engine": "builtin"}
    return {"engine": "docker", "docker": request.getfixturevalue("docker")}


def example(project, name, *arguments, **engine):
    """Configure and build an example of the repository in the project's build tree."""
    project.source = REPOSITORY / "examples" / name
    project.configure(*arguments, **engine)
    project.build("image")


def wait_for(url, running=lambda: True):
    """The answer of a server, which must be running until then."""
    while running():
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(url)
        time.sleep(0.1)
    pytest.fail(f"{url} does not answer")


@pytest.mark.parametrize(("name", "tests"), [("hello", 9), ("web", 10)])
def test_builds_and_passes(project, engine, name, tests):
    both_bases = engine["engine"] == "docker"
    example(project, name, "-D", f"{name.upper()}_ALPINE={'ON' if both_bases else 'OFF'}", **engine)
    count = 2 * tests - 1 if both_bases else tests
    assert f"100% tests passed, 0 tests failed out of {count}" in project.ctest().stdout


def test_a_front_end_that_node_builds(project):
    """Its files have hashes in their names, and the page that is embedded names them."""
    project.source = REPOSITORY / "examples/from-dockerfile/log-viewer"
    project.configure(engine="builtin")
    project.build("log-viewer")
    assert "100% tests passed" in project.ctest("-R", "^log-viewer[.]").stdout
    program = project.binary / "log-viewer.container/context/out/log-viewer"
    files = run([program, "files"]).stdout.splitlines()
    page = (project.binary / "dist/index.html").read_text()
    assert len(files) == 4
    assert all(file in page for file in files if file.startswith("assets/"))


@pytest.mark.parametrize("target", ["web", "web-alpine"])
def test_the_container_answers_http(project, docker, target):
    example(project, "web", "-D", "WEB_ALPINE=ON", engine="docker", docker=docker)
    answers_http(docker, f"{target}:latest")


def test_the_builtin_image_answers_http_in_docker(project, docker):
    example(project, "web", engine="builtin")
    docker("load", "--input", project.binary / "web.container/web.tar")
    answers_http(docker, "web:latest")


def answers_http(docker, image):
    container = docker("run", "--detach", "--publish", "127.0.0.1::8080", image).stdout.strip()
    try:
        address = docker("port", container, "8080").stdout.split()[0]
        assert wait_for(f"http://{address}/healthz").status == 200
        page = wait_for(f"http://{address}/").read().decode()
        assert "<html" in page
        # What go:embed brought along.
        assert wait_for(f"http://{address}/static/style.css").status == 200
        docker("stop", "--time", "5", container)
        state = docker("inspect", "--format", "{{.State.ExitCode}}", container).stdout
        assert state.strip() == "0"
    finally:
        docker("rm", "--force", container)


def test_the_builtin_image_answers_http_without_an_engine(project, tmp_path):
    """web-run publishes what EXPOSE names: the declaration is copied with a port of its own."""
    shutil.copytree(REPOSITORY / "examples/web", tmp_path / "web")
    port = free_port()
    text = (tmp_path / "web/CMakeLists.txt").read_text()
    (tmp_path / "web/CMakeLists.txt").write_text(
        text.replace(":8080", f":{port}").replace("EXPOSE 8080", f"EXPOSE {port}")
    )
    project.source = tmp_path / "web"
    project.configure("-D", f"CMAKE_MODULE_PATH={REPOSITORY}/cmake", engine="builtin")
    project.build("web")
    command = ["cmake", "--build", project.binary, "--target", "web-run"]
    process = subprocess.Popen(command, env=project.environment(), start_new_session=True)
    try:
        assert (
            wait_for(f"http://127.0.0.1:{port}/healthz", lambda: process.poll() is None).status
            == 200
        )
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()


# Without an engine, the commands of the READMEs do it.
@pytest.mark.parametrize(("name", "service"), [("service", "store"), ("grpc", "texts")])
def test_the_client_talks_to_the_service(project, docker, name, service):
    project.source = REPOSITORY / "examples" / name
    project.configure(engine="docker", docker=docker)
    project.build()
    result = project.ctest("-V", "-R", "client")
    assert re.findall(r"(\S+) \.+ +Passed", result.stdout) == [
        f"{service}.build", f"{service}.start", "client", f"{service}.stop",
    ]  # fmt: skip
    assert result.stdout.count(": ok ") == 5
    assert "listening" in (project.binary / f"{service}.container/service/log").read_text()


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    return install(tmp_path_factory.mktemp("installed"))


# Two need a server or bases: see test_examples_of_modules.py and test_from_dockerfile.py. One takes long: test_cpp_and_go.
# One is no project: see test_ci_files.py.
ELSEWHERE = ("private-modules", "from-dockerfile", "cpp-and-go", "ci")
COPIED = [name for name in EXAMPLES if name not in ELSEWHERE]


# One way for each, in turn; test_ways_in.py has more of them.
@pytest.mark.parametrize(
    ("name", "way"), [*zip(COPIED, itertools.cycle(["fetch-content", "find-package"]))]
)
def test_the_commands_of_its_readme_in_a_copy(name, way, installed, tmp_path):
    """As they stand there; the copy finds an installed GoContainer, or fetches it."""
    example = REPOSITORY / "examples" / name
    copy = shutil.copytree(example, tmp_path / name)
    readme = (copy / "README.md").read_text()
    commands = re.findall(r"^((?:cmake|ctest) .*?)(?: +#.*)?$", readme, re.M)
    assert commands[0] == "cmake -B build -G Ninja"
    environment = dict(os.environ)
    if way == "find-package":
        environment["CMAKE_PREFIX_PATH"] = str(installed)
    else:
        fetch = tmp_path / "fetch.cmake"
        fetch.write_text(
            "include(FetchContent)\n"
            f'FetchContent_Declare(GoContainer SOURCE_DIR "{REPOSITORY}" OVERRIDE_FIND_PACKAGE)\n'
        )
        commands[0] += (
            f" -D CMAKE_PROJECT_TOP_LEVEL_INCLUDES={fetch} -D GO_CONTAINER_ENGINE=builtin"
        )
    for command in commands:
        output = run(shlex.split(command), cwd=copy, env=environment).output
        assert "CMake Warning" not in output
    assert "100% tests passed" in output
    assert set(told_by_ctest(readme)) <= set(told_by_ctest(output))
    written = {path.relative_to(copy).parts[0] for path in changed(example, copy)}
    assert written == {"build"}


def told_by_ctest(text):
    """(how many ended, of how many, number, name) of each test that CTest tells of."""
    return re.findall(r"^ *(\d+)/(\d+) Test +#(\d+): (\S+)", text, re.M)


def changed(before, after):
    """The files that are only in the second directory, or other ones there."""
    for path in after.rglob("*"):
        old = before / path.relative_to(after)
        if path.is_file() and not (old.is_file() and old.read_bytes() == path.read_bytes()):
            yield path


def test_cpp_and_go(installed, tmp_path):
    """The command of its README, in a copy. For arm64 it only configures, as test_cross.py builds."""
    copy = shutil.copytree(REPOSITORY / "examples/cpp-and-go", tmp_path / "copy")
    environment = {**os.environ, "CMAKE_PREFIX_PATH": str(installed)}
    presets = ["cmake", "--preset"]
    run([*presets, "product", "-D", "GO_CONTAINER_ENGINE=builtin"], cwd=copy, env=environment)
    readme = (copy / "README.md").read_text()
    command = re.search(r"^cmake --workflow .*$", readme, re.M)[0]
    said = run(shlex.split(command), cwd=copy, env=environment).stdout
    assert "100% tests passed" in said
    assert set(told_by_ctest(readme)) <= set(told_by_ctest(said))
    images = re.findall(r"image: (\S+)", (copy / "compose.yaml").read_text())
    assert [
        (copy / f"build/{image.partition(':')[0]}.container").exists() for image in images
    ] == 3 * [True]
    run([*presets, "product-arm64"], cwd=copy, env=environment)
    plans = [
        json.loads(path.read_text()) for path in copy.glob("build-arm64/*.container/plan.json")
    ]
    assert [plan["platform"]["architecture"] for plan in plans] == 3 * ["arm64"]


@pytest.fixture
def tls(tmp_path):
    """A TLS server of ours on 127.0.0.1: its URL, and the CA that signed its certificate."""
    ca, key, request, certificate = (tmp_path / n for n in ("ca.pem", "key.pem", "csr", "cert.pem"))
    new_key = ["-newkey", "rsa:2048", "-nodes", "-sha256"]
    run(["openssl", "req", "-x509", *new_key, "-keyout", tmp_path / "ca.key", "-out", ca,
         "-subj", "/CN=test CA", "-days", "2"])  # fmt: skip
    run(["openssl", "req", *new_key, "-keyout", key, "-out", request, "-subj", "/CN=localhost"])
    extensions = tmp_path / "extensions"
    extensions.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    run(["openssl", "x509", "-req", "-in", request, "-CA", ca, "-CAkey", tmp_path / "ca.key",
         "-CAcreateserial", "-out", certificate, "-days", "2", "-extfile", extensions])  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"https://127.0.0.1:{server.server_port}/", ca
    server.shutdown()
    server.server_close()


def get(docker, url, **options):
    """Call the URL from inside the scratch image of examples/hello."""
    command = [
        "run",
        "--rm",
        "--network",
        "host",
        "hello:latest",
        "/usr/local/bin/hello",
        "get",
        url,
    ]
    return docker(*command, **options)


def test_tls_of_the_builtin_image_verifies_against_the_bundle(project, docker, tls):
    url, ca = tls
    for bundle, trusted in ((ca, True), ("", False)):
        example(project, "hello", "-D", f"GO_CONTAINER_CA_BUNDLE={bundle}", engine="builtin")
        docker("load", "--input", project.binary / "hello.container/hello.tar")
        result = get(docker, url, expect_failure=not trusted)
        assert trusted or "certificate signed by unknown authority" in result.stderr


def test_tls_of_the_docker_image_verifies_against_the_builder_s_bundle(
    project, docker, tls, tmp_path
):
    url, ca = tls
    (tmp_path / "builder").mkdir()
    shutil.copy(ca, tmp_path / "builder/ca.pem")
    (tmp_path / "builder/Dockerfile").write_text(
        "FROM golang:alpine\nCOPY ca.pem /tmp/\n"
        "RUN cat /tmp/ca.pem >> /etc/ssl/certs/ca-certificates.crt\n"
    )
    docker("build", "--tag", "golang:test-ca", tmp_path / "builder")
    project.source = tmp_path / "hello"
    shutil.copytree(REPOSITORY / "examples/hello", project.source)
    lists = project.source / "CMakeLists.txt"
    for builder, trusted in (("golang:test-ca", True), ("golang:alpine", False)):
        text = (REPOSITORY / "examples/hello/CMakeLists.txt").read_text()
        lists.write_text(text.replace("BASE scratch", f"BASE scratch BUILDER_IMAGE {builder}", 1))
        project.configure(
            "-D", f"CMAKE_MODULE_PATH={REPOSITORY}/cmake", engine="docker", docker=docker
        )
        project.build("hello")
        result = get(docker, url, expect_failure=not trusted)
        assert trusted or "certificate signed by unknown authority" in result.stderr


@pytest.mark.parametrize("name", ["hello", "web", "service/store"])
def test_the_go_tests_of_the_example(name):
    # As the images of the other tests are compiled, so that less is compiled anew.
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-trimpath"}
    for command in ("vet", "test"):
        run(["go", command, "./..."], cwd=REPOSITORY / "examples" / name, env=environment)
    assert run(["gofmt", "-l", "."], cwd=REPOSITORY / "examples" / name).stdout == ""


def test_quickstart(tmp_path):
    """The README's first command, in a clone."""
    clone = tmp_path / "clone"
    run(["git", "clone", "--quiet", REPOSITORY, clone])
    result = run(["sh", "examples/quickstart.sh"], cwd=clone)
    assert re.search(r"^reference hello:latest$", result.stdout, re.M)
    assert re.search(r"^digest    sha256:[0-9a-f]{64}$", result.stdout, re.M)
    assert len(re.findall(r"^layer     sha256:", result.stdout, re.M)) == 2
    assert "100% tests passed" in result.stdout
    assert run(["git", "status", "--porcelain"], cwd=clone).stdout == ""


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_example_is_told_of(name):
    assert f"({name})" in (REPOSITORY / "examples/README.md").read_text()
    assert f"``examples/{name}``" in (REPOSITORY / "docs/guide/add.rst").read_text()


def test_the_readme_names_what_is_there():
    readme = (REPOSITORY / "README.md").read_text()
    for path in re.findall(r"\]\(([^):]+)\)", readme):
        assert (REPOSITORY / path).exists(), path
    for script in re.findall(r"^    sh ([\w./-]+)", readme, re.M):
        assert (REPOSITORY / script).exists(), script


def test_the_readme_takes_two_minutes():
    """At 250 words a minute, without code and tables."""
    text = re.sub(r"^```.*?^```", "", (REPOSITORY / "README.md").read_text(), flags=re.M | re.S)
    prose = [line for line in text.splitlines() if not line.startswith(("|", "    ", "!"))]
    assert len(" ".join(prose).split()) < 500


def test_the_picture_shows_what_a_terminal_shows():
    """Apart from times, and what depends on the version of Go and on this machine's CA certificates."""
    drawn = xml.etree.ElementTree.parse(terminal.PICTURE)
    shown = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert terminal.PICTURE.stat().st_size < 30_000
    with tempfile.TemporaryDirectory() as directory:  # Ninja shortens a long path
        lines = [line for line in terminal.session(Path(directory)) if line]
    assert [settled(line) for line in lines] == [settled(line) for line in shown]


def settled(line):
    line = re.sub(r" +[\d.]+ sec", " <time>", line)
    return re.sub(r"\b[\da-f]{64}\b|\b\d+(,\d{3})+\b", "<differs>", line)
