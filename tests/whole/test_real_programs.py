"""Large programs of others, as images that run and answer: tests/programs/CMakeLists.txt."""

import functools
import http.server
import re
import shutil
import threading
from pathlib import Path

import pytest
from harness import REPOSITORY, Command, Project, run

PROGRAMS = REPOSITORY / "tests/programs"
ENGINES = ["builtin", "docker", "podman"]
# A first run compiles some thousand packages; then they are in the caches of Go.
pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="module")
def golang_cgo(tmp_path_factory):
    """The image golang:cgo in the stores of docker and podman: golang:alpine's stand-in, whose apk has this machine's
    gcc as the packages gcc and musl-dev."""
    context = tmp_path_factory.mktemp("golang-cgo")
    (context / "gcc").mkdir()
    (context / "musl-dev/etc").mkdir(parents=True)
    run(["cp", "--dereference", "--parents", *files_of_gcc(), context / "gcc"])
    (context / "Dockerfile").write_text("FROM golang:alpine\nCOPY . /usr/share/stand-in/\n")
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


def test_the_web_server(programs):
    _, project = programs
    assert "web-client" in passes(project, "web")


def test_the_command_line(programs):
    _, project = programs
    assert len([name for name in passes(project, "cli") if name.startswith("cli.run")]) == 4


def test_the_grpc_service(programs):
    _, project = programs
    project.build("client")
    assert "etcd-client" in passes(project, "etcd")


def test_the_program_with_c_in_it(programs):
    _, project = programs
    assert "sqlite.run:you_like_it_as" in passes(project, "sqlite")


def passes(project, program):
    """Build the image of a program and run its tests: none fails or is skipped. The names of the tests."""
    result = project.ctest("-V", "-R", f"^{program}[.-]")
    ended = re.findall(r"Test +#\d+: (.+?) \.+\W*(Passed|Skipped)", result.stdout)
    assert {how for _, how in ended} == {"Passed"}
    names = {name for name, _ in ended}
    asserted = ("static", "no-shell", "no-package-manager", "no-setuid", "no-secrets", "size")
    assert names >= {f"{program}.{name}" for name in asserted}
    return names


def test_a_header_outside_of_the_package_counts_in_the_engine_too(golang_cgo, docker, project):
    """The caches of go keep their objects between builds, and know nothing of it."""
    project.write("go.mod", "module example.com/away\n\ngo 1.22\n")
    project.write(
        "cmd/main.go",
        'package main\n\n// #include "../include/one.h"\nimport "C"\n\nfunc main() { println(C.ONE, C.two()) }\n',
    )
    project.write("include/one.h", '#define ONE 1\n#include "two.inc"\n')
    project.cmakelists(
        "add_go_container(away PACKAGE ./cmd BASE scratch CGO ON BUILDER_IMAGE golang:cgo\n"
        "  BUILDER_PACKAGES musl-dev gcc\n"
        '  LDFLAGS -linkmode external -extldflags "-static")'
    )
    project.write("include/two.inc", "static int two(void) { return 1; }\n")
    project.configure(engine="docker", docker=docker)
    for number in (1, 2):
        project.write("include/one.h", f'#define ONE {number}\n#include "two.inc"\n')
        project.write("include/two.inc", f"static int two(void) {{ return {number}; }}\n")
        project.build("image")
        assert docker("run", "--rm", "away").stderr.split() == [str(number)] * 2
