"""Engines that are there and do not work, or not the way one thinks: one line with the cause and the remedy."""

import contextlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from chosen import declare, errors, told
from daemons import daemon, end_those_in, wait_for
from harness import Command, needs_engine, run

DAEMONLESS = ["podman", "buildah"]


def refused(project, golden, name, **arguments):
    result = project.configure(**arguments, expect_failure=True)
    golden.check(f"errors/{name}.txt", errors(result))


def test_no_daemon(project, golden, docker):
    declare(project)
    there = {"DOCKER_HOST": "unix:///proc/nonexistent/docker.sock"}
    refused(project, golden, "docker-has-no-daemon", engine="docker", docker=docker, env=there)


def test_a_context_that_leads_elsewhere(project, golden, docker, tmp_path, monkeypatch):
    declare(project)
    monkeypatch.delenv("DOCKER_HOST")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "config"))
    docker("context", "create", "far", "--docker", "host=unix:///proc/nonexistent/docker.sock")
    chosen = {"DOCKER_CONTEXT": "far"}
    refused(project, golden, "docker-context", engine="docker", docker=docker, env=chosen)
    docker("context", "use", "far")
    refused(project, golden, "docker-context", engine="docker", docker=docker)


def test_no_permission_on_the_socket(project, golden, unprivileged):
    needs_engine("docker")
    """The daemon's socket belongs to a group in which this user is not."""
    declare(project)
    result = unprivileged.configure(project.source, "docker")
    golden.check("errors/docker-permission.txt", places(errors(result)))


def places(text):
    """The private daemon's socket is at another place on every machine."""
    return text.replace(os.environ["DOCKER_HOST"], "<socket>")


def test_a_new_cli_without_buildx(project, golden, path_docker_without_buildx):
    declare(project)
    path = path_docker_without_buildx
    refused(project, golden, "docker-has-no-buildkit", engine="docker", path=path)


@pytest.mark.parametrize("engine", DAEMONLESS)
def test_no_ids_for_a_rootless_user(project, golden, unprivileged, engine):
    """nobody has no line in /etc/subuid."""
    declare(project)
    result = unprivileged.configure(project.source, engine)
    golden.check(f"errors/{engine}-without-subuid.txt", errors(result))


@pytest.fixture
def broken_runtime(tmp_path):
    """The environment of a machine on which no OCI runtime works: here it does nothing, and fails."""
    needs_engine("podman")
    settings = Path(os.environ["CONTAINERS_CONF"]).read_text()
    settings = settings.replace('runtime = "runc"', 'runtime = "none"')
    conf = tmp_path / "containers.conf"
    conf.write_text(settings + '[engine.runtimes]\nnone = ["/bin/false"]\n')
    return {"CONTAINERS_CONF": str(conf), "BUILDAH_ISOLATION": ""}


@pytest.mark.parametrize("engine", DAEMONLESS)
def test_isolation_is_what_works(project, engine, broken_runtime):
    declare(project)
    result = project.configure(engine=engine, env=broken_runtime)
    assert "isolation chroot" in told(result)[0]
    result = project.configure(engine=engine, env={"BUILDAH_ISOLATION": ""})
    assert "isolation oci" in told(result)[0]
    result = project.configure(engine=engine, env={"BUILDAH_ISOLATION": "rootless"})
    assert "isolation rootless" in told(result)[0]
    project.build("image")


@pytest.mark.parametrize("engine", DAEMONLESS)
def test_what_works_is_tried_once(project, engine, broken_runtime, tmp_path):
    """Until the settings are others, or the environment."""
    command = tmp_path / engine
    command.write_text(f'#!/bin/sh\necho "$*" >>{tmp_path}/calls\nexec {engine} "$@"\n')
    command.chmod(0o755)
    settings = tmp_path / "settings.conf"
    settings.write_text(Path(os.environ["CONTAINERS_CONF"]).read_text())

    def tried(**environment):
        (tmp_path / "calls").write_text("")
        arguments = ["-D", f"GO_CONTAINER_{engine.upper()}={command}"]
        env = {"CONTAINERS_CONF": str(settings), **environment}
        result = project.configure(*arguments, engine=engine, env=env)
        assert "isolation chroot" in told(result)[0]
        calls = (tmp_path / "calls").read_text()
        return sorted(set(re.findall("--isolation ([a-z]+) --layers=false", calls)))

    declare(project)
    assert tried() == ["chroot"]
    assert tried() == []
    settings.write_text(Path(broken_runtime["CONTAINERS_CONF"]).read_text())
    os.utime(settings, (1, 1))
    assert tried() == ["chroot"]
    assert tried(BUILDAH_ISOLATION="") == ["chroot", "oci"]


