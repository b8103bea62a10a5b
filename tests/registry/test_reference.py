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
        ("ghcr.io/a/b/c__d:V-1", ("ghcr.io", "a/b/c__d", "V-1", None)),
        (f"ghcr.io/a@{DIGEST}", ("ghcr.io", "a", None, DIGEST)),
        (f"ghcr.io/a:1@{DIGEST}", ("ghcr.io", "a", "1", DIGEST)),
    ],
)
def test_parts(text, parts):
    found = parse_reference(text)
    assert (found.host, found.repository, found.tag, found.digest) == parts


@pytest.mark.parametrize("text", ["ghcr.io/a:1.4", f"ghcr.io/a:1@{DIGEST}", f"[::1]:1/a@{DIGEST}"])
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
        "ghcr.io/",
        "ghcr.io/A",
        "api@sha256:12",
        "api:@" + DIGEST,
        "a b",
        "api\n",
        "ghcr.io:port/api",
        "user@ghcr.io/api",
        "https://ghcr.io/api",
        "../api",
        "a/../b",
        "ghcr.io/a?x=1",
    ],
)
def test_what_is_none(text):
    with pytest.raises(RegistryError, match="it is no reference of an image"):
        parse_reference(text)
