"""Images as nobody should make them: each gives a right answer or a clear error, in bounded memory."""

import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
from pathlib import Path

import pytest
import zstandard
from gocontainer.common.lock import locked
from gocontainer.read import index, source, squash, tar
from gocontainer.read import layer as layer_module
from gocontainer.read.index import image_of, index_of
from gocontainer.read.layout import open_image
from gocontainer.read.source import ImageError
from harness import GOCONTAINER
from images import (
    archive,
    digest,
    encoded,
    entry,
    hard_link,
    image,
    layer,
    link,
    raw,
    write_plan,
)


def everything(directory: Path) -> dict[str, tuple]:
    found = {}
    for top, directories, files in os.walk(directory):
        for name in directories + files:
            status = os.lstat(f"{top}/{name}")
            found[f"{top}/{name}"] = (status.st_mode, status.st_size)
    return found


@pytest.fixture
def indexed(tmp_path):
    """A function that gives the index of an image by its layers, or by its archive; nothing but the
    folder of the plan may be written."""
    directory = tmp_path / "plans/api.container"

    def make(*layers: bytes, data: bytes | None = None, **image_arguments):
        shutil.rmtree(directory, ignore_errors=True)
        whole = archive(image(list(layers), **image_arguments)) if data is None else data
        plan = write_plan(directory, whole)
        (tmp_path / "outside").write_text("as it was")
        before = everything(tmp_path)
        try:
            return index_of(plan, directory, None)
        finally:
            after = everything(tmp_path)
            new = [path for path in after.keys() ^ before.keys() if path != str(directory)]
            assert all(path.startswith((f"{directory}/index",)) for path in new), new
            assert (tmp_path / "outside").read_text() == "as it was"
            assert not (directory / "index/new").exists()

    return make


def shown(found):
    """What the image shows, with the contents of files."""
    return {
        path: found.read(e) if found.origin(e).kind == "file" else e.target or e.kind
        for path, e in found.files.items()
    }


def test_all_that_an_entry_has(indexed):
    found = indexed(
        layer(
            entry("./etc/", mode=0o750, uid=3, gid=4),
            entry(
                "./etc/a",
                b"content",
                mode=0o4711,
                uid=1,
                gid=2,
                mtime=1234,
                pax_headers={"SCHILY.xattr.user.colour": "blue"},
            ),
            link("etc/b", "a"),
            hard_link("etc/c", "./etc/a"),
            entry("dev/null", type=tarfile.CHRTYPE, devmajor=1, devminor=3),
            entry("run/fifo", type=tarfile.FIFOTYPE),
        )
    )
    assert {path: e[1:7] for path, e in found.files.items()} == {
        "etc": ("directory", 0o750, 3, 4, 0, ""),
        "etc/a": ("file", 0o4711, 1, 2, 7, ""),
        "etc/b": ("link", 0o777, 0, 0, 0, "a"),
        # A hard link is its file, so it has that one's mode and owner.
        "etc/c": ("hard link", 0o4711, 1, 2, 0, "etc/a"),
        "dev": ("directory", 0o755, 0, 0, 0, ""),
        "dev/null": ("special", 0o755, 0, 0, 0, ""),
        "run": ("directory", 0o755, 0, 0, 0, ""),
        "run/fifo": ("special", 0o755, 0, 0, 0, ""),
    }
    assert found.files["dev/null"].device == ["3", 1, 3]
    assert found.files["run/fifo"].device == ["6", 0, 0]
    assert {e.device for e in found.files.values() if e.kind != "special"} == {None}
    assert (found.files["etc/a"].mtime, found.files["etc/b"].mtime) == (1234, 0)
    assert found.files["etc/a"].xattrs == {"user.colour": "blue"}
    assert found.files["etc/b"].xattrs is None
    assert found.size() == 7
    assert found.read(found.find("/etc/c")) == b"content"
    assert found.read(found.find("etc//./b")) == b"content"
    assert found.read(found.files["etc/a"], 3) == b"con"
    assert found.find("/etc/nothing") is None
    with pytest.raises(ImageError, match="/etc is not a file of the image that could be read"):
        found.read(found.find("/etc"))
    for path in ("etc/b", "dev/null", "run/fifo"):
        with pytest.raises(ImageError, match=f"/{path} is not a file of the image"):
            found.read(found.files[path])
    with found.open(found.find("/etc/a")) as file:
        assert (file.read(2), file.tell(), file.seek(-3, 2), file.read()) == (b"co", 2, 4, b"ent")
        assert (file.seek(-9, 1), file.read(4), file.seek(1), file.read(2)) == (
            0,
            b"cont",
            1,
            b"on",
        )


