"""Layouts of Go code: each is built by this machine's Go and by a builder image."""

import re

import pytest
from go_layouts import LAYOUTS
from harness import Project, run

FEW = ["work", "work-outside", "replace-outside", "vendored-work", "linked-module", "odd-names"]
CASES = [(engine, name) for engine in ("builtin", "docker") for name in LAYOUTS]
CASES += [*zip(("podman", "buildah") * 3, FEW)]


@pytest.fixture(scope="module")
def built(tmp_path_factory, docker_buildx):
    """A function that gives the project of an engine, with all of its layouts built: one after the other, as
    builds that begin alike and side by side sometimes wait for each other for ever in the BuildKit of docker 20.10."""
    projects = {}

    def build(engine):
        if engine not in projects:
            project = projects[engine] = Project(tmp_path_factory.mktemp(engine))
            project.log = "the build did not begin"
            calls = ""
            for name in [name for e, name in CASES if e == engine]:
                layout = LAYOUTS[name]
                layout.write(project.source / name)
                calls += (
                    f"add_go_container({name} BASE scratch {layout.call.replace('@dir@', name)})\n"
                )
            project.cmakelists(calls)
            before = project.snapshot(project.source)
            project.configure(engine=engine, docker=docker_buildx if engine == "docker" else None)
            command = [
                "cmake",
                "--build",
                project.binary,
                "--target",
                "image",
                "-j1",
                "--",
                "-k",
                "0",
            ]
            try:
                project.log = run(command, env=project.environment()).output
            except AssertionError as error:
                project.log = str(error)
            assert project.snapshot(project.source) == before
        return projects[engine]

    return build


@pytest.mark.parametrize(("engine", "name"), CASES)
def test_the_program_of_a_layout(request, built, engine, name):
    project = built(engine)
    directory = project.binary / f"{name}.container"
    assert (directory / "built").exists(), project.log[-6000:]
    if engine == "builtin":
        says = run([directory / "context/out" / name]).stdout
    else:
        podman = engine != "docker"
        says = request.getfixturevalue("podman" if podman else "docker")(
            "run", "--rm", *(["--network=none"] if podman else []), f"{name}:latest", f"/usr/local/bin/{name}"
        ).stdout  # fmt: skip
    assert says == f"{LAYOUTS[name].says}\n"


@pytest.mark.parametrize("name", ["vendored", "vendored-work"])
def test_what_is_vendored_is_not_downloaded(built, name):
    dockerfile = (built("docker").binary / f"{name}.container/Dockerfile").read_text()
    assert "go mod download" not in dockerfile
    assert re.search("^# The modules: vendor/ has them", dockerfile, re.M)
