"""The test environment itself: the stand-in bases build programs with every engine."""

import json
import urllib.request
from pathlib import Path

import pytest
from harness import run

DOCKERFILE = """\
    FROM {builder} AS builder
    RUN command -v git && [ -s /etc/ssl/certs/ca-certificates.crt ] || apk add --no-cache git ca-certificates
    WORKDIR /src
    COPY . .
    RUN --mount=type=cache,target=/root/.cache/go-build CGO_ENABLED=0 go build -o /app .
    FROM {base}
    COPY --from=builder /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
    COPY --from=builder /app /app
    CMD ["/app", "it works"]
    """


@pytest.fixture
def context(project):
    project.go_module(".")
    project.write("Dockerfile", DOCKERFILE.format(builder="golang:alpine", base="alpine"))
    return project.source


def test_docker_builds_by_buildkit(context, docker):
    build = docker("build", "-t", "env-docker", context, env={"DOCKER_BUILDKIT": "1"})
    assert "apk: add" not in build.output
    assert docker("run", "--rm", "env-docker").stdout == "hello [it works]\n"


def test_docker_builds_by_buildx(context, docker_buildx):
    docker_buildx("buildx", "build", "--load", "-t", "env-buildx", context)
    assert docker_buildx("run", "--rm", "env-buildx").stdout == "hello [it works]\n"


def test_the_plain_cli_has_no_buildx(docker):
    docker("buildx", "version", expect_failure=True)


def test_buildah_builds_and_podman_runs(context, buildah, podman):
    buildah("build", "--layers", "-t", "env-buildah", context)
    assert podman("run", "--rm", "env-buildah").stdout == "hello [it works]\n"


def test_podman_builds(context, podman):
    podman("build", "-t", "env-podman", context)
    assert podman("run", "--rm", "--network=none", "env-podman").stdout == "hello [it works]\n"


def test_podman_loads_what_docker_saves(docker, podman, tmp_path):
    archive = tmp_path / "alpine.tar"
    docker("tag", "alpine", "example.com/env-saved:1")
    docker("save", "--output", archive, "example.com/env-saved:1")
    podman("load", "--input", archive)
    output = podman("run", "--rm", "example.com/env-saved:1", "cat", "/etc/alpine-release").stdout
    assert output == "3.22.0\n"


@pytest.mark.parametrize("engine", ["docker", "podman"])
def test_a_published_port_answers(request, engine):
    run = request.getfixturevalue(engine)
    serve = "echo hello >/tmp/index.html && exec httpd -f -p 8080 -h /tmp"
    name = run(
        "run", "-d", "--rm", "-p", "127.0.0.1::8080", "alpine", "sh", "-c", serve
    ).stdout.strip()
    try:
        address = run("port", name, "8080").stdout.split()[-1]
        run(
            "exec", name, "sh", "-c", "until wget -q -O - http://127.0.0.1:8080; do sleep 0.1; done"
        )
        with urllib.request.urlopen(f"http://{address}/", timeout=10) as answer:
            assert answer.read() == b"hello\n"
    finally:
        run("kill", name)


def test_a_builder_without_git_and_certificates_gets_them_by_apk(context, docker, project):
    project.write("Dockerfile", DOCKERFILE.format(builder="golang:bare", base="scratch"))
    build = docker("build", "-t", "env-bare", context, env={"DOCKER_BUILDKIT": "1"})
    assert "apk: add --no-cache git ca-certificates" in build.output
    assert docker("run", "--rm", "env-bare").stdout == "hello [it works]\n"


def test_the_standins_look_like_the_real_ones(docker):
    def config(image):
        return json.loads(docker("image", "inspect", "-f", "{{json .Config}}", image).stdout)

    assert config("alpine")["Cmd"] == ["/bin/sh"]
    assert config("golang:alpine")["WorkingDir"] == "/go"
    assert "GOTOOLCHAIN=local" in config("golang:alpine")["Env"]
    path = next(e for e in config("golang:alpine")["Env"] if e.startswith("PATH="))
    assert path.startswith("PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:")


def test_the_registry_has_the_standins(registry, skopeo, podman, docker):
    for name in ("alpine:latest", "golang:alpine", "golang:bare"):
        text = skopeo("inspect", "--tls-verify=false", f"docker://{registry}/{name}").stdout
        assert json.loads(text)["Os"] == "linux"
    for engine in (podman, docker):
        engine("pull", f"{registry}/alpine:latest")


def test_containers_reach_the_network(context, docker, project):
    project.write(
        "Dockerfile",
        """\
        FROM golang:alpine
        RUN go mod init example.com/x && go mod download golang.org/x/text@v0.14.0
        """,
    )
    docker("build", "-t", "env-network", context, env={"DOCKER_BUILDKIT": "1"})


def test_the_gateway_of_containers_keeps_its_address(state, docker):
    """Containers that know another address of it reach nothing. As a rule a bridge has the lowest one of what joins it."""
    bridge = json.loads((state / "daemon.json").read_text())["bridge"]
    file = Path("/sys/class/net") / bridge / "address"
    before = file.read_text()
    name = "gce-" + bridge.removeprefix("gct-")
    run(["ip", "link", "add", name, "address", "00:00:00:00:00:02", "type", "veth"])
    try:
        run(["ip", "link", "set", name, "master", bridge])
        assert file.read_text() == before
    finally:
        run(["ip", "link", "delete", name])


def test_a_cmake_warning_fails(project):
    project.cmakelists("message(WARNING unexpected)")
    with pytest.raises(AssertionError, match="unexpected warning"):
        project.configure()
    project.cmakelists("message(AUTHOR_WARNING unexpected)")
    with pytest.raises(AssertionError, match="failed"):
        project.configure()


def test_a_project_on_every_generator(project, generator):
    project.cmakelists(
        """
        add_custom_target(say COMMAND "${CMAKE_COMMAND}" -E echo "said $<CONFIG>" VERBATIM)
        add_test(NAME true COMMAND "${CMAKE_COMMAND}" -E true)
        """
    )
    assert "Generating done" in project.configure(generator=generator).stdout
    assert "said" in project.build("say").stdout
    assert "100% tests passed" in project.ctest().stdout


@pytest.mark.parametrize("pattern", ["docker*", "python*", "go"])
def test_programs_can_be_hidden(project, path_without, pattern):
    program = pattern.replace("*", "").replace("python", "python3")
    project.write(
        "CMakeLists.txt",
        f"cmake_minimum_required(VERSION 3.25)\nproject(t LANGUAGES NONE)\n"
        f"find_program(PROGRAM {program})\nfind_program(OTHER cat REQUIRED)\n"
        "message(STATUS ${PROGRAM})\n",
    )
    assert f"bin/{program}\n" in project.configure().stdout
    project.binary = project.binary.with_name("other")
    assert "PROGRAM-NOTFOUND" in project.configure(path=path_without(pattern)).stdout


def test_golden_files_know_no_paths(golden, tmp_path):
    golden.regenerate = False
    with pytest.raises(AssertionError, match="<dir>/x"):
        golden.check("no-such-file", f"{tmp_path}/x\n")