def test_what_the_index_says_of_the_image(indexed):
    first, second = layer(entry("a", b"12345")), layer(entry("a", b"x" * 300))
    found = indexed(first, second, stored=[gzip.compress(first), second], config={"User": "7"})
    packed = len(gzip.compress(first))
    assert found.layers == [
        (digest(first), 5, packed, len(first)),
        (digest(second), 300, len(second), len(second)),
    ]
    assert found.size() == 305
    assert found.config["config"] == {"User": "7"}
    assert found.id.startswith("sha256:") and found.digest.startswith("sha256:")
    assert [(e.path, e.layer, e.visible) for e in found.entries] == [
        ("a", 0, False),
        ("a", 1, True),
    ]
    with found.open_layer(0) as tar_of_first:
        assert tar_of_first.read() == first


# What a later layer does to an earlier one -> what there is in the end.
BASE = [entry("d"), entry("d/a", b"1"), entry("d/b", b"2"), entry("f", b"3"), link("l", "d")]
STACKS = {
    "nothing": ([], {"d": "directory", "d/a": b"1", "d/b": b"2", "f": b"3", "l": "d"}),
    "whiteout": ([entry("d/.wh.a", b"")], {"d": "directory", "d/b": b"2", "f": b"3", "l": "d"}),
    "whiteout-of-a-directory": ([entry(".wh.d", b"")], {"f": b"3", "l": "d"}),
    "whiteout-of-nothing": (
        [entry(".wh.none", b""), entry("f", b"4")],
        {"d": "directory", "d/a": b"1", "d/b": b"2", "f": b"4", "l": "d"},
    ),
    "opaque": (
        [entry("d"), entry("d/.wh..wh..opq", b"")],
        {"d": "directory", "f": b"3", "l": "d"},
    ),
    "opaque-behind-what-it-spares": (
        [entry("d"), entry("d/c", b"5"), entry("d/.wh..wh..opq", b"")],
        {"d": "directory", "d/c": b"5", "f": b"3", "l": "d"},
    ),
    "opaque-root": ([entry(".wh..wh..opq", b""), entry("z", b"9")], {"z": b"9"}),
    "whiteout-and-file-of-one-layer": (
        [entry("d/a", b"6"), entry("d/.wh.a", b"")],
        {"d": "directory", "d/a": b"6", "d/b": b"2", "f": b"3", "l": "d"},
    ),
    "whiteout-and-part-of-a-directory": (
        [entry(".wh.d", b""), entry("d/c", b"7")],
        {"d": "directory", "d/c": b"7", "f": b"3", "l": "d"},
    ),
    "file-for-directory": ([entry("d", b"8")], {"d": b"8", "f": b"3", "l": "d"}),
    "directory-for-file": (
        [entry("f"), entry("f/a", b"8")],
        {"d": "directory", "d/a": b"1", "d/b": b"2", "f": "directory", "f/a": b"8", "l": "d"},
    ),
    "link-for-directory": ([link("d", "x")], {"d": "x", "f": b"3", "l": "d"}),
    "directory-for-link": (
        [entry("l"), entry("l/a", b"8")],
        {"d": "directory", "d/a": b"1", "d/b": b"2", "f": b"3", "l": "directory", "l/a": b"8"},
    ),
    "directory-again": (
        [entry("d", mode=0o700)],
        {"d": "directory", "d/a": b"1", "d/b": b"2", "f": b"3", "l": "d"},
    ),
    "below-a-link-of-the-layer-before": (
        [entry("l/z", b"8")],
        {"d": "directory", "d/a": b"1", "d/b": b"2", "f": b"3", "l": "directory", "l/z": b"8"},
    ),
    "below-a-link-of-its-own": (
        [link("m", "/d/"), entry("m/z", b"8")],
        {"d": "directory", "d/a": b"1", "d/b": b"2", "d/z": b"8", "f": b"3", "l": "d", "m": "/d/"},
    ),
    "hard-link-across-layers": (
        [hard_link("h", "d/a"), entry(".wh.d", b"")],
        {"h": b"1", "f": b"3", "l": "d"},
    ),
    "hard-link-to-a-hard-link": (
        [hard_link("h", "d/a"), hard_link("i", "h"), entry("h", b"9"), entry(".wh.d", b"")],
        {"h": b"9", "i": b"1", "f": b"3", "l": "d"},
    ),
    "hard-link-through-a-link": (
        [link("m", "d"), hard_link("h", "/m/b")],
        {"d": "directory", "d/a": b"1", "d/b": b"2", "f": b"3", "l": "d", "m": "d", "h": b"2"},
    ),
    "twice-in-one-layer": (
        [entry("f", b"4"), hard_link("h", "f"), entry("f", b"5")],
        {"d": "directory", "d/a": b"1", "d/b": b"2", "f": b"5", "h": b"4", "l": "d"},
    ),
}


@pytest.mark.parametrize("stack", STACKS)
def test_layers_on_layers(indexed, stack):
    entries, wanted = STACKS[stack]
    assert shown(indexed(layer(*BASE), layer(*entries))) == wanted


