"""Unpacking an image: what it gives, and that no layer reaches beyond its directory."""

import os
import shutil
import stat

import escape
import images
import pytest
from escape import Watched, try_images
from gocontainer.read.layout import open_image
from gocontainer.read.source import ImageError
from gocontainer.run.unpack import Tree, indexed, unpack
from gocontainer.run.users import User
from images import entry, hard_link, link

FIFO, DEVICE = b"6", b"3"
# What the layers of an image do; OUT stands for a directory of this machine.
OUT = "{outside}"
HOSTILE = {
    "whiteout-of-the-parent": [[entry(".wh...", b"")]],
    "whiteout-of-the-root": [[entry(".wh..", b"")]],
    "opaque-above": [[entry("../.wh..wh..opq", b"")]],
    "whiteout-through-a-link": [[link("a", OUT)], [entry("a/.wh.file", b"")]],
    "opaque-through-a-link": [[link("a", OUT)], [entry("a/.wh..wh..opq", b"")]],
    "directory-becomes-a-link": [[entry("a"), entry("a/directory", mode=0o777)], [link("a", OUT)]],
    "link-in-the-same-layer": [[link("a", OUT), entry("a/file", b"x")]],
    "link-becomes-a-directory": [[link("a", OUT)], [entry("a/file", b"x", mode=0o777)]],
    "hard-link-through-a-link": [[link("a", OUT), hard_link("b", "a/file")]],
    "hard-link-to-a-link": [[link("a", f"{OUT}/file"), hard_link("b", "a")], [entry("b", b"x")]],
    "hard-link-outside": [[hard_link("b", f"{OUT}/file")]],
    "link-to-the-parent": [[link("a", "../watched"), entry("a/new", b"x")]],
    "absolute-name": [[entry(f"{OUT}/file", b"x")]],
    "name-that-climbs": [[entry("a/../../watched/file", b"x")]],
    "linked-devices": [[link("dev", OUT)]],
    "linked-processes": [[link("proc", OUT)]],
    "linked-configuration": [[link("etc", OUT)]],
    "linked-hosts": [[entry("etc"), link("etc/hosts", f"{OUT}/file")]],
    "a-device": [[entry("null", b"", type=DEVICE, devmajor=1, devminor=3)]],
    "link-in-the-place-of-the-root": [[link(".", OUT)]],
    "terminal-in-a-name": [[entry("\x1b[2J\n::error::", b""), entry("\x1b[2J\n::error::/a", b"")]],
    "long-name": [[entry("a" * 256, b"")]],
    "deep": [[entry("a/" * 1000 + "b", b"")]],
    "odd-owner": [[entry("a", b"", uid=-7)]],
    "huge-owner": [[entry("a", b"", uid=1 << 40)]],
    "odd-time": [[entry("a", b"", mtime=-(1 << 40))]],
}


def image_at(place, layers, **config):
    place.write_bytes(
        images.archive(images.image([images.layer(*each) for each in layers], **config))
    )
    return open_image(f"oci-archive:{place}")


@pytest.mark.parametrize("case", HOSTILE)
def test_nothing_outside_changes(tmp_path, case):
    """Neither when it is unpacked, nor when it runs; and whatever is wrong is told in one line."""
    watched = Watched(tmp_path / "place")

    def fill(member):
        info, content = member
        for field in ("name", "linkname"):
            setattr(info, field, getattr(info, field).replace(OUT, str(watched.outside)))
        return info, content

    layers = [[fill(member) for member in layer] for layer in HOSTILE[case]]
    with image_at(tmp_path / "image.tar", layers) as image:
        watched.try_image(image, running=True)
        try:
            watched.run(image)
        except ImageError as error:
            assert str(error).isprintable()
    assert not watched.changed()


def test_nothing_outside_changes_by_images_of_chance(tmp_path):
    ends = try_images(tmp_path / "place", 300, seed=16, run_every=15)
    assert ends["unpacked"] > 100 and ends["refused"] > 20 and ends["run"] > 3


@pytest.mark.parametrize("size", [1 << 42, (1 << 63) - 1])
def test_a_hole_without_end_is_refused_before_it_is_written(tmp_path, size):
    head = b"1\n0\n0\n".ljust(512, b"\0")
    pax = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "s", "GNU.sparse.realsize": str(size)}  # fmt: skip
    root = tmp_path / "root"
    root.mkdir()
    layers = [[entry("GNUSparseFile.0/s", head, pax_headers=pax)]]
    with image_at(tmp_path / "image.tar", layers) as image, pytest.raises(ImageError):
        unpack(image, root)
    assert not list(root.iterdir())


