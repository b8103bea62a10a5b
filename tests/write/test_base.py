"""The engine builtin on bases other than scratch: real images, from everywhere that they can be."""

import gzip
import hashlib
import io
import json
import os
import shutil
import sys
import tarfile
import uuid
from pathlib import Path

import pytest
from gocontainer.read.base import read_base
from gocontainer.read.layer import Layer
from gocontainer.read.layout import open_image
from gocontainer.read.source import ImageError
from gocontainer.read.tree import Tree
from gocontainer.registry.error import RegistryError
from gocontainer.run.unpack import unpack
from gocontainer.write.assemble import assemble
from gocontainer.write.base_store import base_inputs, refresh_bases
from gocontainer.write.config import image_config, inherit
from harness import GOCONTAINER, Command, run
from images import one_program

PLATFORM = {"os": "linux", "architecture": "amd64"}
PROGRAM = "/usr/local/bin/api"
BASE_DIGEST = "org.opencontainers.image.base.digest"
# What the engines add to the files of a container.
ADDED = ("dev", "proc", "sys", "run", ".dockerenv", "etc/hosts", "etc/hostname", "etc/resolv.conf", "etc/mtab")  # fmt: skip
# The second layer takes back some of the first.
BASE_LAYERS = [
    "mkdir -p /opt/api/conf /real /gone/below && chmod 0700 /opt/api && chown 5:6 /opt/api"
    " && chmod 4711 /real && ln -s /real /opt/link && head -c 99 /dev/urandom | md5sum > /unique",
    "rm -r /gone /opt/api/conf && mkdir /opt/api/conf",
]
BASE_CONFIG = [
    "ENV A=1 B=2",
    "LABEL from=base",
    "EXPOSE 80",
    "VOLUME /data",
    "WORKDIR /opt/api",
    'HEALTHCHECK --interval=3s CMD ["/bin/true"]',
    'ENTRYPOINT ["/bin/echo"]',
    'CMD ["base"]',
]


def unique():
    """A name that no other test has."""
    return "t" + uuid.uuid4().hex[:16]


def plan(base, **more):
    return {
        "name": "api",
        "engine": "builtin",
        "platform": PLATFORM,
        "base": str(base),
        "programs": one_program(PROGRAM),
        "tags": [f"example.com/{unique()}:1"],
        "config": {"User": "65532:65532", "Cmd": [PROGRAM]},
        **more,
    }


@pytest.fixture
def podman(own_store, podman):
    """With a store in which nobody else removes images."""
    return podman


@pytest.fixture
def make(tmp_path):
    """A function that assembles the image of a plan; its program is busybox."""

    def make(base, cache=None, **more):
        certificates = tmp_path / "ca.crt"
        certificates.write_text("certificates\n")
        archive = tmp_path / "api.tar"
        program = shutil.which("busybox", path="/bin:/usr/bin")
        cache = cache or tmp_path / "bases"
        assemble(plan(base, **more), [Path(program)], certificates, archive, cache)
        return archive

    return make


@pytest.fixture(scope="session")
def bases(docker, skopeo, registry, tmp_path_factory):
    """One base in every form, by the text for BASE; no engine's store has its layers."""
    directory = tmp_path_factory.mktemp("bases")
    saved, tag = directory / "saved.tar", f"{registry}/{unique()}:1"
    # Not by docker build, whose cache would keep the layers.
    image, changes = "alpine", [word for line in BASE_CONFIG for word in ("--change", line)]
    for number, command in enumerate(BASE_LAYERS):
        name = unique()
        docker("run", "--name", name, "--entrypoint", "/bin/sh", image, "-c", command)
        docker("commit", *(changes if number else []), name, tag)
        docker("rm", name)
        image = tag
    docker("push", tag)
    docker("save", "--output", saved, tag)
    docker("rmi", tag)
    copies = {
        "oci": f"oci:{directory}/oci",
        "oci-archive": f"oci-archive:{directory}/oci.tar",
        "docker-archive": f"docker-archive:{directory}/docker.tar",
    }
    for copy in copies.values():
        skopeo("copy", f"docker-archive:{saved}", copy)
    zstd = f"oci:{directory}/zstd"
    skopeo("copy", "--dest-compress-format", "zstd", copies["oci"], zstd)
    return {**copies, "zstd": zstd, "docker save": f"docker-archive:{saved}", "registry": tag}


FORMS = ["oci", "oci-archive", "docker-archive", "zstd", "docker save", "registry"]


def files_of(archive):
    """Path to type, mode, owner, link target and digest of all that is in an exported container."""
    with tarfile.open(archive) as tar:
        return {
            m.name.strip("/"): (
                m.type if not m.islnk() else tarfile.REGTYPE,
                m.mode & 0o7777,
                m.uid,
                m.gid,
                m.linkname if m.issym() else "",
                hashlib.sha256(tar.extractfile(m).read()).hexdigest() if m.isfile() else "",
            )
            for m in tar
            if m.name.strip("/") and not m.name.startswith(ADDED)
        }


def tag_of(archive):
    with open_image(f"oci-archive:{archive}") as image:
        return image.references[0]