def test_replaced_and_back(indexed):
    found = indexed(
        layer(entry("x"), entry("x/y", b"1")),
        layer(entry("x", b"2")),
        layer(entry("x"), entry("x/z", b"3")),
    )
    assert shown(found) == {"x": "directory", "x/z": b"3"}


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("../../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("/../../etc/./passwd", "etc/passwd"),
        ("up/passwd", "etc/passwd"),
    ],
)
def test_links_never_leave_the_image(indexed, target, leads_to):
    """up is a link to a directory."""
    found = indexed(
        layer(entry("etc/passwd", b"inside"), link("a/b/up", "/etc"), link("a/b/l", target))
    )
    assert found.resolve("/a/b/l") == leads_to
    assert found.place("/a/b/l") == "a/b/l"
    assert found.place("/a/b/up/x") == "etc/x"
    assert found.read(found.find("a/b/l")) == b"inside"


def test_a_hard_link_to_a_link_is_a_link(indexed):
    found = indexed(layer(entry("a", b"1"), link("l", "a"), hard_link("h", "l")))
    assert found.read(found.find("h")) == b"1"
    assert found.origin(found.files["h"]).kind == "link"


def test_looping_links_are_an_error_only_where_they_are_followed(indexed):
    found = indexed(layer(link("a", "b"), link("b", "a"), link("c", "c"), entry("f", b"1")))
    for path in ("a", "b/x", "c"):
        with pytest.raises(ImageError, match="the symbolic links in the image go round in circles"):
            found.find(path)
    assert found.read(found.find("f")) == b"1"


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([entry("../x", b"1")], "names a path outside of the image: ../x"),
        ([entry("a/../../x", b"1")], "names a path outside of the image: a/../../x"),
        ([entry(".wh.", b"")], "has a whiteout of nothing: /.wh."),
        ([entry("a/.wh...", b"")], "has a whiteout of nothing: /a/.wh..."),
        ([hard_link("h", "none")], "has a hard link to no file: /h to /none"),
        ([hard_link("a", "b"), hard_link("b", "a")], "has a hard link to no file: /a to /b"),
        ([entry("d"), hard_link("h", "d")], "has a hard link to no file: /h to /d"),
        ([link("a", "a"), entry("a/x", b"1")], "the symbolic links in the image go round"),
        ([entry("./", b"1")], "has a file in the place of the root directory"),
        ([link("/", "/etc")], "has a link in the place of the root directory"),
        ([entry("a/" * 2100 + "x", b"1")], "has a path of more than 4,096 letters"),
        ([link("a", "b" * 5000)], "has a path of more than 4,096 letters"),
    ],
)
def test_entries_that_no_image_may_have(indexed, entries, words):
    with pytest.raises(ImageError) as error:
        indexed(layer(*entries))
    assert words in str(error.value)


def test_absolute_and_odd_names(indexed):
    names = ["/abs", "//two", "./d//./e", "n\newline", "\udcff\udcfe", "ü", " ", "x" * 300, "a\\b"]
    found = indexed(layer(*(entry(name, name.encode("utf-8", "replace")) for name in names)))
    wanted = ["abs", "two", "d/e", "n\newline", "\udcff\udcfe", "ü", " ", "x" * 300, "a\\b", "d"]
    assert set(found.files) == set(wanted)
    assert found.read(found.find("/" + "x" * 300)) == b"x" * 300


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_long_names_and_targets(indexed, form):
    long = "/".join(["d" * 99] * 30)
    found = indexed(layer(entry(long, b"1"), hard_link("h", long), link("l", long), form=form))
    assert found.read(found.find("h")) == found.read(found.find("l")) == b"1"
    assert found.files["l"].target == long


def test_pax_records(indexed):
    big = entry("x", b"1")
    big[0].pax_headers = {"path": "real\udcff", "comment": "c" * 1_000_000, "uid": "3000000000"}
    found = indexed(layer(big))
    assert found.files["real\udcff"].uid == 3_000_000_000


def pax(**records: str) -> bytes:
    """A PAX header of any records; they go for the next entry."""
    lines = b""
    for name, value in records.items():
        text = f" {name.replace('_', '.')}={value}\n".encode()
        size = len(text) + 1
        while len(str(size)) + len(text) != size:
            size += 1
        lines += str(size).encode() + text
    return raw(b"pax", lines, b"x")


