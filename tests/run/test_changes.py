"""What a program changed in the files of an image, as a layer."""

import io
import os
import tarfile
import time

import pytest
from gocontainer.read.source import ImageError
from gocontainer.read.squash import DIRECTORY, FILE, LINK, Entry
from gocontainer.run.changes import write_changes


def entry(path, kind, mode=0o644, device=None):
    return Entry(path, kind, mode, os.getuid(), os.getgid(), 0, "", 0, 0, None, device=device)


BASE = {
    "kept": FILE,
    "written": FILE,
    "removed": FILE,
    "old": DIRECTORY,
    "old/deep": DIRECTORY,
    "old/deep/file": FILE,
    "becomes-a-file": DIRECTORY,
    "becomes-a-file/x": FILE,
    "same": DIRECTORY,
    "opened": DIRECTORY,
    "etc": DIRECTORY,
    "etc/hosts": FILE,
    "link": LINK,
}


@pytest.fixture
def layer(tmp_path):
    """A function that changes the files of BASE; returns the members of the layer by name."""
    files = {}
    for path, kind in BASE.items():
        files[path] = entry(path, kind, 0o755 if kind == DIRECTORY else 0o644)
        if kind == DIRECTORY:
            (tmp_path / path).mkdir()
            (tmp_path / path).chmod(0o755)
        elif kind == LINK:
            (tmp_path / path).symlink_to("kept")
        else:
            (tmp_path / path).write_text("base")
            os.utime(tmp_path / path, (1000, 1000))
    files["dev/null"] = entry("dev/null", "special", device=["3", 1, 3])
    files["null"] = entry("null", "special", device=["3", 1, 3])

    def change(act):
        time.sleep(0.02)
        since = time.time_ns()
        time.sleep(0.02)
        act(tmp_path)
        output = io.BytesIO()
        write_changes(str(tmp_path), files, since, output)
        output.seek(0)
        return {member.name: member for member in tarfile.open(fileobj=output)}

    return change


def test_a_layer_has_what_came_what_changed_and_what_is_gone(layer):
    def act(root):
        (root / "written").write_text("new")
        (root / "removed").unlink()
        (root / "old/deep/file").unlink()
        (root / "old/deep").rmdir()
        (root / "old").rmdir()
        (root / "becomes-a-file/x").unlink()
        (root / "becomes-a-file").rmdir()
        (root / "becomes-a-file").write_text("file")
        (root / "same/for-a-while").write_text("")
        (root / "same/for-a-while").unlink()
        (root / "opened").chmod(0o777)
        (root / "etc/hosts").unlink()
        (root / "etc/new").write_text("new")
        (root / "proc").mkdir()
        os.link(root / "etc/new", root / "zweiter")
        (root / "old-time").write_text("of a package")
        os.utime(root / "old-time", (77, 77))
        (root / "run").mkdir()
        os.mkfifo(root / "run/pipe")

    found = layer(act)
    assert list(found) == [
        ".wh.old", ".wh.removed", "becomes-a-file", "etc", "etc/new", "old-time", "opened", "run", "run/pipe", "written", "zweiter",
    ]  # fmt: skip
    assert (found["zweiter"].islnk(), found["zweiter"].linkname) == (True, "etc/new")
    assert [found[name].mtime for name in ("written", "old-time", "etc")] == [0, 77, 0]
    assert found["opened"].mode == 0o777
    assert found["run/pipe"].isfifo()


def test_nothing_changed_is_an_empty_layer(layer):
    assert layer(lambda root: None) == {}


def test_a_name_that_would_delete_files_is_an_error(layer):
    with pytest.raises(ImageError, match=r"/\.wh\.kept, which deletes files"):
        layer(lambda root: (root / ".wh.kept").write_text(""))


def test_names_and_attributes_are_kept_byte_for_byte(layer):
    def act(root):
        name = os.fsencode(root) + b"/\xff \n"
        os.close(os.open(name, os.O_CREAT))
        os.setxattr(name, "user.odd", b"\xfe\x00=")

    (member,) = layer(act).values()
    assert member.name == "\udcff \n"
    assert (
        member.pax_headers["SCHILY.xattr.user.odd"].encode("utf-8", "surrogateescape")
        == b"\xfe\x00="
    )
