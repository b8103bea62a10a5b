"""References of images, as docker reads them."""

import pytest
from gocontainer.registry.error import RegistryError
from gocontainer.registry.reference import parse_reference

DIGEST = "sha256:" + "0a" * 32


@pytest.mark.parametrize(
    "text, parts",
    [
        ("api", ("docker.io", "library/api", "latest", None)),
        ("team/api:1.4", ("docker.io", "team/api", "1.4", None)),
        ("index.docker.io/api", ("docker.io", "library/api", "latest", None)),
        ("localhost/api", ("localhost", "api", "latest", None)),
        ("127.0.0.1:5000/team/api", ("127.0.0.1:5000", "team/api", "latest", None)),
        ("[::1]:5000/api:x", ("[::1]:5000", "api", "x", None)),
        ("registry.example.com/a/b/c__d:V-1", ("registry.example.com", "a/b/c__d", "V-1", None)),
        (f"registry.example.com/a@{DIGEST}", ("registry.example.com", "a", None, DIGEST)),
        (f"registry.example.com/a:1@{DIGEST}", ("registry.example.com", "a", "1", DIGEST)),
    ],
)
def test_parts(text, parts):
    found = parse_reference(text)
    assert (found.host, found.repository, found.tag, found.digest) == parts


@pytest.mark.parametrize(
    "text",
    ["registry.example.com/a:1.4", f"registry.example.com/a:1@{DIGEST}", f"[::1]:1/a@{DIGEST}"],
)
def test_it_is_written_as_it_was(text):
    assert str(parse_reference(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "API",
        "team//api",
        "api:",
        "api:-",
        "api:" + "x" * 129,
        "registry.example.com/",
        "registry.example.com/A",
        "api@sha256:12",
        "api:@" + DIGEST,
        "a b",
        "api\n",
        "registry.example.com:port/api",
        "user@registry.example.com/api",
        "https://registry.example.com/api",
        "../api",
        "a/../b",
        "registry.example.com/a?x=1",
    ],
)
def test_what_is_none(text):
    with pytest.raises(RegistryError, match="it is not a reference of an image"):
        parse_reference(text)
