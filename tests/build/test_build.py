"""The targets, on every generator and engine."""

import contextlib
import json
import os
import re
import signal
import subprocess
import tarfile
import time

import pytest
from harness import GENERATORS

BROKEN = "package main\n\nfunc main() { undefinedName() }\n"


@pytest.fixture(params=["builtin", "docker", "docker-buildx", "podman", "buildah"])
def engine(request):
    """Arguments of `configure` for each way to build."""
    if not request.param.startswith("docker"):
        return {"engine": request.param}
    fixture = request.param.replace("-", "_")
    return {"engine": "docker", "docker": request.getfixturevalue(fixture)}


# The rules of builtin and of docker on each generator; podman and buildah are built by the rules of docker.
WAYS = [(engine, generator) for engine in ("builtin", "docker") for generator in GENERATORS]
WAYS += zip(("docker-buildx", "podman", "buildah"), GENERATORS)


@pytest.mark.parametrize(("engine", "generator"), WAYS, indirect=["engine"])
def test_a_fresh_tree_builds_and_passes_by_ctest_alone(project, engine, generator):
    project.go_module(".")
    project.cmakelists("add_go_container(fresh BASE scratch MAX_SIZE 15MB)")
    project.configure(generator=generator, **engine)
    result = project.ctest()
    assert "100% tests passed, 0 tests failed out of 9" in result.stdout


def test_targets(project, engine):
    project.go_module("a")
    project.go_module("b")
    project.cmakelists(
        "add_go_container(a SOURCE_DIR a BASE scratch)\nadd_go_container(b SOURCE_DIR b BASE scratch)"
    )
    project.configure(**engine)
    project.build("a-modules")
    project.build("image-modules")
    assert not image_files(project, "a")
    project.build("a")
    assert image_files(project, "a") and not image_files(project, "b")
    project.build("image")
    assert image_files(project, "b")


def image_files(project, name):
    directory = project.binary / f"{name}.container"
    return [p for p in directory.iterdir() if p.name in ("image.id", f"{name}.tar")]


def test_run_starts_the_program(project, engine):
    project.go_module(".", main="""
        package main

        import (
        \t"fmt"
        \t"os"
        )

        func main() {
        \t_, err := os.Stat("/usr/local/bin/runner")
        \tfmt.Println("user", os.Getuid(), os.Getgid(), "args", os.Args[1:], "in image", err == nil)
        }
        """)  # fmt: skip
    project.cmakelists(
        "add_go_container(runner BASE scratch TAGS run-target CMD /usr/local/bin/runner 'a b')".replace(
            "'", '"'
        )
    )
    project.configure(**engine)
    result = project.build("runner-run")
    assert "user 65532 65532 args [a b] in image true" in result.stdout


def test_an_edit_arrives_in_the_image_and_a_failed_build_keeps_the_last_one(project, engine):
    """The failed one shows the compiler's words."""
    project.go_module(".")
    project.cmakelists("add_go_container(broken BASE scratch MAX_SIZE 15MB)")
    project.configure(**engine)
    project.build("image")
    first = [p.read_bytes() for p in image_files(project, "broken")]
    project.build("image")
    assert [p.read_bytes() for p in image_files(project, "broken")] == first
    project.go_module(".", greeting="another greeting")
    project.build("image")
    before = {p.name: p.read_bytes() for p in image_files(project, "broken")}
    assert [*before.values()] != first
    project.write("main.go", BROKEN)
    result = project.build("image", expect_failure=True)
    assert "undefined: undefinedName" in result.output
    command = result.output.partition("FAILED: ")[2].splitlines()[1]
    assert "broken.container/build.sh" in command and "gocontainer" not in command
    assert {p.name: p.read_bytes() for p in image_files(project, "broken")} == before
    # The checks still read that image, when asked to without building.
    project.ctest("-R", "size", "-FA", "broken")


def test_nothing_changed_leaves_the_archive_alone(project):
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch)")
    project.configure(engine="builtin")
    project.build("image")
    before = project.snapshot(project.binary / "api.container")
    project.build("image")
    after = project.snapshot(project.binary / "api.container")
    assert after["api.tar"] == before["api.tar"]


