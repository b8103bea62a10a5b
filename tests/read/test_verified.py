"""What is read and remembered of an image or a base that somebody else made: it is what was verified, within limits."""

import hashlib
import io
import json
import tarfile
from contextlib import nullcontext

import pytest
from gocontainer.common.epoch import source_date_epoch
from gocontainer.read import tree
from gocontainer.read.base import read_base
from gocontainer.read.layer import Layer
from gocontainer.read.layout import open_image
from gocontainer.read.libc import GLIBC, MUSL, NONE, Libc, libc_of_layers
from gocontainer.read.source import ImageError
from gocontainer.read.tree import Access, tree_of
from images import archive, descriptor, encoded, entry, image, layer, link

PLATFORM = {"os": "linux", "architecture": "amd64"}


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def stored(data, claimed=None):
    """A layer of an OCI layout, by its tar and the digest that a config claims for it."""
    return Layer(
        claimed or digest(data), lambda: nullcontext(io.BytesIO(data)), len(data), digest(data)
    )


GOOD = layer(entry("etc"), entry("etc/os-release", b"good"), entry("lib/ld-musl-x86_64.so.1", b""))
EVIL = layer(entry("etc", mode=0o777), link("usr", "/elsewhere"))


def facts(layers, cache):
    found = tree_of(layers, cache)
    return found.directories["etc"], found.links, libc_of_layers(layers, cache)


@pytest.mark.parametrize("first", ["good", "evil"])
def test_a_base_that_claims_the_layers_of_another(tmp_path, first):
    """It is an error, and the other one is what it is, whichever is read first."""
    good, evil = [stored(GOOD)], [stored(EVIL, digest(GOOD))]
    right = (Access(0o755), {}, Libc(MUSL))
    if first == "good":
        assert facts(good, tmp_path) == right
    assert libc_of_layers(evil, tmp_path) == Libc(NONE)
    with pytest.raises(ImageError, match=r"has the digest sha256:.*, it is damaged"):
        tree_of(evil, tmp_path)
    assert facts(good, tmp_path) == right


@pytest.mark.parametrize(
    "left",
    [
        *(b"", b"{", bytes(100), b"null", b"7", b"[]", b"{}", b'["glibc"]', b'["glibc", [1]]'),
        *(b'["x", [1, 2]]', b'["glibc", ["1", "2"]]', b"\xff", b"[" * 100_000),
        b'{"size": "x", "directories": {}, "links": {}}',
        b'{"size": 1, "directories": {"etc": [1]}, "links": 1}',
        b'{"size": 1, "directories": {"etc": ["x", 0, 0]}, "links": {}}',
        b'{"size": 1, "directories": {}, "links": {"etc": 1}}',
    ],
)
def test_what_can_t_be_read_is_found_out_again(tmp_path, left):
    right = facts([stored(GOOD)], tmp_path)
    files = list(tmp_path.iterdir())
    assert len(files) == 2
    for file in files:
        whole = file.read_bytes()
        file.write_bytes(left)
        assert facts([stored(GOOD)], tmp_path) == right
        assert file.read_bytes() == whole


def test_a_base_of_too_deep_or_too_many_directories(tmp_path, monkeypatch):
    deep = [stored(layer(entry("a/" * 40_000 + "f", b"")))]
    with pytest.raises(ImageError, match="a path of more than 4,096 letters"):
        tree_of(deep, tmp_path)
    monkeypatch.setattr(tree, "MAX_PATHS", 100_000)
    many = [stored(layer(*(entry("a/" * 1000 + str(n), b"") for n in range(2))))]
    with pytest.raises(ImageError, match="paths of more than 100,000 letters together"):
        tree_of(many, tmp_path)
    names = [stored(layer(*(entry(f"{n:0300}") for n in range(400))))]
    with pytest.raises(ImageError, match="paths of more than 100,000 letters together"):
        tree_of(names, tmp_path)