def load(engine, archive, tmp_path):
    """Load an archive into docker or podman; returns the config and the files, and removes it."""
    tag = tag_of(archive)
    engine("load", "--input", archive)
    (found,) = json.loads(engine("image", "inspect", tag).stdout)
    container = engine("create", tag).stdout.strip()
    engine("export", "--output", tmp_path / "export.tar", container)
    engine("rm", container)
    engine("rmi", "--force", tag)
    config = {k: v for k, v in found["Config"].items() if v}
    if "HealthCheck" in found or "Healthcheck" in found:  # podman has it beside the config
        config.setdefault("Healthcheck", found.get("HealthCheck") or found.get("Healthcheck"))
    return {k: v for k, v in config.items() if v}, files_of(tmp_path / "export.tar")


def digest_of(base):
    """What a base could be pinned by, as skopeo sees it."""
    name = base if ":/" in base else f"docker://{base}"
    return Command("skopeo")("inspect", "--format", "{{.Digest}}", name).stdout.strip()


def manifest_of(archive):
    """The manifest of an archive's layout."""
    with tarfile.open(archive) as tar:
        descriptor = json.load(tar.extractfile("index.json"))["manifests"][0]
        return json.load(tar.extractfile("blobs/" + descriptor["digest"].replace(":", "/")))


@pytest.mark.parametrize("form", FORMS)
def test_every_engine_loads_it_with_the_same_config_and_files(
    form, bases, make, docker, podman, skopeo, tmp_path
):
    archive = make(bases[form])
    with open_image(f"oci-archive:{archive}") as image:
        config = image.config["config"]
    # A docker archive names no digest.
    digest = {} if form.startswith("docker") else {BASE_DIGEST: digest_of(bases[form])}
    assert config["Labels"] == {"from": "base", **digest}
    assert config["Cmd"] == [PROGRAM]
    health = "Healthcheck" in config
    # skopeo's OCI copies have lost it.
    assert health == (form in ("docker-archive", "docker save", "registry"))

    docker_config, docker_files = load(docker, archive, tmp_path)
    podman_config, podman_files = load(podman, archive, tmp_path)
    assert docker_files == podman_files
    for key, value in config.items():
        assert docker_config[key] == podman_config[key] == value
    assert docker_files["opt/api"][:4] == (tarfile.DIRTYPE, 0o700, 5, 6)
    assert docker_files["real"][1] == 0o4711
    assert docker_files["usr/local/bin/api"][:4] == (tarfile.REGTYPE, 0o755, 0, 0)
    assert "gone" not in docker_files
    assert not any(name.startswith("etc/passwd-") for name in docker_files)

    skopeo("copy", f"oci-archive:{archive}", f"dir:{tmp_path / 'copy'}")
    copied = json.loads((tmp_path / "copy/manifest.json").read_text())
    assert copied == manifest_of(archive)


@pytest.mark.parametrize("form", ["oci", "zstd", "registry"])
def test_layers_of_the_base_are_kept_byte_for_byte(form, bases, make, skopeo):
    where = bases[form] if ":/" in bases[form] else f"docker://{bases[form]}"
    before = json.loads(skopeo("inspect", "--raw", where).stdout)["layers"]
    config = {"Healthcheck": {"Test": ["NONE"]}} if form == "registry" else {}
    archive = make(bases[form], config={"User": "0:0", **config})
    after = manifest_of(archive)["layers"]
    assert [la["digest"] for la in after[: len(before)]] == [la["digest"] for la in before]
    assert [la["mediaType"] for la in after[: len(before)]] == [la["mediaType"] for la in before]
    assert len(after) == len(before) + 2


def test_the_new_layers(bases, make):
    archive = make(bases["oci"])
    with open_image(f"oci-archive:{archive}") as image:
        assert [names(layer) for layer in image.layers[-2:]] == [
            ["etc", "etc/ssl", "etc/ssl/certs", "etc/ssl/certs/ca-certificates.crt"],
            ["usr", "usr/local", "usr/local/bin", "usr/local/bin/api"],
        ]
        history = [h for h in image.config["history"] if not h.get("empty_layer")]
    assert len(history) == len(image.layers)
    assert history[-1] == {"created": "1970-01-01T00:00:00Z", "created_by": f"COPY {PROGRAM}"}


def names(layer):
    with layer.open() as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
        return [m.name for m in tar]


def entries(layer):
    with layer.open() as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
        return [(m.name, m.type, oct(m.mode), f"{m.uid}:{m.gid}", m.linkname, m.mtime) for m in tar]


def test_the_same_base_gives_the_same_bytes(bases, make, tmp_path):
    tags = {"tags": ["example.com/same:1"]}
    first = make(bases["registry"], **tags).read_bytes()
    time = (tmp_path / "api.tar").stat().st_mtime_ns
    assert make(bases["registry"], **tags).read_bytes() == first
    assert (tmp_path / "api.tar").stat().st_mtime_ns == time
    assert make(bases["registry"], cache=tmp_path / "other", **tags).read_bytes() == first


def test_a_fetched_base_is_used_again(bases, make, tmp_path, monkeypatch):
    make(bases["registry"])
    (tmp_path / "api.tar").unlink()
    monkeypatch.setattr("gocontainer.write.fetched.bring", None)
    make(bases["registry"])


