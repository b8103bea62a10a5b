"""Variants of a container: what they take over, what they replace, and that their program is compiled once."""

import json
import re
import uuid

import pytest

ODD = r"""a b "c" 'd'; $HOME \ [e] # ä"""
CALLS = f"""
    add_go_container(api PACKAGE ./cmd/api BASE scratch TAGS example.com:5000/team/api:1.4 api CMD [===[{ODD}]===]
      FILES conf/a conf/b DESTINATION /opt CHMOD 0600 CHOWN 1 LABELS a=b MAX_GROWTH 5% BASELINE sizes.json
      DIRECTORIES /data CHMOD 1777 VARIANTS alpine=alpine:3 shell=alpine)
    add_go_container_variant(api debug LDFLAGS -s=false ENV [===[A={ODD}]===] FILES conf/b USER root TAGS own:1)
    add_go_container_variant(api-debug small BASE alpine ENTRYPOINT DIRECTORIES /tmp/x)
    """


def plans(project):
    found = {}
    for file in project.binary.glob("*.container/plan.json"):
        plan = json.loads(file.read_text())
        found[plan["name"]] = plan
    return found


@pytest.fixture
def declared(project):
    project.go_module(package="cmd/api")
    project.write("conf/a", "a")
    project.write("conf/b", "b")
    project.cmakelists(CALLS)
    project.configure(engine="builtin")
    return plans(project)


def test_they_take_over_all_but_what_they_replace(declared):
    main, alpine, shell = declared["api"], declared["api-alpine"], declared["api-shell"]
    own = {"name", "base", "tags", "push", "config", "maxGrowth", "tests"}
    assert {k: v for k, v in main.items() if k not in own} == {
        k: v for k, v in alpine.items() if k not in own
    }
    assert (alpine["base"], shell["base"]) == ("alpine:3", "alpine")
    assert alpine["tags"] == ["example.com:5000/team/api:1.4-alpine", "api:alpine"]
    assert alpine["config"]["Cmd"] == main["config"]["Cmd"] == [ODD]
    assert alpine["config"]["Labels"]["org.opencontainers.image.title"] == "api"
    assert main["maxGrowth"]["baseline"].endswith("/sizes.json")
    assert alpine["maxGrowth"]["baseline"].endswith("/api-alpine.size.json")


def test_what_they_give_replaces_all_of_an_option(declared):
    debug, small = declared["api-debug"], declared["api-debug-small"]
    assert debug["config"]["User"] == "0"
    assert debug["config"]["Env"] == [f"A={ODD}"]
    assert debug["tags"] == ["own:1"]
    assert [(f["destination"], f["user"]) for f in debug["files"]] == [("/", "0:0")]
    assert debug["directories"] == declared["api"]["directories"]
    assert "-ldflags=-s -w -s=false" in debug["go"]["flags"]
    assert (small["base"], small["tags"]) == ("alpine", ["own:1-small"])
    assert (small["files"], small["config"]["Entrypoint"]) == (debug["files"], [])
    assert small["directories"] != debug["directories"]


def test_the_stages_that_compile_are_the_same_text(declared, project):
    texts = set()
    for name in ("api", "api-alpine"):
        text = (project.binary / f"{name}.container/Dockerfile").read_text()
        stages = re.findall(
            r"^FROM \S+ AS (?:builder|modules|build)\n.*?(?=^# )", text, re.M | re.S
        )
        assert len(stages) == 3
        texts.add("".join(stages))
    assert len(texts) == 1


def test_this_machine_compiles_the_program_once(project, registry):
    project.go_module(package="cmd/api", greeting=str(uuid.uuid4()))  # which no cache has
    bases = f"VARIANTS alpine={registry}/alpine again=scratch"
    project.cmakelists(f"add_go_container(api PACKAGE ./cmd/api BASE scratch {bases})")
    project.configure(engine="builtin")
    said = project.build("image").output
    assert said.splitlines().count("example.com/program/cmd/api") == 1
    names = ("api", "api-alpine", "api-again")
    built = [project.binary / f"{name}.container/context/out/api" for name in names]
    assert len({file.read_bytes() for file in built}) == 1
    assert len({file.stat().st_ino for file in built}) == 3
    project.write("cmd/api/main.go", "package main\n\nfunc main() { nothing() }\n")
    project.build("image", expect_failure=True)
    assert len({file.read_bytes() for file in built}) == 1


@pytest.mark.parametrize("engine", ["docker", "podman", "buildah"])
def test_an_engine_compiles_it_once(project, engine, request):
    project.go_module(greeting=engine)
    project.cmakelists("add_go_container(api BASE scratch TAGS varied VARIANTS alpine=alpine)")
    project.configure(engine=engine, docker=request.getfixturevalue("docker"))
    project.build("api")
    said = project.build("api-alpine").output
    if engine == "docker":
        step = re.search(r"^(#[0-9]+) .*go build", said, re.M)[1]
        assert f"{step} CACHED" in said.splitlines()
    else:
        assert re.search(r"STEP [^\n]*go build[^\n]*\n--> ", said)  # and no output of a command
    assert project.ctest("-R", "api-alpine").returncode == 0