END = b"\0" * 1024
# What is written as a layer -> what is said of it.
NO_LAYERS = {
    "no-tar": (b"no tar at all" * 100, "can't be read"),
    "empty": (b"", "can't be read"),
    "cut-in-a-header": (layer(entry("a", b"1"), entry("b", b"2"))[:1100], "not a whole tar"),
    "cut-in-a-file": (layer(entry("a", b"1" * 2000))[:1200], "can't be read"),
    "rubbish-behind-a-file": (raw(b"a", b"1") + b"rubbish" * 200, "not a whole tar"),
    "pax-of-gigabytes": (raw(b"pax", b"11 path=xx\n", b"x", size=7 << 30), "a header of more than"),
    "name-of-gigabytes": (raw(b"long", b"xx", b"L", size=7 << 30), "a header of more than"),
    "pax-of-two-megabytes": (
        pax(comment="x" * (1 << 21)) + raw(b"a", b"1") + END,
        "a header of more than 1,048,576 bytes",
    ),
    "names-of-names": (raw(b"n", b"x\0", b"L") * 2000 + raw(b"a", b"1") + END, "not a whole tar"),
    "negative-size": (pax(size="-512") + raw(b"a", b"1") + END, "can't be read"),
    # Newer Pythons say so themselves, in other words.
    "small-negative-size": (pax(size="-100") + raw(b"a", b"1") + END, "can't be read"),
    "endless-size": (pax(size="9" * 40) + raw(b"a", b"1") + END, "can't be read"),
    "size-of-no-number": (
        pax(GNU_sparse_major="1", GNU_sparse_minor="0", GNU_sparse_realsize="9")
        + raw(b"a", b"x\n" * 256)
        + END,
        "not a whole tar",
    ),
    "map-of-megabytes": (
        pax(GNU_sparse_major="1", GNU_sparse_minor="0", GNU_sparse_realsize="9")
        + raw(b"a", b"800000\n" + b"1\n" * 1_600_000)
        + END,
        "a header of more than",
    ),
    "map-beyond-the-file": (
        pax(GNU_sparse_map="0,1,90,20", GNU_sparse_size="100") + raw(b"a", b"1" * 21) + END,
        "a sparse file with a damaged map",
    ),
    "map-backwards": (
        pax(GNU_sparse_map="50,1,0,1", GNU_sparse_size="100") + raw(b"a", b"12") + END,
        "a sparse file with a damaged map",
    ),
    "map-of-more-than-there-is": (
        pax(GNU_sparse_map="0,5000", GNU_sparse_size="5000") + raw(b"a", b"1") + END,
        "a sparse file with a damaged map",
    ),
    "map-of-less-than-nothing": (
        pax(GNU_sparse_map="9,-3", GNU_sparse_size="10") + raw(b"a", b"1") + END,
        "a sparse file with a damaged map",
    ),
    "holes-of-terabytes": (
        pax(GNU_sparse_map="0,1", GNU_sparse_size=str(1 << 42)) + raw(b"a", b"1") + END,
        "unpacks to more than",
    ),
}


@pytest.mark.parametrize("case", NO_LAYERS)
def test_layers_that_are_none(indexed, case):
    data, words = NO_LAYERS[case]
    with pytest.raises(ImageError) as error:
        indexed(data)
    assert words in str(error.value)
    assert str(error.value).startswith(f"layer {digest(data)} ")


def test_the_root_itself(indexed):
    found = indexed(layer(entry("./", mode=0o700), entry("./a", b"1")))
    assert (found.files[""].kind, found.files[""].mode) == ("directory", 0o700)
    assert found.find("/") == found.files[""]


def test_a_layer_of_nothing(indexed):
    assert indexed(layer()).entries == []