def test_progress_is_seen_while_the_build_runs(project, tmp_path):
    """The standard library is named long before the last one is compiled."""
    project.go_module(".", main='package main\n\nimport _ "fmt"\n\nfunc main() {}\n')
    project.cmakelists("add_go_container(slow BASE scratch)")
    project.configure(engine="builtin")
    environment = {**project.environment(), "GOCACHE": str(tmp_path / "cold")}
    process = subprocess.Popen(
        ["cmake", "--build", project.binary, "--target", "slow"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment,
    )  # fmt: skip
    with process:
        running = [
            process.poll() for line in process.stdout if line.strip() == "the standard library"
        ]
    assert running == [None]
    assert process.returncode == 0


def test_an_interrupted_build_leaves_the_last_image(project):
    project.go_module(".")
    project.cmakelists("add_go_container(api BASE scratch)")
    project.configure(engine="builtin")
    project.build("image")
    before = project.snapshot(project.binary / "api.container")
    project.go_module(".", greeting="never finished")
    command = ["cmake", "--build", project.binary, "--target", "image"]
    process = subprocess.Popen(command, env=project.environment(), start_new_session=True)
    time.sleep(0.15)
    os.killpg(process.pid, signal.SIGINT)
    process.wait()
    after = project.snapshot(project.binary / "api.container")
    assert after["api.tar"] == before["api.tar"] or process.returncode == 0
    assert not [name for name in after if ".new" in name]


def untagged_images(docker):
    listed = docker("image", "ls", "--all", "--quiet", "--no-trunc", "--filter", "dangling=true")
    return set(listed.stdout.split())


def working_directory(docker, image):
    """Of an image that another test may remove at any time; then none."""
    with contextlib.suppress(AssertionError):
        return docker(
            "image", "inspect", "--format", "{{.Config.WorkingDir}}", image
        ).stdout.strip()


def test_modules_are_downloaded_once_and_leave_no_image(project, docker):
    project.go_module(".")
    project.cmakelists("add_go_container(cached BASE scratch)")
    project.configure(engine="docker", docker=docker)
    before = untagged_images(docker)
    first = project.build("cached-modules")
    assert "go mod download" in first.output
    new = untagged_images(docker) - before
    # Other tests make images, too, but none without a tag in that stage's working directory.
    assert "/src" not in {working_directory(docker, image) for image in new}
    project.go_module(".", greeting="an edit")
    again = project.build("cached")
    step = [line for line in again.output.splitlines() if line.startswith("#")]
    number = next(line.split()[0] for line in step if "go mod download" in line)
    assert f"{number} CACHED" in step


def test_docker_image_has_what_the_dockerfile_says(project, docker):
    project.go_module(".")
    project.cmakelists("add_go_container(facts BASE scratch)\nadd_go_container(facts-alpine)")
    project.configure(engine="docker", docker=docker)
    project.build("image")
    for name in ("facts", "facts-alpine"):
        config = json.loads(docker("image", "inspect", "--format", "{{json .Config}}", name).stdout)
        assert config["User"] == "65532:65532"
        assert config["Cmd"] == [f"/usr/local/bin/{name}", "--help"]
    archive = project.binary / "facts.tar"
    container = docker("create", "facts").stdout.strip()
    try:
        docker("export", "--output", archive, container)
    finally:
        docker("rm", container)
    with tarfile.open(archive) as tar:
        modes = {m.name: (m.mode & 0o7777, m.uid, m.gid) for m in tar}
    assert modes["tmp"] == (0o1777, 0, 0)
    assert modes["usr/local/bin/facts"] == (0o755, 0, 0)
    assert modes["etc/ssl/certs/ca-certificates.crt"][1:] == (0, 0)


def test_apk_is_asked_only_where_the_builder_lacks_git_and_certificates(project, docker):
    project.go_module(".")
    project.cmakelists(
        "add_go_container(whole BASE scratch)\n"
        "add_go_container(bare BASE scratch BUILDER_IMAGE golang:bare)"
    )
    project.configure(engine="docker", docker=docker)
    for name, asked in (("whole", False), ("bare", True)):
        dockerfile = project.binary / f"{name}.container/Dockerfile"
        build = [
            "build",
            "--no-cache",
            "--progress=plain",
            "--target",
            "builder",
            "--file",
            dockerfile,
        ]
        result = docker(*build, project.source, env={"DOCKER_BUILDKIT": "1"})
        assert ("apk: add --no-cache git ca-certificates" in result.output) is asked
        project.build(name)


@pytest.mark.parametrize("engine", ["docker", "podman"])
def test_run_publishes_what_is_exposed(project, engine):
    """On this machine's loopback, unless there are a great many."""
    project.go_module(".")
    project.cmakelists(
        "add_go_container(some BASE scratch EXPOSE 8080 5353/udp)\n"
        "add_go_container(many BASE scratch EXPOSE 1000-2000)\n"
        "add_go_container(none BASE scratch)"
    )
    project.configure(engine=engine)
    for name, ports in (("some", ["5353/udp", "8080"]), ("many", []), ("none", [])):
        said = project.build(f"{name}-run").output
        assert sorted(re.findall(r"127\.0\.0\.1:\d+ is port (\S+) of the program", said)) == ports
