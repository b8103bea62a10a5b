"""The test of a provenance statement: what a second build, for which a copy stands here, may not differ in."""

import json

import pytest
from gocontainer import checks
from gocontainer.checks import CheckError, check_of
from gocontainer.sbom.provenance import (
    directory_hash,
    file_of,
    images_of_files,
    parameters_of,
    plan_of,
    text_of,
    without_secret,
)
from harness import run
from images import AMD64, archive, build_info, elf, entry, image, layer, one_program, write_plan

LABEL = "org.opencontainers.image.base."


def made(go="go1.26.1", base="a", content=b"1"):
    """An archive of an image: of that version of Go, of the base with that digest, and with that file."""
    program = elf(info=build_info(go, modules=("dep\tx.org/y\tv1.0.0\th1:eHg=",)))
    files = layer(entry("api", program, mode=0o755), entry("a", content))
    labels = {LABEL + "name": "example.com/base:1", LABEL + "digest": f"sha256:{base * 64}"}
    return archive(image([files], config={"Labels": labels}))


@pytest.fixture
def proven(tmp_path):
    """A function that checks the statement of an image, and takes the archive of the second build."""
    directory = tmp_path / "api.container"
    source = tmp_path / "source"
    source.mkdir()
    (source / "go.mod").write_text("module example.com/api\n\ngo 1.22\n")
    write_plan(directory, made())
    plan = {
        "name": "api",
        "engine": "builtin",
        "platform": AMD64,
        "tags": ["api:1"],
        "programs": one_program("/api"),
        "source": str(source),
        "context": str(source),
        "go": {"env": [], "flags": ["-tags=a"], "modules": [str(source)]},
    }
    (directory / "Dockerfile").write_text("")
    (directory / "Dockerfile.dockerignore").write_text("*.txt\n")
    words = ["cp", str(tmp_path / "second.tar"), "@scratch@/api.tar"]
    (directory / "rebuild.json").write_text(json.dumps(words))

    def do(second):
        (tmp_path / "second.tar").write_bytes(second)
        return check_of("provenance")(checks.Test("api.provenance", plan, directory))

    file_of(directory, plan).write_text(
        text_of(plan, directory, checks.Test("", plan, directory).index)
    )
    do.source, do.statement = source, file_of(directory, plan)
    return do


def test_the_same(proven):
    assert "elsewhere gives the same image" in proven(made())
    (proven.source / "ignored.txt").write_text("x")
    proven(made())


@pytest.mark.parametrize(
    ("second", "said"),
    [
        ({"go": "go1.26.2"}, "go pkg:generic/go@1.26.2: only in the build"),
        ({"base": "b"}, f"base example.com/base:1 sha256:{'b' * 64}: only in the build"),
        ({"content": b"2"}, "/a: content, from byte 0 on"),
    ],
)
def test_another_build(proven, second, said):
    with pytest.raises(CheckError) as error:
        proven(made(**second))
    assert said in str(error.value)


def test_another_source(proven):
    (proven.source / "more.go").write_text("package main\n")
    with pytest.raises(CheckError, match=r"sources dirHash:[0-9a-f]{64}: only in the build"):
        proven(made())


def test_the_images_of_files():
    copies = ("b.example/x:1", "a.example/y:1@sha256:ab", "b.example/x:1")
    assert list(images_of_files({"fromImages": [{"image": each} for each in copies]})) == [
        {"name": "from-image", "uri": "a.example/y:1", "digest": {"sha256": "ab"}},
        {"name": "from-image", "uri": "b.example/x:1"},
    ]


@pytest.mark.parametrize("text", ["", "[]", '{"subject": []}', '{"subject": 1}'])
def test_a_damaged_statement(proven, text):
    proven.statement.write_text(text)
    with pytest.raises(CheckError, match="the provenance statement can't be read"):
        proven(made())


def test_a_statement_about_another_image(proven):
    statement = json.loads(proven.statement.read_text())
    statement["subject"][0]["digest"]["sha256"] = "0" * 64
    proven.statement.write_text(json.dumps(statement))
    with pytest.raises(CheckError, match="the statement is about another image"):
        proven(made())


def test_the_parameters_name_no_place_of_this_machine(proven):
    statement = json.loads(proven.statement.read_text())
    parameters = statement["predicate"]["buildDefinition"]["externalParameters"]
    assert parameters["source"] == "${context}"
    assert parameters["go"]["flags"] == ["-tags=a"]
    assert str(proven.source) not in proven.statement.read_text()
    assert "metadata" not in statement["predicate"]["runDetails"]


VARIABLES = {
    "GOAMD64=v2": "GOAMD64=v2",
    "CGO_CFLAGS=-O1 -DA=b": "CGO_CFLAGS=-O1 -DA=b",
    "GOPROXY=https://me:p@ss@proxy.example/a@b,direct": "GOPROXY=https://proxy.example/a@b,direct",
    "GOPROXY=https://me@one.example|https://two.example": "GOPROXY=https://one.example|https://two.example",
    "GOAUTH=netrc": "GOAUTH",
    "REGISTRY_TOKEN=hunter2": "REGISTRY_TOKEN",
    "GOX=1": "GOX",
}


@pytest.mark.parametrize("variable", VARIABLES)
def test_no_secret_of_a_variable_gets_out(variable):
    assert without_secret(variable) == VARIABLES[variable]
    here = {"context": "/c", "source": "/c/a", "go": {"env": [variable]}}
    statement = {"predicate": {"buildDefinition": {"externalParameters": parameters_of(here)}}}
    assert plan_of(statement, here) == here
    elsewhere = {**here, "go": {"env": []}}
    told = [VARIABLES[variable]] if "=" in VARIABLES[variable] else []
    assert plan_of(statement, elsewhere)["go"]["env"] == told


def test_the_hash_of_a_directory(tmp_path):
    """It is what the command in the specification of DigestSet prints."""
    for name in ("b c", "a", "d/e"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    files = {name: tmp_path / name for name in ("d/e", "b c", "a")}
    script = "sha256sum a 'b c' d/e | sha256sum"
    assert directory_hash(files) == run(["sh", "-c", script], cwd=tmp_path).stdout.split()[0]