def sparse_with_tar(directory: Path, *options: str) -> bytes:
    with (directory / "holes").open("wb") as file:
        for place in (0, 3_000_000, 8_000_000):
            file.seek(place)
            file.write(b"data at %d" % place)
        file.truncate(9_000_000)
    command = ["tar", "--sparse", *options, "-cf", "-", "-C", directory, "holes"]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.mark.parametrize(
    "options",
    [
        ["--format=gnu"],
        ["--format=posix", "--sparse-version=0.0"],
        ["--format=posix", "--sparse-version=0.1"],
        ["--format=posix", "--sparse-version=1.0"],
    ],
    ids=["gnu", "pax-0.0", "pax-0.1", "pax-1.0"],
)
def test_sparse_files(indexed, tmp_path, options):
    packed = sparse_with_tar(tmp_path, *options)
    assert len(packed) < 100_000
    found = indexed(packed)
    wanted = (tmp_path / "holes").read_bytes()
    assert found.size() == found.find("holes").size == len(wanted) == 9_000_000
    assert found.read(found.find("holes")) == wanted
    with found.open(found.find("holes")) as file:
        assert b"".join(iter(lambda: file.read(77_777), b"")) == wanted


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_compressed_layers(indexed, compress):
    plain = layer(entry("a", b"content" * 1000))
    found = indexed(plain, stored=[compress(plain)])
    assert found.read(found.find("a")) == b"content" * 1000
    for cut in (20, len(compress(plain)) // 2, len(compress(plain)) - 1):
        with pytest.raises(ImageError, match=r"can't be read|it is damaged"):
            indexed(plain, stored=[compress(plain)[:cut]])


def test_zstd_without_a_package_says_what_to_install(indexed, monkeypatch):
    plain = layer(entry("a", b"1"))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    monkeypatch.setitem(sys.modules, "compression.zstd", None)
    with pytest.raises(
        ImageError, match=r"compressed with zstd\. Install the package zstandard for"
    ):
        indexed(plain, stored=[zstandard.ZstdCompressor().compress(plain)])


def test_a_bomb_ends_early(indexed, monkeypatch, tmp_path):
    """Neither one large layer nor many that are each within bounds; no trace of it is left."""
    monkeypatch.setattr(layer_module, "MAX_GROWTH_BYTES", 1 << 20)
    monkeypatch.setattr(layer_module, "MAX_GROWTH", 10)
    plain = layer(entry("zeros", bytes(30 << 20)))
    words = "unpacks to more than 1,048,576 bytes and 10 times the image's size"
    for layers in ([plain], [layer(entry(f"{n}", bytes(900_000))) for n in range(4)]):
        with pytest.raises(ImageError, match=words):
            indexed(*layers, stored=[gzip.compress(data) for data in layers])
    kept = [size for mode, size in everything(tmp_path).values() if not os.path.stat.S_ISDIR(mode)]
    assert sum(kept) < 200_000
    # The bound is of the image's own size: what is not packed fits always.
    assert indexed(plain).size() == 30 << 20
    # And what is packed may be so many times as large, if it is small on the whole.
    monkeypatch.setattr(layer_module, "MAX_GROWTH_BYTES", 0)
    small = layer(*(entry(f"{n}", os.urandom(300)) for n in range(100)))
    assert len(gzip.compress(small)) * 1.5 < len(small)
    assert indexed(small, stored=[gzip.compress(small)]).size() == 30_000


def test_too_many_names(indexed, monkeypatch):
    monkeypatch.setattr(squash, "MAX_PATHS", 10_000)
    deep = [entry(f"{n}/" + "a/" * 60 + "x", b"") for n in range(10)]
    with pytest.raises(ImageError, match="paths of more than 10,000 letters together"):
        indexed(layer(*deep))
    assert len(indexed(layer(*deep[:1])).files) == 62
    for flat in (
        [entry("x" * 200 + f"{n}", b"") for n in range(60)],
        [link(f"{n}", "x" * 200) for n in range(60)],
    ):
        with pytest.raises(ImageError, match="paths of more than 10,000 letters together"):
            indexed(layer(*flat))
        assert indexed(layer(*flat[:40])).files
    monkeypatch.setattr(tar, "MAX_ENTRIES", 9)
    with pytest.raises(ImageError, match="more than 9 entries"):
        indexed(layer(*(entry(f"{n}", b"") for n in range(10))))
    assert len(indexed(layer(*(entry(f"{n}", b"") for n in range(9)))).files) == 9


def test_an_archive_of_too_many_files(indexed, monkeypatch):
    files = image([layer(entry("a", b"1"))])
    monkeypatch.setattr(source, "MAX_FILES", len(files))
    assert indexed(data=archive(files)).files
    with pytest.raises(ImageError, match="more than 5 files"):
        indexed(data=archive({**files, "one-more": b""}))


def documents(files):
    """(top, manifest, config) of an image, with the names of the last two."""
    top = json.loads(files["index.json"])
    name = "blobs/" + top["manifests"][0]["digest"].replace(":", "/")
    manifest = json.loads(files[name])
    config = "blobs/" + manifest["config"]["digest"].replace(":", "/")
    return top, name, manifest, config


PLAIN = layer(entry("a", b"1"))


def test_a_blob_that_is_not_what_its_digest_says(indexed):
    files = image([PLAIN])
    _, manifest_name, manifest, config_name = documents(files)
    layer_name = "blobs/" + manifest["layers"][0]["digest"].replace(":", "/")
    for name in (manifest_name, config_name):
        with pytest.raises(ImageError, match=f"{name} does not have the digest"):
            indexed(data=archive({**files, name: files[name] + b" "}))
    for other in range(8):
        with pytest.raises(ImageError, match=r"has the digest sha256:.*, it is damaged"):
            indexed(data=archive({**files, layer_name: layer(entry("a", b"%d" % (other + 2)))}))
    for name in (manifest_name, config_name, layer_name):
        with pytest.raises(ImageError, match=f"there is no file {name}"):
            indexed(data=archive({n: data for n, data in files.items() if n != name}))


@pytest.mark.parametrize(
    "wrong",
    [
        "sha256:../../../../../etc/passwd",
        "sha256:" + "0" * 63,
        "sha512:" + "0" * 128,
        "/etc/passwd",
        "",
        7,
        None,
    ],
)
def test_a_digest_that_is_none(indexed, tmp_path, wrong):
    """It never becomes the name of a file elsewhere."""
    files = image([PLAIN])
    top = documents(files)[0]
    top["manifests"][0]["digest"] = wrong
    with pytest.raises(ImageError, match="not an OCI image layout"):
        indexed(data=archive({**files, "index.json": encoded(top)}))
    for member in ({"config": {"digest": wrong}}, {"layers": [{"digest": wrong}]}):
        with pytest.raises(ImageError, match="not an OCI image layout"):
            indexed(PLAIN, manifest=member)
    (tmp_path / "oci").mkdir()
    (tmp_path / "oci/index.json").write_bytes(encoded(top))
    with (
        pytest.raises(ImageError, match="not an OCI image layout"),
        open_image(f"oci:{tmp_path}/oci"),
    ):
        pass


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"configuration": {"rootfs": None}}, "not an OCI image layout"),
        ({"configuration": {"rootfs": {"diff_ids": "x"}}}, "a wrong diff_ids"),
        ({"configuration": {"rootfs": {"diff_ids": [7]}}}, "a wrong diff_ids"),
        ({"configuration": {"rootfs": {"diff_ids": []}}}, "1 layers, but the config names 0"),
        ({"configuration": {"config": []}}, None),
        ({"configuration": {"config": [1]}}, "not an OCI image layout"),
        ({"configuration": {"history": {"a": 1}}}, "a wrong history"),
        ({"configuration": {"history": ["x"]}}, "a wrong history"),
        ({"configuration": {"history": [{"created_by": 1}]}}, "a wrong history"),
        ({"configuration": {"config": None, "history": None}}, None),
        ({"config": {"Cmd": "x"}}, "a wrong Cmd"),
        ({"config": {"Entrypoint": [1]}}, "a wrong Entrypoint"),
        ({"config": {"Env": 7}}, "a wrong Env"),
        ({"config": {"ExposedPorts": []}}, "a wrong ExposedPorts"),
        ({"config": {"Healthcheck": "x"}}, "a wrong Healthcheck"),
        ({"config": {"Labels": ["a"]}}, "a wrong Labels"),
        ({"config": {"Volumes": "x"}}, "a wrong Volumes"),
        ({"config": {"StopSignal": 9}}, "a wrong StopSignal"),
        ({"config": {"User": 0}}, "a wrong User"),
        ({"config": {"WorkingDir": {}}}, "a wrong WorkingDir"),
        ({"config": dict.fromkeys(("Cmd", "Labels", "User"))}, None),
        ({"manifest": {"layers": None}}, "not an OCI image layout"),
        ({"manifest": {"layers": [7]}}, "not an OCI image layout"),
        ({"manifest": {"config": None}}, "not an OCI image layout"),
    ],
)
def test_documents_of_another_shape(indexed, arguments, words):
    if words is None:
        assert indexed(PLAIN, **arguments).files
    else:
        with pytest.raises(ImageError, match=words):
            indexed(PLAIN, **arguments)


