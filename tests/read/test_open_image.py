"""Reading images: the same answers whatever they are in, clear errors for what is damaged."""

import gzip
import io
import json
import re
import sys
import tarfile

import pytest
from gocontainer.read.layout import Image, open_image
from gocontainer.read.source import ImageError
from harness import GOCONTAINER, needs_engine, run
from images import image


@pytest.fixture
def loaded(project, docker):
    """The name of an image of docker's own making."""
    project.go_module(".")
    project.cmakelists("add_go_container(read BASE alpine TAGS read:test)")
    project.configure(engine="docker", docker=docker)
    project.build("image")
    return "read:test"


def facts(image: Image):
    return {
        "id": image.id,
        "config": image.config,
        "diff_ids": [layer.diff_id for layer in image.layers],
        "sizes": image.layer_sizes(),
    }


def test_the_same_answers_from_everywhere(loaded, docker, skopeo, tmp_path):
    """docker's store, docker's archive, and OCI layouts and archives of the same image."""
    docker("save", "--output", tmp_path / "docker.tar", loaded)
    source = f"docker-archive:{tmp_path / 'docker.tar'}"
    skopeo("copy", source, f"oci:{tmp_path / 'layout'}:{loaded}")
    skopeo("copy", source, f"oci-archive:{tmp_path / 'oci.tar'}:{loaded}")
    skopeo("copy", source, f"docker-archive:{tmp_path / 'again.tar'}:{loaded}")
    places = [
        f"docker-daemon:{loaded}",
        source,
        f"docker-archive:{tmp_path / 'again.tar'}",
        f"oci:{tmp_path / 'layout'}",
        f"oci-archive:{tmp_path / 'oci.tar'}",
        f"docker-archive:{tmp_path / 'oci.tar'}",
    ]
    answers = []
    for place in places:
        with open_image(place) as image:
            answers.append(facts(image))
    # skopeo writes a config of the OCI form, whose digest is another; nothing else may differ.
    for answer in answers:
        assert answer["sizes"] == answers[0]["sizes"]
        assert answer["diff_ids"] == answers[0]["diff_ids"]
        config = {k: v for k, v in answer["config"]["config"].items() if v}
        for key in ("User", "Cmd", "Env", "WorkingDir"):
            assert config.get(key) == answers[0]["config"]["config"].get(key)
    assert answers[0]["id"] == answers[1]["id"]


def test_the_size_is_the_one_that_docker_shows(loaded, docker):
    shown = int(docker("image", "inspect", "--format", "{{.Size}}", loaded).stdout)
    with open_image(f"docker-daemon:{loaded}") as image:
        assert sum(image.layer_sizes()) == shown


def test_the_id_is_the_one_that_docker_shows(loaded, docker):
    shown = docker("image", "inspect", "--format", "{{.Id}}", loaded).stdout.strip()
    with open_image(f"docker-daemon:{loaded}") as image:
        assert image.id == shown
        assert image.references == ("read:test",)


def layer_tar(files):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def docker_archive(file, layers, config=None, **members):
    """A docker archive with the layers; members replaces or, with None, leaves out files."""
    config = config or {
        "config": {},
        "rootfs": {"diff_ids": [f"sha256:{i}" for i in range(len(layers))]},
    }
    names = [f"{i}/layer.tar" for i in range(len(layers))]
    contents = {
        "config.json": json.dumps(config).encode(),
        "manifest.json": json.dumps(
            [{"Config": "config.json", "RepoTags": None, "Layers": names}]
        ).encode(),
        **dict(zip(names, layers)),
        **{
            name.replace("__", "/").replace("_json", ".json"): data
            for name, data in members.items()
        },
    }
    file.write_bytes(layer_tar({n: c for n, c in contents.items() if c is not None}))
    return f"docker-archive:{file}"


def test_compressed_layers_are_read_alike(tmp_path):
    tar = layer_tar({"a": b"x" * 1000, "b": b"y" * 24})
    place = docker_archive(tmp_path / "image.tar", [tar, gzip.compress(tar)])
    with open_image(place) as image:
        assert image.layer_sizes() == [1024, 1024]


def test_a_hard_link_counts_once(tmp_path):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        info = tarfile.TarInfo("a")
        info.size = 10
        tar.addfile(info, io.BytesIO(b"0123456789"))
        link = tarfile.TarInfo("b")
        link.type, link.linkname = tarfile.LNKTYPE, "a"
        tar.addfile(link)
    with open_image(docker_archive(tmp_path / "image.tar", [stream.getvalue()])) as image:
        assert image.layer_sizes() == [10]


