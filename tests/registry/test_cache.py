"""The user's cache of blobs."""

import errno
import hashlib
import os

import pytest
from gocontainer.read.source import ImageError
from gocontainer.registry.cache import Cache, bytes_of, user_cache


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


@pytest.fixture
def cache(tmp_path):
    (tmp_path / "cache").mkdir()
    return Cache(tmp_path / "cache", 25)


def keep(cache, data, age=0):
    """Have the cache keep a blob that was used so many seconds ago; returns its digest."""
    digest = digest_of(data)
    cache.part(digest).write_bytes(data)
    cache.keep(digest, cache.part(digest), cache.directory.with_name(digest))
    os.utime(cache.blob(digest), (10**9 - age, 10**9 - age))
    return digest


def names(cache):
    return {f"sha256:{file.name}" for file in cache.directory.iterdir()}


def test_a_blob_is_a_link(cache, tmp_path):
    digest = keep(cache, b"data")
    assert cache.take(digest, 4, tmp_path / "other", verify=False)
    assert (tmp_path / "other").samefile(cache.blob(digest))
    assert (tmp_path / digest).samefile(cache.blob(digest))
    assert cache.blob(digest).stat().st_mode & 0o777 == 0o444
    assert not cache.take(digest_of(b"none"), 4, tmp_path / "none", verify=False)
    assert not (tmp_path / "none").exists()


def test_it_is_copied_to_another_disk(cache, tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    digest = keep(cache, b"data")
    assert cache.take(digest, 4, tmp_path / "other", verify=False)
    assert (tmp_path / "other").read_bytes() == b"data"


@pytest.mark.parametrize(("damage", "verify"), [(b"dat", False), (b"dat?", True)])
def test_a_damaged_blob_is_dropped(cache, tmp_path, damage, verify):
    digest = keep(cache, b"data")
    cache.blob(digest).chmod(0o600)
    cache.blob(digest).write_bytes(damage)
    assert not cache.take(digest, 4, tmp_path / "other", verify)
    assert names(cache) == set()


def test_what_was_not_used_for_long_goes(cache, tmp_path):
    old, middle, new = (keep(cache, bytes([n]) * 10, age=100 - n) for n in (1, 2, 3))
    cache.forget_old()
    assert names(cache) == {middle, new}
    assert (tmp_path / old).read_bytes() == b"\1" * 10  # the build tree has it as before
    keep(cache, b"\4" * 10)
    assert cache.take(middle, 10, tmp_path / "used", verify=False)
    cache.forget_old()
    assert middle in names(cache)
    assert new not in names(cache)


def test_a_download_stays_for_a_while(cache):
    recent, old = cache.part(digest_of(b"1")), cache.part(digest_of(b"2"))
    for part in (recent, old):
        part.write_bytes(b"x" * 100)
    os.utime(old, (1, 1))
    (cache.directory / "of somebody else").write_text("x" * 100)
    cache.forget_old()
    assert {file.name for file in cache.directory.iterdir()} == {recent.name, "of somebody else"}


def test_it_is_cleared(cache):
    keep(cache, b"data")
    cache.part(digest_of(b"x")).write_bytes(b"12")
    (cache.directory / "of somebody else").touch()
    assert cache.clear() == (2, 6)
    assert [file.name for file in cache.directory.iterdir()] == ["of somebody else"]
    assert cache.clear() == (0, 0)


def test_where_it_is(tmp_path):
    def place(environ):
        return user_cache(environ, tmp_path / "tree").directory

    top = tmp_path / "xdg"
    assert place({"XDG_CACHE_HOME": str(top), "HOME": "/x"}) == top / "go-container/blobs"
    assert (top / "go-container").is_dir()
    home = {"HOME": str(tmp_path)}
    assert place(home) == tmp_path / ".cache/go-container/blobs"
    assert place({"XDG_CACHE_HOME": "relative", **home}) == tmp_path / ".cache/go-container/blobs"
    (tmp_path / "file").touch()
    for nowhere in (
        {"XDG_CACHE_HOME": str(tmp_path / "file")},
        {"HOME": "/dev/null"},
        {"HOME": "/proc/nonexistent"},
        {},
    ):
        assert place(nowhere) == tmp_path / "tree"
        assert (tmp_path / "tree").is_dir()


def test_how_large_it_may_be(tmp_path):
    home = {"HOME": str(tmp_path)}
    assert user_cache(home, tmp_path).limit == 5 * 10**9
    assert user_cache({"GO_CONTAINER_CACHE_SIZE": "10MB", **home}, tmp_path).limit == 10**7  # fmt: skip
    assert [bytes_of(text) for text in ("0", "700", "2kb", "1GiB")] == [0, 700, 2000, 1 << 30]
    for wrong in ("much", "-1", "5 apples", "1.5GB", "²"):
        with pytest.raises(ImageError, match="which is not a size"):
            user_cache({"GO_CONTAINER_CACHE_SIZE": wrong, **home}, tmp_path)