@pytest.mark.parametrize(
    "data", [b"[" * 100_000, b'{"a":' * 100_000, b"\xff\xfe", b"7", b"null", b'{"manifests": 7}']
)
def test_json_that_is_none_of_ours(indexed, data):
    files = image([PLAIN])
    with pytest.raises(ImageError, match=r"is not JSON|not an OCI image layout"):
        indexed(data=archive({**files, "index.json": data}))
    with pytest.raises(ImageError, match=r"is not JSON|not a docker archive"):
        indexed(data=archive({"manifest.json": data}))


def test_more_layers_than_any_engine_takes(indexed):
    with pytest.raises(ImageError, match="501 layers, more than any engine takes"):
        indexed(*[PLAIN] * 501)
    assert len(indexed(*[PLAIN] * 500).layers) == 500


def test_an_archive_cut_off_anywhere(indexed):
    """At each offset an error, or the whole image where only the end of the tar is gone."""
    whole = archive(image([layer(entry("a", b"1" * 700))]))
    end = len(whole.rstrip(b"\0"))
    for cut in [*range(0, end, 97), *range(512, end, 512)]:
        with pytest.raises(ImageError, match=r"Build the image again|can't be read"):
            indexed(data=whole[:cut])
    assert indexed(data=whole[: end + 512]).files["a"].size == 700


def test_a_byte_that_is_another(indexed):
    """Never anything but an image or a clear error, wherever it is."""
    whole = bytearray(archive(image([layer(entry("a", b"1"))])))
    for place in range(0, len(whole.rstrip(b"\0")), 41):
        other = bytes(whole[:place]) + bytes([whole[place] ^ 0x55]) + bytes(whole[place + 1 :])
        try:
            found = indexed(data=other)
        except ImageError:
            continue
        assert shown(found) == {"a": b"1"}