def test_build_trees_share_what_is_fetched(bases, make, tmp_path, monkeypatch):
    """One that has nothing yet gets all from the cache of the user."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    digest = digest_of(bases["registry"])
    make(f"{bases['registry']}@{digest}", cache=tmp_path / "one/bases")
    monkeypatch.setattr("gocontainer.registry.client.Registry.ask", None)
    make(f"{bases['registry']}@{digest}", cache=tmp_path / "two/bases")
    (one, two) = (
        {file.name: file.stat().st_ino for file in (tmp_path / tree).glob("bases/*/blobs/sha256/*")}
        for tree in ("one", "two")
    )
    assert one == two
    assert len(one) > 3


def test_without_a_place_for_a_cache(bases, make, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    make(bases["registry"])
    assert list((tmp_path / "bases/downloads").iterdir())


def test_the_repositories_of_layers_are_told(bases, make, tmp_path):
    """Who pushes takes layers over from there."""
    repository = bases["registry"].rpartition(":")[0]
    archive = make(bases["registry"])
    layers = manifest_of(archive)["layers"]
    file = tmp_path / "api.tar.sources.json"
    told = json.loads(file.read_text())
    assert told == {layer["digest"]: [repository] for layer in layers[: len(told)]}
    assert len(told) == len(layers) - 2
    make(bases["oci"])
    assert not file.exists()


@pytest.mark.parametrize("store", ["docker-daemon", "containers-storage"])
def test_a_base_out_of_the_store_of_an_engine(store, bases, make, docker, podman, tmp_path):
    engine = docker if store == "docker-daemon" else podman
    name = f"localhost/{unique()}:1"
    engine("pull", bases["registry"])
    engine("tag", bases["registry"], name)
    archive = make(f"{store}:{name}")
    with open_image(f"oci-archive:{archive}") as image:
        assert image.config["config"]["Labels"] == {"from": "base"}
        assert len(image.layers) > 3
    plans = [plan(f"{store}:{name}")]
    (stamp,) = base_inputs(plans[0], tmp_path / "bases")
    assert Path(stamp).stat().st_mtime == 1
    assert refresh_bases(plans, tmp_path / "bases") == []
    engine("build", "--tag", name, "-", stdin=f"FROM {name}\nLABEL from=another\n", env={"DOCKER_BUILDKIT": "1"})  # fmt: skip
    assert refresh_bases(plans, tmp_path / "bases") == [f"{store}:{name}"]
    assert Path(stamp).stat().st_mtime > 1
    with open_image(f"oci-archive:{make(f'{store}:{name}')}") as image:
        assert image.config["config"]["Labels"]["from"] == "another"
    engine("rmi", "--force", name, bases["registry"])
    engine_says = (
        rf'add_go_container\(api\): BASE "{store}:{name}": {store}:{name}: \w+ save failed'
    )
    with pytest.raises(ImageError, match=engine_says):
        make(f"{store}:{name}", cache=tmp_path / "other")


def test_a_pinned_base(bases, make):
    archive = make(f"{bases['registry']}@{digest_of(bases['registry'])}")
    assert len(manifest_of(archive)["layers"]) > 2


def test_a_label_of_the_call_goes_before_the_base_s_digest(bases, make):
    labels = {BASE_DIGEST: "mine", "new": "1"}
    archive = make(bases["oci"], config={"User": "0:0", "Labels": labels})
    with open_image(f"oci-archive:{archive}") as image:
        assert image.config["config"]["Labels"] == {"from": "base", **labels}


def test_an_index_gives_the_image_of_the_platform(bases, make, tmp_path, skopeo, registry):
    """Two platforms, with variants, behind one name, on disk and in a registry."""
    layout = tmp_path / "index"
    shutil.copytree(bases["oci"].partition(":")[2], layout)
    index = json.loads((layout / "index.json").read_text())
    (image,) = index["manifests"]
    other = {**image, "digest": "sha256:" + 64 * "0", "platform": {**PLATFORM, "architecture": "arm64"}}  # fmt: skip
    unknown = {**other, "platform": {"os": "unknown", "architecture": "unknown"}}
    many = {"schemaVersion": 2, "manifests": [unknown, other, {**image, "platform": PLATFORM}]}
    data = json.dumps(many).encode()
    digest = hashlib.sha256(data).hexdigest()
    (layout / "blobs/sha256" / digest).write_bytes(data)
    kind = "application/vnd.oci.image.index.v1+json"
    index["manifests"] = [{"mediaType": kind, "digest": f"sha256:{digest}", "size": len(data)}]
    (layout / "index.json").write_text(json.dumps(index))
    with read_base(layout, PLATFORM, "BASE", "") as base:
        assert base.digest == f"sha256:{digest}"
        assert base.config["architecture"] == "amd64"
    make(f"oci:{layout}")
    with pytest.raises(ImageError, match="for linux/amd64, linux/arm64, not for linux/s390x"):
        make(f"oci:{layout}", platform={"os": "linux", "architecture": "s390x"})


def test_a_docker_archive_may_have_compressed_layers(bases, make, tmp_path, docker):
    old = bases["docker save"].partition(":")[2]
    with tarfile.open(old) as before, tarfile.open(tmp_path / "gzip.tar", "w") as after:
        for member in before:
            content = before.extractfile(member) if member.isfile() else None
            if content and member.name.endswith("layer.tar"):
                data = gzip.compress(content.read(), mtime=0)
                member.size, content = len(data), io.BytesIO(data)
            after.addfile(member, content)
    archive = make(f"docker-archive:{tmp_path / 'gzip.tar'}")
    assert manifest_of(archive)["layers"][0]["mediaType"].endswith("tar.gzip")
    _, files = load(docker, archive, tmp_path)
    assert "unique" in files


# Errors: their texts are golden files.


def build(make, golden, name, base, *places, **more):
    with pytest.raises(ImageError) as error:
        make(base, **more)
    text = f"{error.value}\n"
    for place, word in places:
        text = text.replace(str(place), word)
    golden.check(f"errors/{name}.txt", text)


def test_error_no_registry(make, golden):
    """At a port at which nobody listens."""
    build(make, golden, "base-no-registry", "127.0.0.1:1/base:1")


def test_error_no_such_image(make, golden, registry):
    build(make, golden, "base-no-such-image", f"{registry}/none:1", (registry, "<registry>"))


def test_error_a_pin_that_is_not_there(make, bases):
    with pytest.raises(ImageError, match=r"there is no such image\. Correct the name"):
        make(f"{bases['registry']}@sha256:{64 * '1'}")


def test_error_no_such_file(make, golden, tmp_path):
    build(make, golden, "base-no-such-file", f"oci-archive:{tmp_path}/none.tar")
    build(make, golden, "base-no-such-directory", f"oci:{tmp_path}/none")


def test_error_another_platform(make, golden, bases, tmp_path):
    shutil.copy(bases["docker save"].partition(":")[2], tmp_path / "saved.tar")
    build(
        make,
        golden,
        "base-of-another-platform",
        f"docker-archive:{tmp_path}/saved.tar",
        platform={"os": "linux", "architecture": "arm64"},
    )


def test_error_triggers(make, golden, docker, tmp_path):
    text = "FROM alpine\nONBUILD COPY . /src\nONBUILD RUN make\n"
    tag = unique()
    docker("build", "--tag", tag, "-", stdin=text, env={"DOCKER_BUILDKIT": "1"})
    docker("save", "--output", tmp_path / "triggers.tar", tag)
    docker("rmi", tag)
    build(make, golden, "base-with-triggers", f"docker-archive:{tmp_path}/triggers.tar")


@pytest.mark.parametrize("form", ["oci", "zstd", "docker save"])
def test_error_damaged(make, golden, bases, tmp_path, form):
    """One byte of the largest layer is another one."""
    transport, _, place = bases[form].partition(":")
    copy = tmp_path / "damaged"
    if transport == "oci":
        shutil.copytree(place, copy)
        victim = max((copy / "blobs/sha256").iterdir(), key=lambda p: p.stat().st_size)
        flip(victim, victim.stat().st_size // 2)
        text = f"blobs/sha256/{victim.name}"
    else:
        shutil.copy(place, copy)
        with tarfile.open(copy) as tar:
            victim = max(tar, key=lambda m: m.size)
        flip(copy, victim.offset_data + victim.size // 2)
        text = victim.name
    build(make, golden, "base-damaged", f"{transport}:{copy}", (text, "<layer>"), (f"{transport}:", "<t>:"))  # fmt: skip


def test_error_a_layer_that_is_no_whole_tar(make, golden, tmp_path):
    """Its digest is right, so whoever made the base has made it so."""

    def put(data, kind):
        digest = hashlib.sha256(data).hexdigest()
        (tmp_path / "blobs/sha256" / digest).write_bytes(data)
        kind = f"application/vnd.oci.image.{kind}"
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(data)}

    def put_json(document, kind):
        return put(json.dumps(document).encode(), kind)

    (tmp_path / "blobs/sha256").mkdir(parents=True)
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as tar:
        entry = tarfile.TarInfo("etc/os-release")
        entry.size = 600
        tar.addfile(entry, io.BytesIO(bytes(600)))
    layer = put(whole.getvalue()[:1000], "layer.v1.tar")
    rootfs = {"type": "layers", "diff_ids": [layer["digest"]]}
    config = put_json({**PLATFORM, "rootfs": rootfs}, "config.v1+json")
    manifest = put_json({"schemaVersion": 2, "config": config, "layers": [layer]}, "manifest.v1+json")  # fmt: skip
    (tmp_path / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [manifest]}))
    places = [(tmp_path, "<layout>"), (layer["digest"], "sha256:<digest>")]
    build(make, golden, "base-layer-cut-short", f"oci:{tmp_path}", *places)


def flip(file, offset):
    with file.open("r+b") as stream:
        stream.seek(offset)
        byte = stream.read(1)[0]
        stream.seek(offset)
        stream.write(bytes([byte ^ 1]))


def damages():
    """What a power cut or a disk does to a base that was fetched, by names."""

    def each(change):
        return lambda place: [change(blob) for blob in place.glob("blobs/sha256/*")]

    def largest(change):
        return lambda p: change(max(p.glob("blobs/sha256/*"), key=lambda b: b.stat().st_size))

    return {
        "a byte of each blob": each(lambda blob: flip(blob, 0)),
        "a byte of a layer": largest(lambda blob: flip(blob, blob.stat().st_size // 2)),
        "a layer of zeros": largest(lambda blob: blob.write_bytes(bytes(blob.stat().st_size))),
        "a layer cut short": largest(lambda blob: os.truncate(blob, 1000)),
        "empty blobs": each(lambda blob: os.truncate(blob, 0)),
        "no blobs": each(lambda blob: blob.unlink()),
        "an empty index": lambda place: os.truncate(place / "index.json", 0),
        "no index": lambda place: (place / "index.json").unlink(),
        "nothing": lambda place: (shutil.rmtree(place), place.mkdir()),
    }


def blobs_of(archive):
    """The contents of the blobs in an archive, by their names."""
    with tarfile.open(archive) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar if m.name.startswith("blobs/")}


def no_network(*_):
    raise RegistryError("example.com", "it is out of reach", "Try again")


def test_a_damaged_download_is_fetched_again(make, bases, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    archive = make(bases["registry"])
    whole = blobs_of(archive)
    damages_of_blobs = [what for what in damages() if "index" not in what and what != "nothing"]
    (place,) = (p for p in (tmp_path / "bases").iterdir() if (p / "index.json").exists())
    for what, damage in damages().items():
        os.utime(place / "index.json", (1, 1))
        damage(place)
        archive.unlink()  # what the last archive has is not read again
        assert blobs_of(make(bases["registry"])) == whole, what
        # To Ninja it is the image of before, as long as what is left tells that it is.
        assert ((place / "index.json").stat().st_mtime == 1) == (what in damages_of_blobs), what
    # Where it can't be had, what is there stays, and both reasons are told.
    damages()["a layer of zeros"](place)
    archive.unlink()
    monkeypatch.setattr("gocontainer.registry.pull.places_of", no_network)
    with pytest.raises(ImageError, match=r"damaged|does not have the digest") as error:
        make(bases["registry"])
    assert f"or remove {place} to fetch it again" in str(error.value)
    assert "It can't be fetched again now: " in str(error.value)
    assert place.exists()


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ("[]", "not an OCI image layout"),
        ('{"manifests": []}', "it is for no platform, not for linux/amd64"),
        ('{"manifests": [{"digest": "sha256:../../../etc/passwd"}]}', "not a SHA-256 digest"),
        ("nonsense", "is not JSON"),
    ],
)
def test_error_a_layout_of_something_else(make, tmp_path, document, problem):
    layout = tmp_path / "layout"
    layout.mkdir()
    (layout / "index.json").write_text(document)
    with pytest.raises(ImageError, match=problem):
        make(f"oci:{layout}")


# Inheritance: what docker build makes of it is what is expected here.

BASE = {
    "Env": ["PATH=/bin", "A=1", "B=2"],
    "Entrypoint": ["/e"],
    "Cmd": ["c"],
    "Labels": {"x": "1", "y": "1"},
    "ExposedPorts": {"80/tcp": {}},
    "Volumes": {"/v": {}},
    "User": "base",
    "WorkingDir": "/wd",
    "StopSignal": "SIGINT",
    "Healthcheck": {"Test": ["CMD", "/h"], "Retries": 2},
    "Hostname": "of the container that made it",
}
INHERITANCE = {
    "nothing": ({}, {}),
    "env": ({"Env": ["B=3", "C=4", "A="]}, {"Env": ["PATH=/bin", "A=", "B=3", "C=4"]}),
    "labels": ({"Labels": {"y": "2", "z": ""}}, {"Labels": {"x": "1", "y": "2", "z": ""}}),
    "ports": (
        {"ExposedPorts": {"53/udp": {}}},
        {"ExposedPorts": {"80/tcp": {}, "53/udp": {}}},
    ),
    "volumes": ({"Volumes": {"/w": {}}}, {"Volumes": {"/v": {}, "/w": {}}}),
    "user": ({"User": "1:2"}, {"User": "1:2"}),
    "workdir": ({"WorkingDir": "/a/../b/"}, {"WorkingDir": "/b"}),
    "stopsignal": ({"StopSignal": "9"}, {"StopSignal": "9"}),
    "healthcheck": (
        {"Healthcheck": {"Test": ["CMD", "/x"]}},
        {"Healthcheck": {"Test": ["CMD", "/x"]}},
    ),
    "no-healthcheck": (
        {"Healthcheck": {"Test": ["NONE"]}},
        {"Healthcheck": {"Test": ["NONE"]}},
    ),
    "cmd": ({"Cmd": ["d"]}, {"Cmd": ["d"]}),
    "entrypoint": ({"Entrypoint": ["/n"]}, {"Entrypoint": ["/n"], "Cmd": None}),
    "both": ({"Entrypoint": ["/n"], "Cmd": ["d"]}, {"Entrypoint": ["/n"], "Cmd": ["d"]}),
    "empty-cmd": ({"Cmd": []}, {"Cmd": None}),
    "empty-entrypoint": ({"Entrypoint": []}, {"Entrypoint": None, "Cmd": None}),
    "empty-entrypoint-cmd": (
        {"Entrypoint": [], "Cmd": ["d"]},
        {"Entrypoint": None, "Cmd": ["d"]},
    ),
}


@pytest.mark.parametrize("case", INHERITANCE)
def test_inheritance(case):
    declared, changed = INHERITANCE[case]
    expected = {**BASE, **changed}
    del expected["Hostname"]
    expected = {k: v for k, v in expected.items() if v is not None}
    assert inherit({"config": BASE}, declared) == expected


def test_inheritance_is_what_buildkit_does(docker, tmp_path, make):
    """The same base and the same declarations through docker build."""
    head = 'FROM scratch\nENV A=1 B=2\nENTRYPOINT ["/e"]\nCMD ["c"]\nLABEL x=1\nEXPOSE 80\nWORKDIR /wd\n'
    text = 'ENV B=3 C=4\nLABEL y=2\nEXPOSE 53/udp\nVOLUME /w\nUSER 1:2\nENTRYPOINT ["/n"]\n'
    buildkit = {"DOCKER_BUILDKIT": "1"}
    base, inherited = unique(), unique()
    docker("build", "--tag", base, "-", stdin=head, env=buildkit)
    docker("build", "--tag", inherited, "-", stdin=f"FROM {base}\n{text}", env=buildkit)
    docker("save", "--output", tmp_path / "base.tar", base)
    declared = {
        "Env": ["B=3", "C=4"],
        "Labels": {"y": "2"},
        "ExposedPorts": {"53/udp": {}},
        "Volumes": {"/w": {}},
        "User": "1:2",
        "Entrypoint": ["/n"],
    }
    archive = make(f"docker-archive:{tmp_path}/base.tar", config=declared)
    ask = ["image", "inspect", "--format", "{{json .Config}}"]
    theirs = json.loads(docker(*ask, inherited).stdout)
    docker("load", "--input", archive)
    ours = json.loads(docker(*ask, tag_of(archive)).stdout)
    docker("rmi", inherited, base, tag_of(archive))
    assert ours == theirs


def test_the_history_of_a_base_without_one_is_filled_up():
    base = {"rootfs": {"diff_ids": ["a", "b"]}, "history": [{"empty_layer": True}, {"by": "x"}]}
    whole = image_config(plan("x"), base, [("c", "made")], "now")
    assert whole["rootfs"]["diff_ids"] == ["a", "b", "c"]
    assert whole["history"] == [
        {"empty_layer": True},
        {"by": "x"},
        {"comment": "a layer of the base"},
        {"created": "now", "created_by": "made"},
    ]


HEALTHCHECK = {"Test": ["CMD", PROGRAM, "true"], "Interval": 5_000_000_000, "Timeout": 1_000_000_000, "Retries": 2}  # fmt: skip


@pytest.mark.parametrize("base", ["scratch", "oci", "zstd"])
def test_a_declared_health_check_arrives_everywhere(
    base, bases, make, docker, podman, skopeo, registry, tmp_path
):
    config = {"User": "0:0", "Cmd": [PROGRAM], "Healthcheck": HEALTHCHECK}
    archive = make(bases.get(base, base), config=config)
    for engine in (docker, podman):
        found, _ = load(engine, archive, tmp_path)
        assert found["Healthcheck"] == HEALTHCHECK
    name = f"docker://{registry}/{unique()}:1"
    skopeo("copy", f"oci-archive:{archive}", name)
    found = json.loads(skopeo("inspect", "--config", "--raw", name).stdout)
    assert found["config"]["Healthcheck"] == HEALTHCHECK


# FILES


@pytest.fixture
def staged(tmp_path):
    """A staged tree with everything that it may have."""
    top = tmp_path / "files/0"
    (top / "conf/empty").mkdir(parents=True)
    (top / "conf/api.toml").write_text("a = 1\n")
    (top / "tool").write_bytes(b"#!")
    (top / "Straße ☃").write_text("snow\n")
    (top / ("long-" + 250 * "x")).write_text("long\n")
    (top / "link").symlink_to("./tool")
    for path, mode in (("conf", 0o755), ("conf/empty", 0o750), ("conf/api.toml", 0o640), ("tool", 0o755)):  # fmt: skip
        (top / path).chmod(mode)
    for name in ("Straße ☃", "long-" + 250 * "x"):
        (top / name).chmod(0o644)
    return {"directory": "files/0", "destination": "/opt/api", "user": "7:8"}


def test_files_on_scratch(make, staged, docker, podman, tmp_path):
    archive = make("scratch", files=[staged])
    with open_image(f"oci-archive:{archive}") as image:
        common, files, program = map(entries, image.layers)
    d, f, s = tarfile.DIRTYPE, tarfile.REGTYPE, tarfile.SYMTYPE
    assert [e[0] for e in common][-1] == "tmp"
    assert files == [
        ("opt", d, "0o755", "7:8", "", 0),
        ("opt/api", d, "0o755", "7:8", "", 0),
        ("opt/api/Straße ☃", f, "0o644", "7:8", "", 0),
        ("opt/api/conf", d, "0o755", "7:8", "", 0),
        ("opt/api/conf/api.toml", f, "0o640", "7:8", "", 0),
        ("opt/api/conf/empty", d, "0o750", "7:8", "", 0),
        ("opt/api/link", s, "0o777", "7:8", "./tool", 0),
        ("opt/api/long-" + 250 * "x", f, "0o644", "7:8", "", 0),
        ("opt/api/tool", f, "0o755", "7:8", "", 0),
    ]
    assert [e[0] for e in program][-1] == "usr/local/bin/api"
    assert load(docker, archive, tmp_path)[1] == load(podman, archive, tmp_path)[1]


def test_files_on_a_base_are_what_copy_makes(make, staged, docker, bases, tmp_path):
    """Where the directory is there already, behind a link, new, and the root."""
    groups = []
    for number, destination in enumerate(["/opt/api", "/opt/link/new", "/a/b", "/"]):
        if number:
            shutil.copytree(tmp_path / "files/0", tmp_path / f"files/{number}", symlinks=True)
        group = {"directory": f"files/{number}", "destination": destination, "user": f"7:{number}"}
        groups.append(group)
    archive = make(bases["docker save"], files=groups, config={"WorkingDir": "/srv/new"})
    _, ours = load(docker, archive, tmp_path)

    docker("load", "--input", bases["docker save"].partition(":")[2])
    (tmp_path / "bin").mkdir()
    shutil.copy(shutil.which("busybox"), tmp_path / "bin/api")
    (tmp_path / "bin/api").chmod(0o755)
    (tmp_path / "ca.crt").chmod(0o644)
    text = f"FROM {bases['registry']}\nCOPY ca.crt /etc/ssl/certs/ca-certificates.crt\n"
    for group in groups:
        text += f"COPY --chown={group['user']} {group['directory']}/ {group['destination']}/\n"
    text += f"WORKDIR /srv/new\nCOPY bin/api {PROGRAM}\n"
    (tmp_path / "Dockerfile").write_text(text)
    (tmp_path / "Dockerfile.dockerignore").write_text("*.tar\nbases\n")
    copied = unique()
    docker("build", "--tag", copied, tmp_path, env={"DOCKER_BUILDKIT": "1"})
    container = docker("create", copied, "/bin/true").stdout.strip()
    docker("export", "--output", tmp_path / "export.tar", container)
    docker("rm", container)
    docker("rmi", copied, bases["registry"])
    assert ours == files_of(tmp_path / "export.tar")


def test_files_where_the_base_has_a_link(make, staged, bases, tmp_path):
    (tmp_path / "files/0/opt/link").mkdir(parents=True)
    with pytest.raises(ImageError, match="/opt/link is a directory, but a symbolic link"):
        make(bases["oci"], files=[{**staged, "destination": "/"}])


def test_a_pipe_among_the_files_is_refused(make, staged, tmp_path):
    os.mkfifo(tmp_path / "files/0/pipe")
    with pytest.raises(ImageError, match="pipe is neither a file, a directory nor a link"):
        make("scratch", files=[staged])


def test_a_working_directory_is_made(make, bases):
    for base in ("scratch", bases["oci"]):
        archive = make(base, config={"WorkingDir": "/srv/a b/"})
        with open_image(f"oci-archive:{archive}") as image:
            made = {e[0]: e[1:4] for e in entries(image.layers[-2])}
            assert image.config["config"]["WorkingDir"] == "/srv/a b"
        assert made["srv/a b"] == (tarfile.DIRTYPE, "0o755", "0:0")


# Trees


def layer_of(*members):
    """A layer: names with a slash behind are directories, pairs are links."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as tar:
        for member in members:
            name, target = member if isinstance(member, tuple) else (member, None)
            info = tarfile.TarInfo(name.rstrip("/"))
            info.mode = 0o755
            if target is not None:
                info.type, info.linkname = tarfile.SYMTYPE, target
            elif name.endswith("/"):
                info.type = tarfile.DIRTYPE
            tar.addfile(info)
    return Layer("sha256:x", lambda: io.BytesIO(data.getvalue()))


