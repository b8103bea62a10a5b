"""What the build context takes of a repository, and what a build of a layout is built again for."""

import os
import re

import pytest
from go_layouts import LAYOUTS
from gocontainer.read.dockerignore import Ignore, context_paths
from harness import run


@pytest.fixture
def workspace(project):
    """The layout of a workspace; returns the directory of the container."""

    def make(name, **engine):
        LAYOUTS["work"].write(project.source)
        call = LAYOUTS["work"].call.replace("@dir@/", "")
        project.cmakelists(f"add_go_container({name} BASE scratch {call})")
        project.configure(**engine)
        project.build("image")
        return project.binary / f"{name}.container"

    return make


FIFTY_THOUSAND = [(f"d{n // 2500}/e{n // 100}", f"f{n % 100}.js") for n in range(50_000)]


# By docker alone: that podman and buildah read the same ignore file is what ../whole/test_go_layouts.py shows.
def test_of_50_000_files_the_context_takes_the_modules(
    project, workspace, docker_buildx, monkeypatch
):
    for directory, name in FIFTY_THOUSAND:
        path = project.source / "web" / directory / name
        if name == "f0.js":
            path.parent.mkdir(parents=True)
        path.write_bytes(b"x" * 100)
    container = workspace("fifty", engine="docker", docker=docker_buildx)
    ignore = Ignore((container / "Dockerfile.dockerignore").read_text())
    looked_at = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda place: looked_at.append(place) or scandir(place))
    paths = {os.path.relpath(p, project.source) for p in context_paths(project.source, ignore)}
    monkeypatch.undo()
    files = {path for path in paths if (project.source / path).is_file()}
    assert files == {
        *("go.work", "services/api/go.mod", "services/api/main.go"),
        *("shared/go.mod", "shared/shared.go"),
    }
    assert len(looked_at) < 10  # of more than 500 directories
    command = ["docker", "buildx", "build", "--progress=plain", "--no-cache-filter=build", "--file",
               container / "Dockerfile", project.source]  # fmt: skip
    said = run(command, env=project.environment()).output
    sent = re.findall(r"transferring context: ([\d.]+)(k?B)", said)
    assert sent and all(unit == "B" or float(size) < 10 for size, unit in sent), said


@pytest.mark.parametrize("engine", ["builtin", "docker"])
def test_an_edit_of_a_module_elsewhere_counts_and_of_an_unused_one_does_not(
    project, workspace, docker_buildx, engine
):
    docker = {"docker": docker_buildx} if engine == "docker" else {}
    container = workspace(f"edited-{engine}", engine=engine, **docker)
    project.write("unused/more.go", "package unused\n")
    project.write("README.md", "new\n")
    if engine == "builtin":
        assert "Building image" not in project.build("image").output
    first = (container / "built").stat().st_mtime_ns
    project.write("shared/shared.go", 'package shared\n\nconst Says = "edited"\n')
    output = project.build("image").output
    assert "Building image" in output
    assert (container / "built").stat().st_mtime_ns != first
    if engine == "docker":
        # An edit of a source leaves the download in the cache.
        step = re.search(r"^#(\d+) \[modules .*go mod download", output, re.M)[1]
        assert f"#{step} CACHED" in output
        said = docker_buildx("run", "--rm", "edited-docker:latest", "/usr/local/bin/edited-docker")
        assert said.stdout == "edited\n"


def test_a_module_that_joins_the_workspace_makes_cmake_configure_again(project, workspace):
    container = workspace("joined", engine="builtin")
    project.write("more/go.mod", "module example.com/more\n\ngo 1.22\n")
    project.write("more/more.go", 'package more\n\nconst Says = "more"\n')
    with (project.source / "go.work").open("a") as work:
        work.write("\nuse ./more\n")
    main = (project.source / "services/api/main.go").read_text()
    project.write("services/api/main.go", main.replace("shared", "more"))
    project.build("image")
    assert run([container / "context/out/joined"]).stdout == "more\n"
    assert "!more\n" in (container / "Dockerfile.dockerignore").read_text()


def test_exceptions_below_ignored_directories(tmp_path):
    for name in ("a/b/c.go", "a/x/y.go", "other/deep/z.go", "go.work"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")

    def found(text):
        return {os.path.relpath(p, tmp_path) for p in context_paths(tmp_path, Ignore(text))}

    assert found("*\n!a/b\n!go.work\n") == {"a/b", "a/b/c.go", "go.work"}
    # A directory counts where something that would be let in is not there yet.
    assert found("*\n!a/b\n!go.work.sum\n") == {".", "a/b", "a/b/c.go"}
    assert found("*\n!*/b\n") == {".", "a/b", "a/b/c.go", "other"}
    assert {"a/x/y.go", "other/deep/z.go"} <= found("*\n!**/*.go\n")