def test_a_layer_with_another_digest_is_refused(tmp_path):
    layer = images.layer(entry("a", b"x"))
    other = {"configuration": {"rootfs": {"type": "layers", "diff_ids": [images.digest(b"other")]}}}
    (tmp_path / "image.tar").write_bytes(images.archive(images.image([layer], **other)))
    root = tmp_path / "root"
    root.mkdir()
    damaged = pytest.raises(ImageError, match="it is damaged")
    with open_image(f"oci-archive:{tmp_path}/image.tar") as image, damaged:
        unpack(image, root)
    assert not list(root.iterdir())


def test_what_is_unpacked(tmp_path):
    layers = [
        [
            entry("d", mode=0o750, mtime=1000), entry("d/file", b"x" * 3_000_000, mode=0o4640, mtime=2000),
            hard_link("d/second", "d/file"), link("d/link", "file"), entry("d/fifo", b"", type=FIFO),
            entry("gone", b"x"), hard_link("kept", "gone"), entry("x/y/z", b"z"), entry("closed", mode=0),
            entry("closed/file", b"x", mode=0),
        ],
        [entry(".wh.gone", b""), entry("d/.wh.link", b""), entry("x", b"now a file"), entry("d-e", b"")],
    ]  # fmt: skip
    root = tmp_path / "root"
    root.mkdir(mode=0o700)
    with image_at(tmp_path / "image.tar", layers) as image:
        unpack(image, root)
    assert sorted(p.relative_to(root).as_posix() for p in root.rglob("*")) == [
        "closed", "closed/file", "d", "d-e", "d/fifo", "d/file", "d/second", "kept", "x",
    ]  # fmt: skip
    assert stat.S_IMODE(root.stat().st_mode) == 0o700
    file = (root / "d/file").stat()
    assert (stat.S_IMODE(file.st_mode), file.st_size, file.st_nlink, file.st_mtime) == (0o640, 3_000_000, 2, 2000)  # fmt: skip
    assert (root / "d/second").samefile(root / "d/file")
    assert ((root / "d").stat().st_mtime, stat.S_IMODE((root / "d").stat().st_mode)) == (
        1000,
        0o750,
    )
    assert stat.S_ISFIFO((root / "d/fifo").lstat().st_mode)
    assert (root / "kept").read_bytes() == b"x" and (root / "x").read_bytes() == b"now a file"
    assert stat.S_IMODE((root / "closed").stat().st_mode) == 0


def test_a_run_has_the_directories_of_volumes(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    volumes = {"/v/deep": {}, "/there": {}, "/l/new/": {}, "/v": {}}
    layers = [[entry("there", mode=0o700, uid=5), link("l", "there")]]
    with (
        image_at(tmp_path / "image.tar", layers, config={"Volumes": volumes}) as image,
        indexed(image) as index,
    ):
        for user, found in {None: [], User(5, 5): ["there/new", "v", "v/deep"]}.items():
            with Tree(index, user=user) as tree:
                descriptor = os.open(root, os.O_RDONLY)
                tree.write(descriptor)
                os.close(descriptor)
            made = sorted(p.relative_to(root).as_posix() for p in root.rglob("*"))
            assert made == sorted(["l", "there", *found])
            modes = {stat.S_IMODE((root / path).stat().st_mode) for path in found}
            assert modes <= {0o555}  # root's 0755, as another user may use it
            shutil.rmtree(root)
            root.mkdir()


def test_a_volume_that_no_directory_can_be_is_told(tmp_path):
    config = {"Volumes": {"/a\0b": {}}}
    with (
        image_at(tmp_path / "image.tar", [[entry("a")]], config=config) as image,
        indexed(image) as index,
        Tree(index, user=User(5, 5)) as tree,
        pytest.raises(ImageError, match="no file has such a name"),
    ):
        (tmp_path / "root").mkdir()
        descriptor = os.open(tmp_path / "root", os.O_RDONLY)
        try:
            tree.write(descriptor)
        finally:
            os.close(descriptor)


def test_the_fuzz_of_one_command():
    assert sum(escape.fuzz(3, float("inf")).values()) == 3
    assert sum(escape.fuzz(3, 0).values()) == 0