@pytest.mark.parametrize("engine", DAEMONLESS)
def test_an_isolation_that_is_asked_for_and_does_not_work(project, golden, engine, broken_runtime):
    declare(project)
    asked = {**broken_runtime, "BUILDAH_ISOLATION": "oci"}
    refused(project, golden, f"{engine}-isolation", engine=engine, env=asked)


@contextlib.contextmanager
def own_bridge(name):
    """A bridge with addresses that the first daemon does not give, see ../engines.sh."""
    used = int(re.search(r"//198[.]18[.](\d+)", os.environ["GOPROXY"])[1])
    run(["ip", "link", "add", name, "type", "bridge"])
    try:
        run(["ip", "address", "add", f"198.18.{(used + 128) % 256}.1/24", "dev", name])
        run(["ip", "link", "set", name, "up"])
        yield
    finally:
        run(["ip", "link", "delete", name])


@pytest.fixture
def second_docker(state, tmp_path):
    """A docker daemon that a test may stop, as (process, CLI). Its settings are those of the first one, but for its network:
    two daemons with one would give their containers the same addresses."""
    first = Path(os.environ["DOCKER_HOST"].removeprefix("unix://"))
    run_directory = first.parent / f"second-{os.getpid()}"
    settings = json.loads((state / "daemon.json").read_text())
    settings["hosts"] = [f"unix://{run_directory}/docker.sock"]
    settings["pidfile"] = str(run_directory / "dockerd.pid")
    settings["exec-root"] = str(run_directory / "docker")
    settings["data-root"] = str(tmp_path / "docker")
    settings["containerd-namespace"] += "-second"
    settings["bridge"] = f"gcs-{os.getpid()}"
    run_directory.mkdir()
    file = tmp_path / "daemon.json"
    file.write_text(json.dumps(settings))
    namespace = f"{settings['containerd-namespace']}-plugins"
    command = ["dockerd", "--config-file", file, "--containerd-plugins-namespace", namespace]
    docker = Command("docker", env={"DOCKER_HOST": settings["hosts"][0]})
    try:
        with (
            own_bridge(settings["bridge"]),
            daemon(command, tmp_path / "dockerd.log") as process,
        ):
            wait_for(process, lambda: (run_directory / "docker.sock").exists())
            yield process, docker
    finally:
        end_those_in(tmp_path / "docker")
        # Its containers' ends of the network, which would keep their addresses.
        for left in run_directory.glob("docker/netns/*"):
            run(["umount", "--lazy", left])
        shutil.rmtree(tmp_path / "docker", ignore_errors=True)
        shutil.rmtree(run_directory, ignore_errors=True)


def test_a_daemon_that_stops_in_the_middle_of_a_build(
    project, golden, docker, second_docker, tmp_path
):
    process, second = second_docker
    docker("save", "--output", tmp_path / "alpine.tar", "alpine:latest")
    second("load", "--input", tmp_path / "alpine.tar")
    # It has no git, so the build calls apk, which never ends.
    slow = tmp_path / "slow"
    slow.mkdir()
    (slow / "Dockerfile").write_text(
        "FROM alpine\nRUN printf '#!/bin/sh\\necho waiting; while :; do sleep 60; done' > /sbin/apk\n"
    )
    second("build", "--tag", "slow", slow, env={"DOCKER_BUILDKIT": "1"})

    declare(project, "add_go_container(api BASE scratch TAGS stopped BUILDER_IMAGE slow)")
    project.configure(engine="docker", docker=second)
    identity = project.binary / "api.container/image.id"
    identity.write_text("sha256:the-last-good-one")
    build = subprocess.Popen(
        ["cmake", "--build", project.binary, "--target", "api"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=project.environment(),
    )  # fmt: skip
    output = ""
    with build:
        for line in build.stdout:
            output += line
            if line.rstrip().endswith(" waiting"):
                process.terminate()
    assert build.returncode != 0
    (said,) = (line for line in output.splitlines() if line.startswith("GoContainer:"))
    golden.check(
        "errors/docker-stopped.txt", said.replace(second.env["DOCKER_HOST"], "<socket>") + "\n"
    )
    assert identity.read_text() == "sha256:the-last-good-one"
