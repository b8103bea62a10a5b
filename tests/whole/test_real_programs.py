"""Large programs of others, as images that run and answer: tests/programs/CMakeLists.txt."""

import os
import re
import shutil
from pathlib import Path

import pytest
from harness import REPOSITORY, Command, Project, run
from sbom_tools import errors_in, licensed, ntia_errors

PROGRAMS = REPOSITORY / "tests/programs"
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


@pytest.fixture(scope="module")
def compiled():
    """The engines' caches of go have the packages of etcd as the go command of this machine compiles them, too. C would be
    compiled anew, as the keys of its entries are of one machine."""
    listed = ["go", "list", "-trimpath", "-deps", "-export", "-f", "{{.Export}}"]
    files = run(listed, cwd=PROGRAMS / "etcd", env={**os.environ, "CGO_ENABLED": "0"}).stdout
    run(["bash", REPOSITORY / "tests/bases/give_compiled.sh"], stdin=files)


@pytest.fixture(scope="module")
def programs(request, golang_cgo, tmp_path_factory):
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
        request.getfixturevalue("compiled")
        engine["docker"] = request.getfixturevalue("docker_buildx")
    project.configure("-D", f"CMAKE_MODULE_PATH={REPOSITORY}/cmake", **engine)
    return project


def engines(*names):
    return pytest.mark.parametrize("programs", names, indirect=True)


# The engine without containers builds each program, the others two each: compiling takes minutes.
@engines("builtin", "docker")
def test_the_web_server(programs):
    names = passes(programs, "web")
    assert "web-client" in names
    if "web.sbom" in names:
        pytest.importorskip("spdx_tools", reason="spdx-tools needs Python 3.10")
        directory = programs.binary / "web.container"
        assert errors_in(directory, "web") == []
        assert ntia_errors(directory / "web.spdx.json", "spdx") == []
        known, modules = licensed(directory / "web.spdx.json")
        assert len(known) >= 0.95 * len(modules) > 100


@engines("builtin", "podman")
def test_the_command_line(programs):
    assert len([name for name in passes(programs, "cli") if name.startswith("cli.run")]) == 4


@engines("builtin", "docker")
def test_the_grpc_service(programs):
    programs.build("client")
    assert "etcd-client" in passes(programs, "etcd")


@engines("builtin", "podman")
def test_the_program_with_c_in_it(programs):
    assert "sqlite.run:you_like_it_as" in passes(programs, "sqlite")


def passes(programs, program):
    """Build the image of a program and run its tests: none fails or is skipped. The names of the tests."""
    result = programs.ctest("-V", "-R", f"^{program}[.-]")
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