def tree(*layers):
    found = Tree()
    for layer in layers:
        found.add_layer(layer_of(*layer))
    return found


@pytest.mark.parametrize(
    ("layers", "missing"),
    [
        ([["a/", "a/b/"]], []),
        ([["./a/", "./a/b/"]], []),
        ([["a/b/file"]], []),
        ([["a/"]], ["a/b"]),
        ([["a/", "a/b/"], [".wh.a"]], ["a", "a/b"]),
        ([["a/", "a/b/"], ["a/", "a/.wh.b"]], ["a/b"]),
        ([["a/", "a/b/"], ["a/", "a/.wh..wh..opq"]], ["a/b"]),
        ([["a/", "a/b/"], ["a/", "a/.wh..wh..opq", "a/b/"]], []),
        ([["a/", "a/b/"], ["a/", "a/b/", "a/.wh..wh..opq"]], []),
        ([["a/", "a/b/"], ["a"]], ["a", "a/b"]),
        ([["a/", "a/b/"], [".wh.a", "a/"]], ["a/b"]),
        ([[("a", "c"), "c/", "c/b/"]], []),
        ([[("a", "/c"), "c/"]], ["c/b"]),
        ([[("a", "../../c"), "c/"]], ["c/b"]),
        ([["a/", "a/b/"], [("a", "c")]], ["c", "c/b"]),
    ],
)
def test_what_directories_an_image_has(layers, missing):
    found = tree(*layers)
    assert found.missing(found.resolve("/a/b")) == missing