def test_archives_with_tricks(indexed):
    """Links out of the archive, sparse files, and a header of gigabytes."""
    files = image([PLAIN])
    for name in sorted(files.keys() - {"oci-layout"}):
        rest = [entry(n, data) for n, data in files.items() if n != name]
        for trick in (link(name, "/etc/passwd"), link(name, name), hard_link(name, "x")):
            with pytest.raises(ImageError):
                indexed(data=layer(*rest, trick))
    holes = pax(GNU_sparse_map="0,0", GNU_sparse_size=str(1 << 40)) + raw(b"index.json", b"")
    with pytest.raises(ImageError, match=r"there is no file index.json"):
        indexed(data=holes + END)
    with pytest.raises(ImageError, match="a header of more than"):
        indexed(data=NO_LAYERS["pax-of-gigabytes"][0])


def limits(script: str, *arguments: object) -> tuple[int, float]:
    """Run Python with the image piece; returns peak memory in bytes and processor time in seconds."""
    command = [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(GOCONTAINER.parent)!r})\n{script}",
    ]
    process = subprocess.Popen([*command, *map(str, arguments)])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_maxrss * 1024, usage.ru_utime + usage.ru_stime


INDEX = """
from pathlib import Path
from gocontainer.read.index import image_of, index_of
directory = Path(sys.argv[1])
found = index_of({"name": "api", "engine": "builtin"}, directory, None)
assert len(found.files) == int(sys.argv[2]), len(found.files)
"""


def test_many_files_take_no_more_than_their_share(tmp_path):
    """Ten times the files take about ten times the time, and 2 KiB of memory each at most."""
    times, memory = {}, {}
    for count in (100, 10_000, 100_000):
        directory = tmp_path / str(count)
        names = [f"d{n % 100}/e{n % 7}/file{n}" for n in range(count)]
        write_plan(directory, archive(image([layer(*(entry(n, b"") for n in names), form=0)])))
        above = {name.rpartition("/")[0] for name in names}
        above |= {name.split("/")[0] for name in names}
        memory[count], times[count] = limits(INDEX, directory, count + len(above))
    assert times[100_000] - times[100] < 30 * (times[10_000] - times[100])
    assert memory[100_000] - memory[100] < 2048 * 100_000


def test_a_large_file_is_never_whole_in_memory(tmp_path):
    write_plan(tmp_path, archive(image([layer(entry("large", bytes(100 << 20)))])))
    small = tmp_path / "small"
    write_plan(small, archive(image([layer(entry("small", b"1"))])))
    assert limits(INDEX, tmp_path, 1)[0] - limits(INDEX, small, 1)[0] < 16 << 20


def test_another_image_takes_the_place_of_the_last(tmp_path):
    plan = write_plan(tmp_path, archive(image([PLAIN])))
    first = index_of(plan, tmp_path, None)
    assert index_of(plan, tmp_path, None).directory == first.directory
    written = everything(tmp_path)
    index_of(plan, tmp_path, None)
    assert everything(tmp_path) == written
    write_plan(tmp_path, archive(image([layer(entry("b", b"2"))])))
    assert list(index_of(plan, tmp_path, None).files) == ["b"]
    assert not first.directory.exists()


def test_an_index_of_another_version_is_made_anew(tmp_path):
    plan = write_plan(tmp_path, archive(image([PLAIN])))
    found = index_of(plan, tmp_path, None)
    (found.directory / index.DOCUMENT).rename(found.directory / "index.json")
    assert list(index_of(plan, tmp_path, None).files) == ["a"]
    assert not (found.directory / "index.json").exists()


def cut_off(file, size):
    with file.open("r+b") as stream:
        stream.truncate(size)


# What a power cut, a kill or a slip of the hand leaves of an index.
DAMAGED = {
    "the document is empty": lambda d: cut_off(d / index.DOCUMENT, 0),
    "the document is cut short": lambda d: cut_off(d / index.DOCUMENT, 100),
    "the document is zeros": lambda d: (d / index.DOCUMENT).write_bytes(bytes(500)),
    "the document is another": lambda d: (d / index.DOCUMENT).write_text("[1]"),
    "the document lacks a member": lambda d: (d / index.DOCUMENT).write_text('{"id": "x"}'),
    "the document is nested": lambda d: (d / index.DOCUMENT).write_text("[" * 100_000),
    "entries of another shape": lambda d: change(d, entries=[[]]),
    "layers of another shape": lambda d: change(d, layers=[None]),
    "no document": lambda d: (d / index.DOCUMENT).unlink(),
    "a layer is empty": lambda d: cut_off(d / "0.tar", 0),
    "a layer is cut short": lambda d: cut_off(d / "0.tar", 700),
    "no layer": lambda d: (d / "0.tar").unlink(),
    # Of what was not synced, files may have their length and zeros in them.
    "the machine was started again": lambda d: change(d, boot="another"),
}


def change(directory, **members):
    document = json.loads((directory / index.DOCUMENT).read_bytes())
    (directory / index.DOCUMENT).write_text(json.dumps({**document, **members}))


