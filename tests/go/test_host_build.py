"""HOST_BUILD: this machine's Go compiles, the engine only assembles."""

import json
import os
import zipfile

import pytest
from harness import run

# Another worker builds images of the same names.
pytestmark = pytest.mark.usefixtures("own_store")


@pytest.fixture(params=["docker", "docker-buildx", "podman", "buildah"])
def engine(request):
    """Arguments of `configure` for each engine that builds a Dockerfile."""
    if not request.param.startswith("docker"):
        return {"engine": request.param}
    fixture = request.param.replace("-", "_")
    return {"engine": "docker", "docker": request.getfixturevalue(fixture)}


def declare(project, name, arguments=""):
    project.go_module(".")
    project.write(".dockerignore", "*\n")  # is for a context of the sources
    # No image compiles: that builder does not exist.
    builder = "BUILDER_IMAGE go-container.invalid/go"
    project.cmakelists(f"add_go_container({name} BASE scratch HOST_BUILD ON {builder} {arguments})")


def test_an_image_without_a_go_stage(project, engine):
    declare(project, "hosted", "WORKDIR /srv FILES README DESTINATION /opt ENTRYPOINT /usr/local/bin/hosted")  # fmt: skip
    project.write("README", "read me\n")
    project.configure(**engine)
    result = project.ctest()
    assert "100% tests passed" in result.stdout
    assert "hello [" in project.build("hosted-run").stdout


def test_nothing_changed_gives_the_same_image_an_edit_another_one_and_an_error_none(
    project, engine
):
    declare(project, "rebuilt")
    project.configure(**engine)
    identity = project.binary / "rebuilt.container/image.id"
    project.build("image")
    first = identity.read_text()
    project.build("image")
    assert identity.read_text() == first
    project.go_module(".", greeting="another greeting")
    project.build("image")
    second = identity.read_text()
    assert second != first
    project.write("main.go", "package main\n\nfunc main() { undefinedName() }\n")
    result = project.build("image", expect_failure=True)
    assert "undefined: undefinedName" in result.output
    assert identity.read_text() == second


def test_the_context_has_no_more_than_the_image(project, docker):
    """Whatever engine gets it."""
    declare(project, "small", "FILES README DESTINATION /opt")
    project.write("README", "read me\n")
    project.configure(engine="docker", docker=docker)
    project.build("small", env={"SOURCE_DATE_EPOCH": "0"})
    context = project.binary / "small.container/context"
    assert {p.relative_to(context).as_posix() for p in context.rglob("*") if p.is_file()} == {
        "etc/ssl/certs/ca-certificates.crt",
        "files/0/README",
        "out/small",
        "rootfs/etc/group",
        "rootfs/etc/passwd",
    }


def test_modes_do_not_depend_on_the_umask(project, podman):
    declare(project, "masked")
    project.configure(engine="podman")
    old = os.umask(0o077)
    try:
        project.build("masked")
    finally:
        os.umask(old)
    modes = {
        p.name: oct(p.stat().st_mode & 0o7777)
        for p in (project.binary / "masked.container/context").rglob("*")
        if p.name in ("masked", "tmp", "passwd", "group", "ca-certificates.crt", "empty")
    }
    assert modes == {
        "masked": "0o755",
        "tmp": "0o1777",
        "passwd": "0o644",
        "group": "0o644",
        "ca-certificates.crt": "0o644",
        "empty": "0o755",
    }


@pytest.fixture
def proxy(tmp_path):
    """A module proxy on disk, which has example.com/dependency; the environment that asks it."""
    versions = tmp_path / "proxy/example.com/dependency/@v"
    versions.mkdir(parents=True)
    module = "module example.com/dependency\n\ngo 1.22\n"
    (versions / "list").write_text("v1.0.0\n")
    (versions / "v1.0.0.info").write_text('{"Version": "v1.0.0"}')
    (versions / "v1.0.0.mod").write_text(module)
    with zipfile.ZipFile(versions / "v1.0.0.zip", "w") as archive:
        top = "example.com/dependency@v1.0.0/"
        archive.writestr(top + "go.mod", module)
        archive.writestr(top + "x.go", 'package dependency\n\nconst Name = "dependency"\n')
    return {
        "GOPROXY": f"file://{tmp_path}/proxy",
        "GOSUMDB": "off",
        "GOMODCACHE": str(tmp_path / "modules"),
        "GOFLAGS": "-modcacherw",
    }