def test_links_in_circles_are_an_error():
    found = tree([("a", "b"), ("b", "a")])
    with pytest.raises(ImageError, match="in circles"):
        found.resolve("/a/b")


# Unpacking


def test_unpacking_gives_what_umoci_gives(bases, make, tmp_path, umoci):
    layout = tmp_path / "layout"
    layout.mkdir()
    archive = make(bases["oci"])
    run(["tar", "-xf", archive, "-C", layout])
    umoci("unpack", "--rootless", "--image", f"{layout}:{tag_of(archive)}", tmp_path / "b")
    (tmp_path / "root").mkdir()
    with open_image(f"oci-archive:{archive}") as image:
        unpack(image, tmp_path / "root")
    assert listing(tmp_path / "root") == listing(tmp_path / "b/rootfs")


def listing(root):
    return {
        path.relative_to(root).as_posix(): (
            oct(path.lstat().st_mode & 0o171777),
            str(path.readlink()) if path.is_symlink() else path.is_file() and path.read_bytes(),
        )
        for path in root.rglob("*")
    }


def test_running_without_an_engine_on_a_base(bases, make, tmp_path):
    config = {"User": "nobody", "Entrypoint": ["/bin/sh", "-c"], "Cmd": ["id -u; pwd; cat /unique"]}
    archive = make(bases["oci"], config={**config, "WorkingDir": "/srv"})
    result = run([sys.executable, GOCONTAINER, "run", f"oci-archive:{archive}"])
    uid, directory, unique, _ = result.stdout.split()
    assert (uid, directory) == ("65534", "/srv")
    assert len(unique) == 32


