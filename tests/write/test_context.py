"""The build context that HOST_BUILD fills."""

import os

import pytest
from gocontainer.write.context import make_trees

TREE = "context/trees/0"


@pytest.fixture
def made(tmp_path):
    """Makes DIRECTORIES and SYMLINKS of a plan; returns modes of directories and targets of links, by path."""

    def make(directories, links=()):
        make_trees(
            {
                "directories": [
                    {"path": p, "mode": mode, "user": "0:0", "staged": TREE + p}
                    for p, mode in directories
                ],
                "symlinks": [
                    {"path": p, "target": target, "staged": TREE + p} for p, target in links
                ],
            },
            tmp_path,
        )
        found = (tmp_path / TREE).rglob("*")
        return {
            "/" + str(p.relative_to(tmp_path / TREE)): str(p.readlink())
            if p.is_symlink()
            else f"{p.stat().st_mode & 0o7777:04o}"
            for p in found
        }

    return make


def test_the_modes_are_as_declared_whatever_the_umask_is(made):
    before = os.umask(0o077)
    try:
        found = made([("/a", "0500"), ("/a/b", "2775"), ("/c", "1777")], [("/a/b/l", "../c")])
    finally:
        os.umask(before)
    assert found == {"/a": "0500", "/a/b": "2775", "/c": "1777", "/a/b/l": "../c"}


def test_what_is_the_same_is_not_made_again_and_the_rest_is(made, tmp_path):
    made([("/a", "0500"), ("/a/b", "0755")])
    place = tmp_path / TREE / "a"
    first = place.stat().st_ctime_ns
    made([("/a", "0500"), ("/a/b", "0755")])
    assert place.stat().st_ctime_ns == first
    assert made([("/a", "0700")]) == {"/a": "0700"}
    assert made([]) == {}
    assert not (tmp_path / "context/trees").exists()
