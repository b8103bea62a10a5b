"""gocontainer push, pull and load, with images of every kind."""

import json
import tarfile

import pytest
from gocontainer.cli.commands import main
from gocontainer.report.named import open_named
from hostile import HostileRegistry, digest_of
from images import archive, digest, encoded, entry, layer
from pushing import several


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "none"))


@pytest.fixture
def here():
    with HostileRegistry() as here:
        yield here


def do(capsys, *words):
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out


def fails(capsys, *words):
    assert main([str(word) for word in words]) == 1
    return capsys.readouterr().err


@pytest.fixture
def layout(tmp_path):
    """An OCI layout of an image for two platforms."""
    for name, data in several("amd64", "arm64").items():
        file = tmp_path / "layout" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return tmp_path / "layout"


@pytest.fixture
def docker_archive(tmp_path):
    """What docker image save wrote before it knew OCI layouts."""
    tar = layer(entry("motto", b"Go"))
    config = encoded(
        {
            "os": "linux",
            "architecture": "amd64",
            "config": {"Cmd": ["/motto"]},
            "rootfs": {"type": "layers", "diff_ids": [digest(tar)]},
        }
    )
    entries = [{"Config": "config.json", "RepoTags": ["motto:1"], "Layers": ["1/layer.tar"]}]
    files = {"config.json": config, "1/layer.tar": tar, "manifest.json": encoded(entries)}
    file = tmp_path / "saved.tar"
    file.write_bytes(archive(files))
    return file


def test_a_layout_is_pushed_with_all_platforms_and_pulled_for_one(here, layout, tmp_path, capsys):
    reference, other = (f"{here.host}/team/api:{tag}" for tag in ("1", "2"))
    pushed = do(capsys, "push", layout, reference, other).split()[1]
    assert here.missing() == []
    assert do(capsys, "push", layout, reference) == f"{reference} {pushed} is there\n"
    pulled = tmp_path / "api.tar"
    told = do(capsys, "pull", "--platform", "linux/arm64", reference, pulled)
    with tarfile.open(pulled) as tar:
        files = {member.name: tar.extractfile(member).read() for member in tar}
    (named,) = json.loads(files["index.json"])["manifests"]
    assert told == f"{pulled} {named['digest']} {pulled.stat().st_size:,} bytes\n"
    for name, data in files.items():
        if name.startswith("blobs/"):
            assert digest_of(data) == name[6:].replace("/", ":")
    (docker,) = json.loads(files["manifest.json"])
    assert docker["RepoTags"] == [reference]
    assert {docker["Config"], *docker["Layers"]} < set(files)
    with open_named(str(pulled)) as found:
        assert found.index.config["architecture"] == "arm64"
    assert [file.name for file in tmp_path.glob("api.tar*")] == ["api.tar"]


def test_an_image_is_copied_from_registry_to_registry(here, docker_archive, capsys):
    reference = f"{here.host}/team/motto:1"
    pushed = do(capsys, "push", docker_archive, reference).split()[1]
    with HostileRegistry() as other:
        copy = f"{other.host}/mirror/motto:1"
        words = ["push", "--platform", "linux/amd64", reference, copy]
        assert do(capsys, *words) == f"{copy} {pushed}\n"
        assert other.missing() == []


def test_a_docker_archive_is_left_as_it_is(docker_archive, tmp_path, capsys):
    before = docker_archive.read_bytes()
    do(capsys, "pull", docker_archive, tmp_path / "oci.tar")
    assert docker_archive.read_bytes() == before
    with open_named(str(tmp_path / "oci.tar")) as found:
        assert found.index.config["config"]["Cmd"] == ["/motto"]
        assert found.references == ("motto:1",)


def test_what_cannot_be_moved(here, tmp_path, capsys):
    assert "a reference to push it to is missing" in fails(capsys, "push", tmp_path / "api.tar")
    assert "there is no such file" in fails(capsys, "pull", tmp_path / "api.tar", tmp_path / "b")
    assert "there is no such image" in fails(capsys, "pull", f"{here.host}/a:1", tmp_path / "b.tar")
    assert not (tmp_path / "b.tar").exists()
    said = fails(capsys, "load", tmp_path / "api.tar", "builtin")
    assert said.endswith("builtin is not an engine to load into. Give docker or podman.\n")


def test_an_archive_and_an_image_of_a_registry_are_loaded(
    here, docker_archive, docker, podman, own_store, capsys
):
    reference = f"{here.host}/team/motto:1"
    do(capsys, "push", docker_archive, reference)
    for name, engine in (("docker", docker), ("podman", podman)):
        do(capsys, "load", docker_archive, name)
        do(capsys, "load", "--platform", "linux/amd64", reference, name)
        listed = engine("image", "inspect", "--format", "{{.Id}}", "motto:1", reference).stdout
        assert len(set(listed.split())) == 1
        engine("rmi", "--force", "motto:1", reference)
