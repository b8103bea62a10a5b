"""Large programs of others, as images of every engine that run and answer: tests/programs/CMakeLists.txt."""

import contextlib
import functools
import http.server
import re
import shutil
import socket
import threading
import time
from pathlib import Path

import pytest
from harness import REPOSITORY, Command, Project, run

PROGRAMS = REPOSITORY / "tests/programs"
ENGINES = ["builtin", "docker", "podman", "buildah"]
# A first run compiles some thousand packages; then they are in the caches of Go.
pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="module")
def golang_cgo(tmp_path_factory):
    """The image golang:cgo in the stores of docker and podman: golang:alpine's stand-in with this machine's gcc."""
    context = tmp_path_factory.mktemp("golang-cgo")
    run(["cp", "--dereference", "--parents", *files_of_gcc(), context])
    (context / "Dockerfile").write_text("FROM golang:alpine\nCOPY . /\n")
    (context / ".dockerignore").write_text("Dockerfile\n.dockerignore\n")
    Command("docker", env={"DOCKER_BUILDKIT": "1"})("build", "--tag", "golang:cgo", context)
    Command("podman")("build", "--tag", "golang:cgo", context)


def files_of_gcc():
    """What gcc and its C library are, without what serves other languages, sanitizers and link-time optimisation."""
    version = run(["gcc", "-dumpversion"]).stdout.strip()
    machine = run(["gcc", "-dumpmachine"]).stdout.strip()
    packages = [
        *("gcc", f"gcc-{version}", f"cpp-{version}", f"libgcc-{version}-dev", "libc6-dev"),
        *("binutils", f"binutils-{machine.replace('_', '-')}", "linux-libc-dev"),
    ]
    unneeded = re.compile(r"^/usr/share/|/lto|san[._]|san_preinit")
    files = run(["dpkg", "-L", *packages]).stdout.splitlines()
    files = {path for path in files if Path(path).is_file() and not unneeded.search(path)}
    names = [run(["gcc", f"-print-prog-name={p}"]).stdout.strip() for p in ("cc1", "as", "ld")]
    libraries = run(["ldd", *map(shutil.which, names)]).stdout
    return sorted(files.union(re.findall(r"(/\S+) \(", libraries)))


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


class ModuleProxy(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # go opens many connections at once; 5 may wait by default


@pytest.fixture(scope="module")
def module_proxy(docker):
    """A module proxy for the builds in containers, of what this machine's go downloaded: a connection that hangs
    makes go wait for a quarter of an hour."""
    for name in ("etcd", "sqlite"):
        run(["go", "mod", "download"], cwd=PROGRAMS / name)
    cache = Path(run(["go", "env", "GOMODCACHE"]).stdout.strip(), "cache/download")
    gateway = "{{(index .IPAM.Config 0).Gateway}}"
    address = docker("network", "inspect", "bridge", "--format", gateway).stdout.strip()
    handler = functools.partial(Quiet, directory=cache)
    with ModuleProxy((address, 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{address}:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module", params=ENGINES)
def programs(request, golang_cgo, module_proxy, tmp_path_factory):
    """The project, configured; one build tree for all programs."""
    project = Project(tmp_path_factory.mktemp(request.param))
    shutil.copytree(PROGRAMS, project.source, dirs_exist_ok=True)
    for name in ("go.mod", "go.sum"):
        # Caddy is a benchmark, too; of its module all is taken but what only the benchmark changes.
        text = (REPOSITORY / "benchmarks/workloads/large" / name).read_text()
        (project.source / "web" / name).write_text(
            re.sub(r"(?m)^\s*example.com/dependency .*\n", "", text)
        )
    engine = {"engine": request.param}
    if request.param == "docker":
        engine["docker"] = request.getfixturevalue("docker_buildx")
    options = ["-D", f"CMAKE_MODULE_PATH={REPOSITORY}/cmake", "-D", f"PROXY={module_proxy}"]
    project.configure(*options, **engine)
    return request.param, project


def test_the_web_server(programs, podman):
    engine, project = programs
    if engine == "buildah":
        serves_by_podman(project, podman, "web", 8080)
    else:
        assert "web-client" in passes(project, "web")


def test_the_command_line(programs):
    _, project = programs
    assert len([name for name in passes(project, "cli") if name.startswith("cli.run")]) == 4


def test_the_grpc_service(programs, podman):
    engine, project = programs
    project.build("client")
    if engine == "buildah":
        serves_by_podman(project, podman, "etcd", 2379)
    else:
        assert "etcd-client" in passes(project, "etcd")


def test_the_program_with_c_in_it(programs):
    _, project = programs
    assert "sqlite.run:you_like_it_as" in passes(project, "sqlite")


def passes(project, program, skipped=()):
    """Build the image of a program and run its tests: none fails. The names of those that passed."""
    result = project.ctest("-V", "-R", f"^{program}[.-]")
    ended = re.findall(r"Test +#\d+: (.+?) \.+\W*(Passed|Skipped)", result.stdout)
    assert {name for name, how in ended if how == "Skipped"} == set(skipped)
    names = {name for name, how in ended if how == "Passed"}
    asserted = ("static", "no-shell", "no-package-manager", "no-setuid", "no-secrets", "size")
    assert names >= {f"{program}.{name}" for name in asserted}
    return names


def serves_by_podman(project, podman, name, port):
    """Buildah publishes no ports; its images are in podman's store, too, which can run them."""
    passes(project, name, skipped=[f"{name}.start", f"{name}.stop", f"{name}-client"])
    with contextlib.ExitStack() as stack:
        container = podman(
            "run", "--detach", "--publish", f"127.0.0.1::{port}", name
        ).stdout.strip()
        stack.callback(podman, "rm", "--force", "--time", "5", container)
        address = podman("port", container, port).stdout.split()[0]
        file = project.binary / f"{name}.container/service/address"
        file.parent.mkdir(exist_ok=True)
        file.write_text(address + "\n")
        stack.callback(file.unlink)
        wait_until_it_listens(address)
        # The client alone, without its fixture.
        result = project.ctest("-V", "-R", f"^{name}-client$", "-FA", "service$")
        assert re.search(r"1 tests? passed|100% tests passed", result.stdout)
        assert "Skipped" not in result.stdout


def wait_until_it_listens(address):
    host, port = address.split(":")
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=2):
            return
        time.sleep(0.1)
    pytest.fail(f"{address} does not answer")
