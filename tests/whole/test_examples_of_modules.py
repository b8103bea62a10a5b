"""The examples of several modules and of private ones: from copies outside the repository, as a user consumes them."""

import json
import os
import shutil

import pytest
from harness import REPOSITORY, install, run
from private import PASSWORD, Private, places_with


@pytest.fixture(params=["fetch-content", "find-package"])
def consume(request, project, tmp_path):
    """A function that configures a copy of an example, which gets GoContainer in one of the ways."""

    def configure(name, *arguments, **engine):
        copy = shutil.copytree(REPOSITORY / "examples" / name, tmp_path / "copy")
        project.source = copy
        if request.param == "find-package":
            arguments = [*arguments, "-D", f"CMAKE_PREFIX_PATH={install(tmp_path)}"]
        else:
            project.source = tmp_path / "consumer"
            project.write(
                "CMakeLists.txt",
                "cmake_minimum_required(VERSION 3.25)\nproject(consumer LANGUAGES NONE)\nenable_testing()\n"
                "include(FetchContent)\n"
                f'FetchContent_Declare(GoContainer SOURCE_DIR "{REPOSITORY}" OVERRIDE_FIND_PACKAGE)\n'
                f'add_subdirectory("{copy}" example)\n',
            )
        project.configure(*arguments, **engine)
        return project.binary / ("example" if request.param == "fetch-content" else ".")

    return configure


@pytest.fixture(params=["builtin", "docker"])
def engine(request):
    if request.param == "builtin":
        return {"engine": "builtin"}
    return {"engine": "docker", "docker": request.getfixturevalue("docker_buildx")}


def test_monorepo(project, consume, engine):
    binary = consume("monorepo", **engine)
    result = project.ctest()
    assert "100% tests passed" in result.stdout
    for name in ("catalog.size", "orders.size", "report.size", "report.run"):
        assert name in result.stdout
    plan = json.loads((binary / "report.container/plan.json").read_text())
    assert plan["maxSize"]["bytes"] == 3_000_000
    assert [path.split("/copy/")[1] for path in plan["go"]["modules"]] == [
        *("libs/money", "libs/serve", "services/catalog", "services/orders"),
    ]  # fmt: skip


def test_private_modules(project, consume, engine, docker, tmp_path, monkeypatch, go_environment):
    ask = ["network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]
    (tmp_path / "private").mkdir()
    private = Private(tmp_path / "private", docker(*ask).stdout.strip())
    home = tmp_path / "home"
    home.mkdir()
    try:
        work = shutil.copytree(
            REPOSITORY / "examples/private-modules/greeting", tmp_path / "greeting"
        )
        private.publish(work)
        (home / ".netrc").write_bytes(private.netrc.read_bytes())
        (home / ".gitconfig").write_text(
            f'[url "{private.url("http")}"]\n\tinsteadOf = https://git.example.com/team/\n'
        )
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setenv("GOCACHE", go_environment["GOCACHE"])
        monkeypatch.setenv("GOMODCACHE", str(tmp_path / "modules"))
        monkeypatch.setenv("GOFLAGS", "-modcacherw")
        consume("private-modules", **engine)
        result = project.ctest("-V")
        assert "100% tests passed" in result.stdout
        assert "hello-team.no-secrets" in result.stdout
        assert PASSWORD not in result.output
        assert places_with(PASSWORD, project.binary) == []
    finally:
        private.close()


@pytest.mark.parametrize("name", ["monorepo", "private-modules/greeting"])
def test_the_go_code_of_the_examples(name):
    directory = REPOSITORY / "examples" / name
    packages = "example.com/shop/..." if name == "monorepo" else "./..."
    for command in (["go", "vet", packages], ["go", "test", packages]):
        run(command, cwd=directory, env={**os.environ, "GOFLAGS": ""})
    assert run(["gofmt", "-l", "."], cwd=directory).stdout == ""
