"""Credentials, from where docker and podman keep them."""

import base64
import json
import stat

import pytest
from gocontainer.registry.credentials import Credentials, credentials_for
from gocontainer.registry.error import RegistryError


def auth(user, password="secret"):
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def write(file, **document):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document))


def user_for(environ, host="registry.example.com", repository="team/api"):
    found = credentials_for(host, repository, environ)
    return found and found.user


@pytest.mark.parametrize(
    "auths, user",
    [
        ({"registry.example.com": auth("a")}, "a"),
        ({"https://registry.example.com": auth("a")}, "a"),
        ({"https://registry.example.com/v2/": auth("a")}, "a"),
        (
            {
                "registry.example.com/team": auth("a"),
                "registry.example.com": auth("b"),
                "registry.example.com/team/ap": auth("c"),
            },
            "a",
        ),
        ({"registry.example.com/team/api": auth("a"), "registry.example.com/team": auth("b")}, "a"),
        ({"registry.example.com": {"username": "a", "password": "b"}}, "a"),
        ({"registry.example.com": {}}, None),
        ({"registry.example.com": auth("a", "")}, None),
        (
            {
                "registry.example.com.example": auth("a"),
                "egistry.example.com": auth("b"),
                "registry.example.com:443": auth("c"),
            },
            None,
        ),
        ({}, None),
    ],
)
def test_the_nearest_entry_counts(tmp_path, auths, user):
    write(tmp_path / "config.json", auths=auths)
    assert user_for({"DOCKER_CONFIG": str(tmp_path)}) == user


@pytest.mark.parametrize(
    "key", ["https://index.docker.io/v1/", "docker.io", "index.docker.io", "registry-1.docker.io"]
)
def test_docker_io_has_many_names(tmp_path, key):
    write(tmp_path / "config.json", auths={key: auth("a")})
    assert user_for({"DOCKER_CONFIG": str(tmp_path)}, "docker.io", "library/api") == "a"


def test_the_order_of_the_files(tmp_path):
    places = {
        "REGISTRY_AUTH_FILE": ("auth/file.json", "auth/file.json"),
        "DOCKER_CONFIG": ("docker", "docker/config.json"),
        "XDG_RUNTIME_DIR": ("run", "run/containers/auth.json"),
        "XDG_CONFIG_HOME": ("config", "config/containers/auth.json"),
    }
    environ = {"HOME": str(tmp_path / "home")}
    write(tmp_path / "home/.docker/config.json", auths={"registry.example.com": auth("docker's")})
    assert user_for(environ) == "docker's"
    write(
        tmp_path / "home/.config/containers/auth.json",
        auths={"registry.example.com": auth("podman's")},
    )
    assert user_for(environ) == "podman's"
    for variable, (value, file) in reversed(places.items()):
        environ[variable] = str(tmp_path / value)
        write(
            tmp_path / file, auths={"registry.example.com": auth(variable), "other.io": auth("x")}
        )
        assert user_for(environ) == variable
    assert user_for(environ, "other.io") == "x"


def test_tokens(tmp_path):
    auths = {"a.io": {**auth("u", ""), "identitytoken": "i"}, "b.io": {"registrytoken": "r"}}
    write(tmp_path / "config.json", auths=auths)
    environ = {"DOCKER_CONFIG": str(tmp_path)}
    assert vars(credentials_for("a.io", "x", environ)) == vars(Credentials("u", "", "i", ""))
    assert vars(credentials_for("b.io", "x", environ)) == vars(Credentials("", "", "", "r"))


HELPER = """#!/bin/sh
read host
echo "$1 $host" >> "$LOG"
case $host in
  registry.example.com|https://index.docker.io/v1/) echo '{"ServerURL":"x","Username":"'"$NAME"'","Secret":"s"}';;
  broken.io) echo "password is s3cret"; exit 1;;
  text.io) echo "s3cret";;
  *) echo "credentials not found in native keychain"; exit 1;;
esac
"""


@pytest.fixture
def helper(tmp_path):
    file = tmp_path / "bin/docker-credential-chain"
    file.parent.mkdir()
    file.write_text(HELPER)
    file.chmod(stat.S_IRWXU)
    return {
        "DOCKER_CONFIG": str(tmp_path),
        "PATH": f"{file.parent}:/usr/bin:/bin",
        "LOG": str(tmp_path / "log"),
        "NAME": "anna",
    }


@pytest.mark.parametrize("key", ["credHelpers", "credsStore"])
@pytest.mark.parametrize("host", ["registry.example.com", "docker.io"])
def test_a_helper(tmp_path, helper, key, host):
    name = "https://index.docker.io/v1/" if host == "docker.io" else host
    value = {name: "chain"} if key == "credHelpers" else "chain"
    write(tmp_path / "config.json", **{key: value, "auths": {host: {}}})
    assert vars(credentials_for(host, "api", helper)) == vars(Credentials("anna", "s"))
    assert (tmp_path / "log").read_text() == f"get {name}\n"


def test_a_helper_that_has_an_identity_token(tmp_path, helper):
    write(tmp_path / "config.json", credsStore="chain")
    found = credentials_for("registry.example.com", "api", {**helper, "NAME": "<token>"})
    assert vars(found) == vars(Credentials(identity="s"))


def test_a_helper_that_has_none_leaves_it_to_the_file(tmp_path, helper):
    write(tmp_path / "config.json", credsStore="chain", auths={"other.io": auth("a")})
    assert user_for(helper, "other.io") == "a"


@pytest.mark.parametrize(
    "store, host, problem",
    [
        ("chain", "broken.io", "docker-credential-chain fails with 1"),
        ("chain", "text.io", "answers with no JSON object"),
        ("absent", "registry.example.com", "docker-credential-absent does not start"),
        ("../chain", "registry.example.com", "no name of a program"),
        (7, "registry.example.com", "no name of a program"),
    ],
)
def test_a_helper_that_fails_tells_no_secret(tmp_path, helper, store, host, problem):
    write(tmp_path / "config.json", credsStore=store)
    with pytest.raises(RegistryError, match=problem) as error:
        credentials_for(host, "api", helper)
    assert "s3cret" not in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"auths": [1]}',
        "x" * 100,
        '{"auths": {"registry.example.com": {"auth": "%"}}}',
        "[" * 99999,
    ],
)
def test_a_damaged_file(tmp_path, text):
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(RegistryError, match=r"config.json: .* (Correct it|Log in)"):
        credentials_for("registry.example.com", "api", {"DOCKER_CONFIG": str(tmp_path)})


def test_they_are_in_no_log():
    assert "s3cret" not in repr(Credentials("anna", "s3cret"))