# Memory


@pytest.mark.parametrize("kind", ["plain", "gzip"])
def test_memory_does_not_grow_with_the_base(kind, tmp_path):
    size = 300_000_000
    place = tmp_path / "large.tar"
    large_base(place, size, kind)
    (tmp_path / "plan.json").write_text(json.dumps(plan(f"docker-archive:{place}")))
    code = (
        "import json, re, sys; from pathlib import Path; sys.path.insert(0, sys.argv[1]);"
        "from gocontainer.write.assemble import assemble;"
        "plan, binary, *rest = map(Path, sys.argv[2:]);"
        "assemble(json.loads(plan.read_text()), [binary], *rest);"
        "print(re.search(r'VmHWM:\\s*(\\d+) kB', Path('/proc/self/status').read_text())[1])"
    )
    files = [tmp_path / "plan.json", GOCONTAINER / "__main__.py", GOCONTAINER / "__main__.py"]
    command = [
        sys.executable,
        "-c",
        code,
        GOCONTAINER.parent,
        *files,
        tmp_path / "out.tar",
        tmp_path / "bases",
    ]
    assert int(run(command).stdout) * 1024 < 64_000_000


def large_base(place, size, kind):
    """A docker archive of one layer: a file of that size, and twenty thousand small ones."""
    layer = place.with_name("layer.tar")
    with tarfile.open(layer, "w") as tar:
        for number in range(20_000):
            tar.addfile(tarfile.TarInfo(f"small/{number}"))
        info = tarfile.TarInfo("large")
        info.size = size
        with open("/dev/zero", "rb") as zero:  # noqa: PTH123 (a device)
            tar.addfile(info, zero)
    diff_id = run(["sha256sum", layer]).stdout.split()[0]
    if kind == "gzip":
        run(["gzip", "-1", layer])
        layer = layer.with_name("layer.tar.gz")
    config = {**PLATFORM, "rootfs": {"type": "layers", "diff_ids": [f"sha256:{diff_id}"]}}
    manifest = [{"Config": "config.json", "RepoTags": [], "Layers": ["layer.tar"]}]
    with tarfile.open(place, "w") as tar:
        for name, document in (("config.json", config), ("manifest.json", manifest)):
            data = json.dumps(document).encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        tar.add(layer, "layer.tar")


# Through CMake


def test_a_container_on_alpine(project, registry, docker):
    project.go_module(".")
    tag = unique()
    project.cmakelists(f"add_go_container(api BASE {registry}/alpine TAGS {tag})")
    project.configure(engine="builtin")
    project.build("image")
    archive = project.binary / "api.container/api.tar"
    time = archive.stat().st_mtime_ns
    project.build("image")
    assert archive.stat().st_mtime_ns == time
    docker("load", "--input", archive)
    assert "hello [works]" in docker("run", "--rm", tag, PROGRAM, "works").stdout
    assert "bin" in docker("run", "--rm", tag, "/bin/ls", "/").stdout
    docker("rmi", tag)
    project.ctest()