def test_many_directories_that_are_removed_one_by_one():
    """Each removal looks at what it removes alone; all directories together would take minutes."""
    found = tree.Tree()
    for number in range(30_000):
        found.add(f"d{number}", Access())
        found.add(f"d{number}/l", "x")
    for number in range(1, 30_000):
        found.remove(f"d{number}")
    assert (set(found.directories), set(found.links)) == ({"", "d0"}, {"d0/l"})


def test_a_base_that_is_a_bomb(tmp_path, monkeypatch):
    monkeypatch.setattr("gocontainer.read.layer.MAX_GROWTH_BYTES", 4096)
    monkeypatch.setattr("gocontainer.read.layer.MAX_GROWTH", 0)
    bomb = [stored(layer(entry("a", bytes(8192))))]
    for find in (tree_of, libc_of_layers):
        with pytest.raises(ImageError, match="unpacks to more than"):
            find(bomb, tmp_path)


class Counted(io.BytesIO):
    """Knows the largest piece that was read of it."""

    largest = 0

    def read(self, size=-1):
        data = super().read(size)
        Counted.largest = max(Counted.largest, len(data))
        return data


def test_a_c_library_is_never_read_whole(tmp_path, monkeypatch):
    monkeypatch.setattr("gocontainer.read.libc.MAX_LIBC", 1 << 16)
    data = layer(entry("lib/libc.so.6", bytes(8 << 20)))
    large = Layer(digest(data), lambda: nullcontext(Counted(data)), len(data))
    assert libc_of_layers([large], tmp_path) == Libc(GLIBC)
    assert Counted.largest <= 1 << 20


# What no tool writes into the documents of an image; the place of a member -> values.
ODD = [None, 7, -1, 1.5, True, "", "x", [], [None], {}, {"a": None}, [[[]]], "\ud800", "9" * 400]
PLACES = {
    "top": ["manifests", "manifests.0"]
    + [f"manifests.0.{m}" for m in ("mediaType", "digest", "size", "platform", "annotations")],
    "manifest": ["mediaType", "schemaVersion", "config", "layers", "layers.0"]
    + [f"{at}.{m}" for at in ("config", "layers.0") for m in ("mediaType", "digest", "size")],
    "config": ["os", "architecture", "variant", "author", "created", "history", "rootfs", "config"]
    + ["rootfs.diff_ids", "rootfs.diff_ids.0", "config.Env", "config.Cmd", "config.Entrypoint"]
    + ["config.Labels", "config.Labels.a", "config.User", "config.OnBuild", "history.0"]
    + [f"history.0.{m}" for m in ("created_by", "empty_layer")],
}


def with_value(document, place, value):
    node, (*way, last) = document, place.split(".")
    for step in way:
        node = node[int(step) if step.isdecimal() else step]
    node[int(last) if last.isdecimal() else last] = value
    return document


def changed(kind, place, value):
    """The files of a layout with that value in one of its documents, the digests of which are right."""
    tar = layer(entry("a", b"1"))
    config = {
        **PLATFORM,
        "config": {"Labels": {"a": "b"}},
        "history": [{"created_by": "x"}],
        "rootfs": {"type": "layers", "diff_ids": [digest(tar)]},
    }
    if kind == "config":
        with_value(config, place, value)
    manifest = {
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": descriptor("application/vnd.oci.image.config.v1+json", encoded(config)),
        "layers": [descriptor("application/vnd.oci.image.layer.v1.tar", tar)],
    }
    if kind == "manifest":
        with_value(manifest, place, value)
    top = {"manifests": [descriptor(manifest["mediaType"] or "", encoded(manifest))]}
    if kind == "top":
        with_value(top, place, value)
    blobs = {digest(data): data for data in (tar, encoded(config), encoded(manifest))}
    return {
        "index.json": encoded(top),
        **{"blobs/" + name.replace(":", "/"): data for name, data in blobs.items()},
    }


