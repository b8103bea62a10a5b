"""FROM_IMAGE with the engine builtin: what a path of another image gives."""

import json

import pytest
from gocontainer.read.index import DOCUMENT, Index, write_index
from gocontainer.read.layout import open_image
from gocontainer.read.source import ImageError
from gocontainer.write.from_image import entries_of, row
from images import archive, entry, hard_link, image, layer, link


@pytest.fixture
def index(tmp_path):
    entries = [
        entry("opt/tool", b"tool", mode=0o4750, uid=7, gid=8),
        link("opt/link", "tool"),
        hard_link("opt/hard", "opt/tool"),
        entry("opt/sub", mode=0o2770, uid=7, gid=8),
        entry("opt-other", b""),
    ]
    file = tmp_path / "image.tar"
    file.write_bytes(archive(image([layer(*entries)])))
    (tmp_path / "index").mkdir()
    with open_image(f"oci-archive:{file}") as found:
        write_index(found, tmp_path / "index")
    return Index(tmp_path / "index", json.loads((tmp_path / "index" / DOCUMENT).read_bytes()))


def rows(index, path, directory):
    """Of each path below: its mode, content, link and owner."""
    files = directory / "files"
    files.mkdir(exist_ok=True)
    found = {}
    for below, each in entries_of(index, path, "FROM_IMAGE x"):
        path, mode, file, target, *owner = row(each, below, index, files, directory, "FROM_IMAGE x")
        found[path] = (f"{mode:o}", file and (directory / file).read_bytes(), target, owner)
    return found


def test_a_file_or_what_is_in_a_directory(index, tmp_path):
    tool = ("4750", b"tool", None, [7, 8])
    for path in ("/opt/tool", "/opt/link", "/opt/hard", "/opt/../opt/tool"):
        assert rows(index, path, tmp_path) == {"": tool}
    directory = {
        "hard": tool,
        "link": ("777", None, "tool", [0, 0]),
        "sub": ("2770", None, None, [7, 8]),
        "tool": tool,
    }
    assert rows(index, "/opt", tmp_path) == rows(index, "/opt/", tmp_path) == directory
    assert rows(index, "/opt/sub", tmp_path) == {}
    assert {"opt", "opt/tool", "opt-other"} <= set(rows(index, "/", tmp_path))


def test_a_path_that_is_not_there(index, tmp_path):
    with pytest.raises(ImageError, match=r"FROM_IMAGE x: the image has no /opt/none\."):
        rows(index, "/opt/none", tmp_path)
