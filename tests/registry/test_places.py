"""Where images are read from, as registries.conf says."""

import sys

import pytest
from gocontainer.registry import places
from gocontainer.registry.error import RegistryError
from gocontainer.registry.reference import parse_reference

PIN = "@sha256:" + 64 * "1"


@pytest.fixture
def asked(tmp_path):
    """A function that gives the places of a reference, as a file says."""

    def ask(reference, text):
        file = tmp_path / "registries.conf"
        file.write_text(text)
        environ = {"CONTAINERS_REGISTRIES_CONF": str(file)}
        found = places.places_of(parse_reference(reference), environ)
        return [f"{place.reference}{' insecure' if place.insecure else ''}" for place in found]

    return ask


MIRRORS = """
unqualified-search-registries = ["example.com"]
[[registry]]
prefix = "docker.io"
location = "docker.io"
[[registry.mirror]]
location = "mirror.example.com:5000/hub"
insecure = true
[[registry.mirror]]
location = "second.example.com"
pull-from-mirror = "digest-only"
[[registry.mirror]]
location = "third.example.com"
pull-from-mirror = "tag-only"
[[registry]]
prefix = "docker.io/library"
location = "images.example.com/library"
[[registry]]
location = "plain.example.com"
insecure = true
[[registry]]
location = "bad.example.com"
blocked = true
[[registry]]
prefix = "*.wild.example.com"
insecure = true
[[registry]]
location = "pinned.example.com"
mirror-by-digest-only = true
[[registry.mirror]]
location = "m.example.com"
"""


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("quay.example.com/a/b:1", ["quay.example.com/a/b:1"]),
        ("team/api:1", ["mirror.example.com:5000/hub/team/api:1 insecure", "third.example.com/team/api:1", "docker.io/team/api:1"]),
        ("team/api" + PIN, ["mirror.example.com:5000/hub/team/api" + PIN + " insecure", "second.example.com/team/api" + PIN, "docker.io/team/api" + PIN]),
        ("alpine", ["images.example.com/library/alpine:latest"]),
        ("docker.io/libraryx/a:1", ["mirror.example.com:5000/hub/libraryx/a:1 insecure", "third.example.com/libraryx/a:1", "docker.io/libraryx/a:1"]),
        ("plain.example.com/a:1", ["plain.example.com/a:1 insecure"]),
        ("plain.example.com:5000/a:1", ["plain.example.com:5000/a:1 insecure"]),
        ("a.wild.example.com:99/a:1", ["a.wild.example.com:99/a:1 insecure"]),
        ("wild.example.com/a:1", ["wild.example.com/a:1"]),
        ("pinned.example.com/a:1", ["pinned.example.com/a:1"]),
        ("pinned.example.com/a:1" + PIN, ["m.example.com/a:1" + PIN, "pinned.example.com/a:1" + PIN]),
    ],
)  # fmt: skip
def test_places(asked, reference, found):
    assert asked(reference, MIRRORS) == found


def test_what_is_blocked_is_told(asked):
    with pytest.raises(RegistryError, match=r"bad.example.com/a:1: registries.conf blocks it\. "):
        asked("bad.example.com/a:1", MIRRORS)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[registry]]\nlocation = nonsense", "can't be read"),
        ("[[registry]]\n[registry]\n", "can't be read"),
        (
            '[[registry]]\nlocation = "UPPER CASE"\nprefix="docker.io"',
            "not a reference of an image",
        ),
    ],
)
def test_what_can_t_be_read_is_told(asked, text, problem):
    with pytest.raises(RegistryError, match=problem):
        asked("alpine", text)


def test_types_of_something_else_are_none(asked):
    text = "[[registry]]\nlocation = 5\nprefix = []\n[[registry.mirror]]\nlocation = 1"
    assert asked("alpine", text) == ["docker.io/library/alpine:latest"]


def test_without_a_reader_of_toml(asked, monkeypatch):
    """Only a file that says something of registries needs one."""
    for name in ("tomllib", "tomli"):
        monkeypatch.setitem(sys.modules, name, None)
    found = asked("alpine", 'unqualified-search-registries = ["x"]\n#[[registry]]\n')
    assert found == ["docker.io/library/alpine:latest"]
    with pytest.raises(RegistryError, match="Install the package tomli for "):
        asked("alpine", MIRRORS)


def test_files(tmp_path, monkeypatch):
    """The user's own goes before that of the system; of those in directories, each counts, by name."""
    system, home = tmp_path / "system", tmp_path / "home/.config/containers"
    for folder in (system, home):
        (folder / "registries.conf.d").mkdir(parents=True)
        (folder / "registries.conf").touch()
        (folder / "registries.conf.d/b.conf").touch()
    (system / "registries.conf.d/a.conf").touch()
    (system / "registries.conf.d/readme").touch()
    monkeypatch.setattr(places, "SYSTEM", str(system))
    environ = {"HOME": str(tmp_path / "home")}
    mine = [home / "registries.conf", system / "registries.conf.d/a.conf", home / "registries.conf.d/b.conf"]  # fmt: skip
    assert places.files(environ) == mine
    (home / "registries.conf").unlink()
    assert places.files(environ)[0] == system / "registries.conf"
    assert places.files({"XDG_CONFIG_HOME": str(home.parent)})[2] == home / "registries.conf.d/b.conf"  # fmt: skip
    assert len(places.files({})) == 3
    assert places.files({"CONTAINERS_REGISTRIES_CONF": "/x", **environ})[0].as_posix() == "/x"
    assert places.read(tmp_path / "none") == []