def test_a_damaged_index_is_made_anew(tmp_path):
    plan = write_plan(tmp_path, archive(image([PLAIN])))
    for what, damage in DAMAGED.items():
        damage(index_of(plan, tmp_path, None).directory)
        found = index_of(plan, tmp_path, None)
        assert shown(found) == {"a": b"1"}, what


def test_where_the_image_of_a_plan_is(tmp_path):
    """In an archive, or in the engine's store under the id that the build wrote down."""
    (tmp_path / "api.tar").write_bytes(b"")
    (tmp_path / "image.id").write_text("sha256:1\n")
    places = {
        engine: image_of({"name": "api", "engine": engine}, tmp_path)
        for engine in ("builtin", "docker", "podman", "buildah")
    }
    assert places == {
        "builtin": f"oci-archive:{tmp_path}/api.tar",
        "docker": "docker-daemon:sha256:1",
        "podman": "containers-storage:sha256:1",
        "buildah": "containers-storage:sha256:1",
    }


def test_an_image_that_is_not_built(tmp_path):
    for engine, file in (("builtin", "api.tar"), ("docker", "image.id")):
        with pytest.raises(ImageError, match=f"is not built yet .*{file}.*--target api"):
            index_of({"name": "api", "engine": engine}, tmp_path, None)


def test_a_damaged_image_leaves_the_next_one_alone(tmp_path):
    plan = write_plan(tmp_path, b"no image")
    with pytest.raises(ImageError, match="not a whole tar file"):
        index_of(plan, tmp_path, None)
    write_plan(tmp_path, archive(image([PLAIN])))
    assert list(index_of(plan, tmp_path, None).files) == ["a"]


@pytest.fixture
def store(tmp_path):
    """A plan of the engine docker, and a command in its place that writes down each call."""
    data = tmp_path / "image.tar"
    files = image([layer(entry("a", b"1"))])
    data.write_bytes(archive(files))
    _, _, manifest, _ = documents(files)
    command = tmp_path / "engine"
    command.write_text(
        f'#!/bin/sh\necho "$@" >>{tmp_path}/calls\nsleep 0.2\n'
        f'[ ! -e {tmp_path}/hang ] || exec sleep 60\ncp {data} "$4"\n'
    )
    command.chmod(0o755)
    directory = tmp_path / "api.container"
    directory.mkdir()
    (directory / "image.id").write_text(manifest["config"]["digest"] + "\n")
    return {"name": "api", "engine": "docker"}, directory, str(command), tmp_path / "calls"


def test_checks_at_once_read_the_image_once(store):
    plan, directory, command, calls = store
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(index_of(plan, directory, command)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [list(f.files) for f in found] == [["a"]] * 8
    (call,) = calls.read_text().splitlines()
    assert call.startswith("image save --output ") and call.endswith(found[0].id)


def test_a_check_leaves_the_directory_alone_until_it_has_the_lock(store, monkeypatch):
    """Another one, which makes the index, may be removing it."""
    plan, directory, command, _ = store
    seen = []

    def lock(file):
        seen.append((directory / "index").exists())
        return locked(file)

    monkeypatch.setattr("gocontainer.read.index.locked", lock)
    assert list(index_of(plan, directory, command).files) == ["a"]
    assert seen == [False]


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_index_that_was_interrupted(store, tmp_path, end):
    """In the middle of writing: the next check makes it anew."""
    plan, directory, command, _ = store
    script = """
import signal
from gocontainer.read import index
from pathlib import Path
write = index.write_index
def slow(image, directory):
    write(image, directory)
    print(flush=True)
    signal.pause()
index.write_index = slow
index.index_of({"name": "api", "engine": "docker"}, Path(sys.argv[1]), sys.argv[2])
"""
    head = f"import sys; sys.path.insert(0, {str(GOCONTAINER.parent)!r})"
    process = subprocess.Popen(
        [sys.executable, "-c", f"{head}\n{script}", directory, command],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        # Tests that a shell runs in the background are deaf to it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    process.stdout.readline()
    assert (directory / "index/new").exists()
    process.send_signal(end)
    assert process.wait() != 0
    process.stdout.close()
    found = index_of(plan, directory, command)
    assert list(found.files) == ["a"]
    assert [p.name for p in (directory / "index").iterdir()] == [found.id.split(":")[1]]


def test_an_engine_that_gives_nothing(store):
    plan, directory, command, _ = store
    Path(command).write_text("#!/bin/sh\necho no such image >&2\nexit 1\n")
    with pytest.raises(ImageError, match="engine save failed: no such image"):
        index_of(plan, directory, command)
    Path(command).write_text("#!/bin/sh\n")
    with pytest.raises(ImageError, match="it can't be opened"):
        index_of(plan, directory, command)
    with pytest.raises(ImageError, match="does not start"):
        index_of(plan, directory, command + "-is-missing")