def read_all(file, cache):
    """Read the image and the base in an archive, as checks and builds do."""
    with open_image(f"oci-archive:{file}") as found:
        found.layer_sizes()
        json.dumps(found.config).encode()
    with read_base(file, PLATFORM, "BASE", "Give another.") as base:
        tree_of([stored.content for stored in base.layers], cache)


@pytest.mark.parametrize("kind", PLACES)
def test_documents_of_odd_values(tmp_path, kind):
    """Each is read, or told in words."""
    told = 0
    for place in PLACES[kind]:
        for value in ODD:
            file = tmp_path / "x.tar"
            file.write_bytes(archive(changed(kind, place, value)))
            try:
                read_all(file, tmp_path / "cache")
            except ImageError as error:
                told += 1
                str(error).encode()
    assert told > len(PLACES[kind])


@pytest.mark.parametrize("size", [0, 1, -1, "1024", 1e3, True, 1 << 70, [2], {}])
def test_a_size_that_is_another(tmp_path, size):
    file = tmp_path / "x.tar"
    for kind, place in (("top", "manifests.0.size"), ("manifest", "config.size"), ("manifest", "layers.0.size")):  # fmt: skip
        file.write_bytes(archive(changed(kind, place, size)))
        with pytest.raises(ImageError, match=r"does not have the size .*; it is damaged"):
            read_all(file, tmp_path / "cache")


# JSON as Go reads it, or does not.
DOCUMENTS = {
    b'{"manifests": ' + b"[" * 100 + b"]" * 100 + b"}": "members within members",
    b'{"manifests": [NaN]}': "the number NaN",
    b'{"manifests": [-Infinity]}': "the number -Infinity",
    b'{"manifests": [1e999]}': "the number 1e999",
    b'{"manifests": [' + b"9" * 1_000_000 + b"]}": "the number 999",
    b'\xef\xbb\xbf{"manifests": []}': "is not JSON",
    '{"manifests": []}'.encode("utf-16"): "is not JSON",
}


@pytest.mark.parametrize("number", range(len(DOCUMENTS)))
def test_json_that_is_none(tmp_path, number):
    document, words = list(DOCUMENTS.items())[number]
    (tmp_path / "index.json").write_bytes(document)
    with pytest.raises(ImageError, match=words), open_image(f"oci:{tmp_path}"):
        pass


def test_half_a_character_is_none(tmp_path):
    """Go puts U+FFFD in its place."""
    file = tmp_path / "x.tar"
    file.write_bytes(archive(image([layer(entry("a", b""))], config={"User": "a\ud800b", "Labels": {"\udcff": ""}})))  # fmt: skip
    with open_image(f"oci-archive:{file}") as found:
        assert found.config["config"] == {"User": "a\ufffdb", "Labels": {"\ufffd": ""}}


def test_a_member_that_is_there_twice(tmp_path):
    (tmp_path / "index.json").write_bytes(b'{"manifests": 7, "manifests": []}')
    with pytest.raises(ImageError, match="it holds 0 images"), open_image(f"oci:{tmp_path}"):
        pass


@pytest.mark.parametrize("header", [{"uid": -7}, {"gid": 1 << 33}, {"type": tarfile.CHRTYPE, "devmajor": -1}])  # fmt: skip
def test_owners_and_devices_that_can_t_be(tmp_path, header):
    info, content = entry("a", b"", **header)
    data = layer((info, content), form=tarfile.GNU_FORMAT)
    with pytest.raises(ImageError, match=r"an entry with (the owner|a device)"):
        tree_of([stored(data)], tmp_path)


@pytest.mark.parametrize(
    "text", ["-1", "1.5", "9" * 30, "253402300800", "٣", "²", "1e3", " 1", "0x1", "a\nb", "\udcff"]
)
def test_a_time_that_is_none(monkeypatch, text):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    with pytest.raises(
        ValueError, match=r"SOURCE_DATE_EPOCH is .*, not a number of seconds from 0"
    ):
        source_date_epoch()


def test_the_last_time_of_all(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "253402300799")
    assert source_date_epoch() == 253402300799