GOOD = layer_tar({"a": b"content"})


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"manifest_json": None}, "neither index.json nor manifest.json"),
        ({"manifest_json": b"[]"}, "it holds 0 images, one is needed"),
        ({"manifest_json": b"{"}, "manifest.json is not JSON"),
        ({"manifest_json": b"[{}]"}, "it is not a docker archive (KeyError('Config'))"),
        ({"config_json": None}, "there is no file config.json"),
        ({"config_json": b"[]"}, "it is not a docker archive"),
        ({"config_json": b'{"rootfs": {"diff_ids": []}}'}, "1 layers, but the config names 0"),
        ({"config_json": b" " * 5_000_000}, "config.json is larger than 4194304 bytes"),
    ],
)
def test_damaged_docker_archives(tmp_path, members, words):
    place = docker_archive(tmp_path / "image.tar", [GOOD], **members)
    with pytest.raises(ImageError) as error, open_image(place):
        pass
    assert words in str(error.value)
    assert str(error.value).startswith(place)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (None, "there is no file 0/layer.tar"),
        (b"no tar at all" * 100, "layer sha256:0 can't be read"),
        (gzip.compress(GOOD)[:-20], "layer sha256:0 can't be read"),
        (b"\x28\xb5\x2f\xfd" + b"x" * 600, "layer sha256:0 can't be read"),
    ],
    ids=["missing", "no-tar", "truncated", "zstd"],
)
def test_damaged_layers(tmp_path, layer, words):
    place = docker_archive(tmp_path / "image.tar", [GOOD], **{"0__layer.tar": layer})
    with pytest.raises(ImageError) as error, open_image(place) as image:
        image.layer_sizes()
    assert words in str(error.value)


def test_damaged_archives(tmp_path):
    file = tmp_path / "image.tar"
    for content in (b"", b"no tar", gzip.compress(b"x")):
        file.write_bytes(content)
        with (
            pytest.raises(ImageError, match=r"not a whole tar file|neither index"),
            open_image(f"oci-archive:{file}"),
        ):
            pass
    with (
        pytest.raises(ImageError, match="it can't be opened \\(No such file or directory\\)"),
        open_image("oci-archive:/proc/nonexistent"),
    ):
        pass


@pytest.fixture
def oci(tmp_path):
    """A plain OCI layout."""
    for name, data in image([GOOD]).items():
        file = tmp_path / "oci" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return tmp_path / "oci"


def test_a_blob_with_another_digest_is_damaged(oci):
    index = json.loads((oci / "index.json").read_text())
    manifest = oci / "blobs" / index["manifests"][0]["digest"].replace(":", "/")
    manifest.write_bytes(manifest.read_bytes() + b" ")
    with pytest.raises(ImageError, match="does not have the digest"), open_image(f"oci:{oci}"):
        pass


def test_attestations_of_buildkit_are_no_images(oci):
    index = json.loads((oci / "index.json").read_text())
    attestation = {**index["manifests"][0], "digest": "sha256:" + "0" * 64}
    attestation["platform"] = {"os": "unknown", "architecture": "unknown"}
    index["manifests"].append(attestation)
    (oci / "index.json").write_text(json.dumps(index))
    with open_image(f"oci:{oci}") as image:
        assert image.references == ("latest",)


def test_two_images_are_one_too_many(oci):
    index = json.loads((oci / "index.json").read_text())
    index["manifests"].append({**index["manifests"][0], "digest": "sha256:" + "0" * 64})
    (oci / "index.json").write_text(json.dumps(index))
    with (
        pytest.raises(ImageError, match="it holds 2 images, one is needed"),
        open_image(f"oci:{oci}"),
    ):
        pass


STORES = {
    "docker-daemon": "image save --output {} api:1",
    "containers-storage": "push --quiet api:1 docker-archive:{}",
}


@pytest.mark.parametrize("transport", STORES)
def test_an_engine_is_asked_for_its_image(tmp_path, transport):
    """By the one command that it has for it; how that ends is told."""
    docker_archive(tmp_path / "saved.tar", [GOOD])
    command = tmp_path / "engine"
    for end, said in (("exit 0", None), ("echo no >&2; exit 1", "no"), ("kill -9 $$", "")):
        command.write_text(
            f'#!/bin/sh\necho "$@" >{tmp_path}/call\n'
            f'file=$4\ncp {tmp_path}/saved.tar "${{file#docker-archive:}}"\n{end}\n'
        )
        command.chmod(0o755)
        where = f"{transport}:api:1"
        if said is None:
            with open_image(where, str(command)) as image:
                assert image.layer_sizes() == [7]
        else:
            with (
                pytest.raises(ImageError, match=rf"^{where}: engine save failed: {said}$"),
                open_image(where, str(command)),
            ):
                pass
    call = (tmp_path / "call").read_text().strip()
    assert re.fullmatch(STORES[transport].format(r"/\S+/image\.tar"), call)
    with (
        pytest.raises(ImageError, match="none/engine does not start"),
        open_image(where, "none/engine"),
    ):
        pass


def test_places_that_are_none():
    needs_engine("docker")
    with pytest.raises(ImageError, match="unknown transport 'docker'"), open_image("docker://x"):
        pass
    with pytest.raises(ImageError, match="save failed"), open_image("docker-daemon:no/such:1"):
        pass
    with (
        pytest.raises(ImageError, match="does not start"),
        open_image("docker-daemon:x", "/proc/nonexistent"),
    ):
        pass


def test_the_command_line_ends_with_one_line_and_no_traceback(tmp_path):
    command = [sys.executable, GOCONTAINER, "show", f"oci-archive:{tmp_path}/missing.tar"]
    result = run(command, expect_failure=True)
    assert result.returncode == 1
    assert result.stderr.startswith("GoContainer: oci-archive:")
    assert "Traceback" not in result.stderr