def test_modules_are_downloaded_by_this_machine_s_go(project, podman, proxy, tmp_path):
    declare(project, "modular")
    project.write("main.go", """
        package main

        import "example.com/dependency"

        func main() { println(dependency.Name) }
        """)  # fmt: skip
    run(["go", "mod", "tidy"], cwd=project.source, env={**os.environ, **proxy})
    run(["go", "clean", "-modcache"], cwd=project.source, env={**os.environ, **proxy})
    project.configure(engine="podman")
    project.build("modular-modules", env=proxy)
    assert (tmp_path / "modules/example.com/dependency@v1.0.0/x.go").exists()
    project.build("modular", env={**proxy, "GOPROXY": "off"})
    run(["chmod", "-R", "u+w", tmp_path / "modules"])


def build_settings(program):
    """What the program itself says of how it was built."""
    lines = run(["go", "version", "-m", program]).stdout.splitlines()
    words = [line.split("\t") for line in lines if line.startswith("\tbuild\t")]
    return dict(word[2].split("=", 1) for word in words)


@pytest.mark.parametrize("engine", ["builtin", "podman"])
def test_variables_of_the_go_command_are_those_that_are_passed_on(project, engine):
    project.go_module(".")
    project.cmakelists(
        "add_go_container(passed BASE scratch HOST_BUILD ON GO_ENV GOAMD64 GOFLAGS)\n"
        "add_go_container(other BASE scratch HOST_BUILD ON)\n"
        "add_go_container(fixed BASE scratch HOST_BUILD ON GO_ENV GOAMD64=v2)"
    )
    project.configure(engine=engine)
    shell = {"GOAMD64": "v3", "GOFLAGS": "-tags=fromshell", "GOOS": "windows", "GOARCH": "arm64"}
    project.build("image", env=shell)
    settings = {
        name: build_settings(project.binary / f"{name}.container/context/out/{name}")
        for name in ("passed", "other", "fixed")
    }
    assert {name: s["GOAMD64"] for name, s in settings.items()} == {
        "passed": "v3",
        "other": "v1",
        "fixed": "v2",
    }
    assert {s["GOOS"] + "/" + s["GOARCH"] for s in settings.values()} == {"linux/amd64"}
    assert {name: s.get("-tags") for name, s in settings.items()} == {
        "passed": "fromshell",
        "other": None,
        "fixed": None,
    }


def test_the_architecture_is_that_of_the_engine(project, tmp_path):
    """The docker of another machine, as far as the configure run asks it."""
    docker = tmp_path / "docker"
    docker.write_text('#!/bin/sh\ncase $1 in version) echo "24.0.0 24.0.0 linux arm64";; esac\n')
    docker.chmod(0o755)
    declare(project, "foreign")
    project.configure("-D", f"GO_CONTAINER_DOCKER={docker}", engine="docker")
    plan = json.loads((project.binary / "foreign.container/plan.json").read_text())
    assert plan["hostBuild"] is True
    assert plan["platform"]["architecture"] == "arm64"
    project.build("foreign", expect_failure=True)  # that docker builds nothing
    program = project.binary / "foreign.container/context/out/foreign"
    assert build_settings(program)["GOARCH"] == "arm64"


def test_a_variable_asks_for_it_and_a_call_may_refuse(project):
    project.go_module(".")
    project.cmakelists(
        "add_go_container(a BASE scratch)\nadd_go_container(b BASE scratch HOST_BUILD OFF)"
    )
    project.configure("-D", "GO_CONTAINER_HOST_BUILD=1", engine="podman")
    plans = [json.loads((project.binary / f"{n}.container/plan.json").read_text()) for n in "ab"]
    assert [plan["hostBuild"] for plan in plans] == [True, False]
    project.configure(engine="builtin")
    plans = [json.loads((project.binary / f"{n}.container/plan.json").read_text()) for n in "ab"]
    assert [plan["hostBuild"] for plan in plans] == [True, True]
