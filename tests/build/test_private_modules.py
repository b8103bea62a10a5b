"""Private modules: by secrets that are mounted and nowhere else, and what a failure says."""

import itertools
import os
import re

import pytest
from harness import run
from private import PASSWORD, TEAM, Private, places_with

NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def private(tmp_path_factory, docker):
    ask = ["network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]
    server = Private(tmp_path_factory.mktemp("private"), docker(*ask).stdout.strip())
    yield server
    server.close()


@pytest.fixture
def home(tmp_path, go_environment, monkeypatch):
    """A home without any set-up, and a module cache of its own, for go on this machine."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GOCACHE", go_environment["GOCACHE"])
    monkeypatch.setenv("GOMODCACHE", str(tmp_path / "modules"))
    monkeypatch.setenv("GOFLAGS", "-modcacherw")
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    return home


@pytest.fixture
def declare(project, private, home):
    """A function that declares a container with a private module of its own: its name, and the module."""

    def make(engine, arguments, docker=None, builder=""):
        name = f"private{os.getpid()}x{next(NUMBERS)}"
        path = private.module(name)
        project.write("go.mod", f"module example.com/program\n\ngo 1.22\n\nrequire {path} v1.0.0\n")
        project.write(
            "main.go",
            f'package main\n\nimport (\n\t"fmt"\n\n\tprivate "{path}"\n)\n\nfunc main() {{ fmt.Println(private.Says) }}\n',
        )
        directory = private.modules
        tidy = {"GOPROXY": f"file://{directory}", "GONOSUMDB": TEAM, "GOFLAGS": "-modcacherw"}
        cache = {"GOMODCACHE": str(home / "tidy")}
        run(["go", "mod", "tidy"], cwd=project.source, env={**os.environ, **tidy, **cache})
        project.cmakelists(f"add_go_container({name} BASE scratch {builder}\n  {arguments})")
        project.configure(engine=engine, docker=docker)
        return name, path

    return make


def engine_arguments(request, engine):
    if engine == "docker":
        return {"engine": engine, "docker": request.getfixturevalue("docker_buildx")}
    if engine == "docker-old":
        return {"engine": "docker", "docker": request.getfixturevalue("docker")}
    return {"engine": engine}


def says(project, name):
    assert f"from {name}" in project.build(f"{name}-run").stdout


def assert_no_secret(project, name, engine, log):
    """Not in the log; in the plan, the Dockerfile and all else of the build tree; in the image and its history."""
    assert PASSWORD not in log
    assert places_with(PASSWORD, project.binary) == []
    if engine != "builtin":
        tool = "docker" if engine == "docker" else "podman"
        archive = project.binary / "saved.tar"
        run([tool, "save", "--output", archive, f"{name}:latest"], env=project.environment())
        assert PASSWORD.encode() not in archive.read_bytes()
        history = [tool, "history", "--no-trunc", f"{name}:latest"]
        assert PASSWORD not in run(history, env=project.environment()).stdout


CONTAINERS = ["docker", "docker-old", "podman", "buildah"]


@pytest.mark.parametrize("engine", CONTAINERS)
def test_git_by_http_with_a_password(request, project, private, declare, engine):
    arguments = engine_arguments(request, engine)
    settings = f"GO_ENV GOPRIVATE={TEAM} {private.git_settings('http')}"
    name, _ = declare(arguments=f"{settings} SECRETS id=netrc,src={private.netrc}", **arguments)
    log = project.build(name, "--verbose").output
    says(project, name)
    assert_no_secret(project, name, arguments["engine"], log)


@pytest.mark.parametrize("engine", CONTAINERS)
def test_git_by_ssh(request, project, private, declare, engine):
    arguments = engine_arguments(request, engine)
    settings = f"GO_ENV GOPRIVATE={TEAM} {private.git_settings('ssh')}"
    secrets = f"SECRETS id=known_hosts,src={private.known_hosts} SSH default"
    name, _ = declare(arguments=f"{settings} {secrets}", **arguments)
    with agent(private.keys / "ada") as socket:
        log = project.build(name, "--verbose", env=socket).output
        says_with(project, name, socket)
    key = line_of_key(private)
    assert key not in log
    assert places_with(key, project.binary) == []


def line_of_key(private):
    return (private.keys / "ada").read_text().splitlines()[2]


def says_with(project, name, env):
    assert f"from {name}" in project.build(f"{name}-run", env=env).stdout


class agent:  # noqa: N801 (used as a function)
    """An ssh agent with one key: the variable that leads to it."""

    def __init__(self, key):
        self.key = key

    def __enter__(self):
        said = run(["ssh-agent", "-s"]).stdout
        socket = re.search(r"SSH_AUTH_SOCK=([^;]+);", said)[1]
        self.pid = int(re.search(r"SSH_AGENT_PID=(\d+);", said)[1])
        run(["ssh-add", "-q", self.key], env={**os.environ, "SSH_AUTH_SOCK": socket})
        return {"SSH_AUTH_SOCK": socket}

    def __exit__(self, *_):
        os.kill(self.pid, 15)


@pytest.fixture(scope="module")
def builder(private, docker, podman, tmp_path_factory):
    """A builder image that trusts the server's certificate."""
    directory = tmp_path_factory.mktemp("builder")
    (directory / "ca.pem").write_bytes(private.ca.read_bytes())
    (directory / "Dockerfile").write_text(
        "FROM golang:alpine\nCOPY ca.pem /tmp/\nRUN cat /tmp/ca.pem >> /etc/ssl/certs/ca-certificates.crt\n"
    )
    docker("build", "--quiet", "--tag", "golang:private-ca", directory)
    podman("build", "--quiet", "--tag", "golang:private-ca", directory)
    return "BUILDER_IMAGE golang:private-ca"


@pytest.mark.parametrize("engine", ["builtin", *CONTAINERS])
def test_a_proxy_with_a_password(request, project, private, declare, builder, engine):
    arguments = engine_arguments(request, engine)
    secrets = f"GO_ENV GONOSUMDB={TEAM} SECRETS id=GOPROXY,env=TEAM_GOPROXY"
    name, _ = declare(arguments=secrets, builder=builder, **arguments)
    env = {"TEAM_GOPROXY": private.proxy_url, "SSL_CERT_FILE": str(private.ca)}
    log = project.build(name, "--verbose", env=env).output
    says_with(project, name, env)
    assert_no_secret(project, name, arguments["engine"], log)


def test_no_engine_keeps_what_the_builds_above_were_told(private, state):
    """Caches among it. After all of them, as there is much to read."""
    secrets = f"{PASSWORD}\n{line_of_key(private)}"  # grep looks for either
    assert places_with(secrets, state / "docker", state / "podman") == []


def test_this_machine_s_own_set_up(project, private, declare, home):
    settings = f"GO_ENV GOPRIVATE={TEAM} {private.git_settings('http')}"
    name, _ = declare("builtin", f"{settings} SECRETS id=netrc,src=not/needed/here")
    (home / ".netrc").write_bytes(private.netrc.read_bytes())
    log = project.build(name, "--verbose").output
    says(project, name)
    assert_no_secret(project, name, "builtin", log)


def test_this_machine_s_own_ssh(project, private, declare, home):
    # ssh itself looks for the home in the list of users, so git is told.
    known = f"ssh -o UserKnownHostsFile={private.known_hosts}"
    settings = f"GO_ENV GOPRIVATE={TEAM} {private.git_settings('ssh')}"
    name, _ = declare("builtin", f"{settings} SSH default")
    with agent(private.keys / "ada") as socket:
        project.build(name, env={**socket, "GIT_SSH_COMMAND": known})
    says(project, name)


# case -> the call, and what the environment has, by the names of Private's members
FAILURES = {
    "no-password": "GOPRIVATE=@TEAM@ @http@",
    "wrong-password": "GOPRIVATE=@TEAM@ @http@ SECRETS id=netrc,src=@wrong_netrc@",
    "unknown-host": "GOPRIVATE=@TEAM@ @ssh@ SSH default=@keys@/ada",
    "wrong-key": "GOPRIVATE=@TEAM@ @ssh@ SSH default=@keys@/eve SECRETS id=known_hosts,src=@known_hosts@",
    "proxy-password": "GONOSUMDB=@TEAM@ SECRETS id=GOPROXY,env=TEAM_GOPROXY",
    "not-named-private": "GOPROXY=@public_url@ GOSUMDB=off",
}


@pytest.mark.parametrize(
    ("engine", "case"),
    [
        *((engine, case) for engine in ("builtin", "docker") for case in FAILURES),
        ("podman", "no-password"),
        ("buildah", "wrong-key"),
    ],
)
def test_a_failure_names_the_module_and_the_setting(
    request, project, private, declare, golden, home, builder, engine, case
):
    call = FAILURES[case].replace("@TEAM@", TEAM)
    for transport in ("http", "ssh"):
        call = call.replace(f"@{transport}@", private.git_settings(transport))
    for member in ("wrong_netrc", "known_hosts", "keys", "public_url"):
        call = call.replace(f"@{member}@", str(getattr(private, member)))
    name, path = declare(
        arguments=f"GO_ENV {call}", builder=builder, **engine_arguments(request, engine)
    )
    env = {
        "TEAM_GOPROXY": private.proxy_url.replace(PASSWORD, "wrong"),
        "SSL_CERT_FILE": str(private.ca),
    }
    if engine == "builtin":
        (home / ".netrc").write_bytes(private.wrong_netrc.read_bytes() if "wrong" in case else b"")
        known = private.known_hosts if case == "wrong-key" else "/dev/null"
        env["GIT_SSH_COMMAND"] = f"ssh -o UserKnownHostsFile={known} -i {private.keys}/eve"
    output = project.build(name, env=env, expect_failure=True).output
    said = re.search("^GoContainer: add_go.*$", output, re.M)
    assert said, output
    kind = "host" if engine == "builtin" else "container"
    text = said[0].replace(name, "<name>").replace(path, "<module>")
    golden.check(f"errors/private-{case}-{kind}.txt", text + "\n")
