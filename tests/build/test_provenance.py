"""PROVENANCE: the statement, and the test that builds from it again."""

import json
import re

import pytest
from harness import run
from module_proxy import module_proxy

GO_MOD = "module example.com/program\n\ngo 1.22\n\nrequire example.com/cached v1.0.0\n"
MAIN = 'package main\n\nimport _ "example.com/cached"\n\nvar motto = ""\n\nfunc main() { print(motto) }\n'
ALONE = 'package main\n\nvar motto = ""\n\nfunc main() { print(motto) }\n'
CALL = """
    add_go_container(api BASE scratch PROVENANCE ON ENV A=1 LDFLAGS -X main.motto=first FILES conf
      DESTINATION /etc/conf GO_ENV GONOSUMDB=https://me:password@example.com TOKEN=password)
    """
TEST = ("-V", "-R", "^api[.]provenance$")


@pytest.fixture
def built(project, tmp_path):
    """A project with a statement, and the environment of its modules."""
    modules = {
        "example.com/cached@v1.0.0": {
            "go.mod": "module example.com/cached\n",
            "m.go": "package cached\n",
        }
    }
    env = module_proxy(tmp_path, modules)
    project.write("go.mod", GO_MOD)
    project.write("main.go", MAIN)
    project.write("conf", "1\n")
    run(["go", "mod", "tidy"], cwd=project.source, env=env)
    project.cmakelists(CALL)
    project.configure(engine="builtin")
    project.build("image-provenance", env=env)
    return project, env


def file_of(project):
    return project.binary / "api.container/api.provenance.json"


def failure(project, env):
    """What the test says, without a new statement before it."""
    return project.ctest(*TEST, "-FS", ".*", env=env, expect_failure=True).stdout


def changed(project, change):
    """Changes the build definition of the statement."""
    statement = json.loads(file_of(project).read_text())
    change(statement["predicate"]["buildDefinition"])
    file_of(project).write_text(json.dumps(statement))


def dependencies(definition):
    return {each["name"]: each for each in definition["resolvedDependencies"]}


def test_the_statement_proves_itself_and_goes_red(built):
    project, env = built
    first = file_of(project).read_bytes()
    statement = json.loads(first)
    definition = statement["predicate"]["buildDefinition"]
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicateType"] == "https://slsa.dev/provenance/v1"
    layout = run(["tar", "-xOf", project.binary / "api.container/api.tar", "index.json"]).stdout
    digest = json.loads(layout)["manifests"][0]["digest"]
    assert statement["subject"][0]["digest"] == {"sha256": digest.removeprefix("sha256:")}
    assert statement["predicate"]["runDetails"] == {
        "builder": {"id": "urn:gocontainer:builder:builtin"}
    }
    found = dependencies(definition)
    assert set(found) == {"sources", "files:/etc/conf/conf", "go", "example.com/cached"}
    h1 = found["example.com/cached"]["annotations"]["h1"]
    assert f"example.com/cached v1.0.0 {h1}" in (project.source / "go.sum").read_text()
    assert "sha256" not in found["example.com/cached"]["digest"]
    assert b"password" not in first
    assert str(project.source).encode() not in first

    said = project.ctest(*TEST, env=env).stdout
    assert "a build from the statement elsewhere gives the same image" in said
    assert file_of(project).read_bytes() == first

    flags = definition["externalParameters"]["go"]["flags"]
    other = [each.replace("first", "other") for each in flags]
    assert other != flags
    changed(project, lambda each: each["externalParameters"]["go"].update(flags=other))
    assert "a build from the statement gives another image" in failure(project, env)
    file_of(project).write_bytes(first)
    changed(project, lambda each: dependencies(each)["go"].update(uri="pkg:generic/go@1.2.3"))
    assert "go pkg:generic/go@1.2.3: only in the statement" in failure(project, env)
    file_of(project).write_bytes(first)
    project.write("main.go", MAIN.replace("print(motto)", "println(motto)"))
    assert "sources dirHash:" in failure(project, env)


@pytest.mark.parametrize("engine", ["docker", "buildah"])
def test_engines(project, request, engine):
    """The same content, and then a statement about another call, another source, another base and another Go."""
    command = request.getfixturevalue(engine)
    project.write("go.mod", "module example.com/program\n\ngo 1.22\n")
    project.write("main.go", ALONE)
    project.write("conf", "1\n")
    project.cmakelists(CALL.replace("scratch", "alpine TAGS proven"))
    project.configure(engine=engine, docker=command if engine == "docker" else None)
    project.build("image-provenance")
    first = file_of(project).read_bytes()
    builder = json.loads(first)["predicate"]["runDetails"]["builder"]
    assert builder == {"id": f"urn:gocontainer:builder:{engine}"}
    said = project.ctest(*TEST, "-FS", ".*").stdout
    assert "a build from the statement elsewhere gives the same content" in said
    assert b"password" not in first

    for change, differs in (
        (lambda each: each["externalParameters"].update(base="alpine:3"), "differs +base\n"),
        (
            lambda each: dependencies(each)["go"].update(uri="pkg:generic/go@1.2.3"),
            "go pkg:generic",
        ),
        (lambda each: dependencies(each)["base"].update(uri="alpine:3"), "base alpine:3: only in"),
    ):
        changed(project, change)
        assert re.search(differs, failure(project, None))
        file_of(project).write_bytes(first)
    project.write("main.go", ALONE.replace("print(", "println("))
    assert "sources dirHash:" in failure(project, None)
