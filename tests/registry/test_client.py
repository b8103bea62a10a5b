"""The client of registries: who it is, what it sends again, where it does not go."""

import json
import re

import pytest
from gocontainer.registry import watched
from gocontainer.registry.error import RegistryError
from hostile import (
    Answer,
    HostileRegistry,
    answers,
    client_of,
    cut,
    cut_answer,
    delay,
    digest_of,
    endless,
    from_then,
    once_at,
)

DATA = b'{"schemaVersion": 2}'


@pytest.fixture
def registry():
    with HostileRegistry() as registry:
        store(registry)
        yield registry


def store(registry):
    digest = digest_of(DATA)
    registry.manifests["team/api"] = {digest: ("application/json", DATA)}
    registry.tags["team/api"] = {"1.4": digest}


def read(registry, environ, **limits):
    with client_of(environ, **limits) as client:
        return client.repository(registry.host, "team/api").get("reading it", "manifests/1.4").body


def shown(registry):
    return [f"{asked.method} {asked.path}" for asked in registry.requests]


def test_a_connection_is_kept(registry):
    with client_of({}) as client:
        for _ in range(3):
            client.repository(registry.host, "team/api").get("reading it", "manifests/1.4")
    assert len(registry.requests) == 3
    assert len({asked.port for asked in registry.requests}) == 1


@pytest.mark.parametrize(
    "auth, requests",
    [
        ("basic", ["GET", "GET"]),
        ("bearer", ["GET", "GET /token", "GET"]),
        ("identity", ["GET", "POST /token", "GET"]),
    ],
)
def test_it_says_who_it_is(tmp_path, auth, requests):
    with HostileRegistry(auth=auth) as registry:
        store(registry)
        environ = registry.credentials(tmp_path)
        assert read(registry, environ) == DATA
    there = [line.replace(" /v2/team/api/manifests/1.4", "") for line in shown(registry)]
    assert there == requests


def test_a_token_is_kept_until_it_is_used_up(tmp_path):
    with HostileRegistry(auth="bearer") as registry:
        store(registry)
        with client_of(registry.credentials(tmp_path)) as client:
            repository = client.repository(registry.host, "team/api")
            for _ in range(3):
                repository.get("reading it", "manifests/1.4")
            assert len(registry.requests) == 5
            client.clock.time += 1000
            repository.get("reading it", "manifests/1.4")
            assert shown(registry)[5:] == ["GET /token", "GET /v2/team/api/manifests/1.4"]
            registry.tokens.clear()  # the registry started again
            repository.get("reading it", "manifests/1.4")
        assert len(registry.requests) == 10


@pytest.mark.parametrize("auth, requests", [("basic", ["GET"]), ("bearer", ["GET /token", "GET"])])
def test_the_next_process_knows_how_to_say_it(tmp_path, auth, requests):
    file = tmp_path / "registries.json"
    with HostileRegistry(auth=auth) as registry:
        store(registry)
        environ = registry.credentials(tmp_path)
        read(registry, environ, remembered=file)
        assert not any(secret in file.read_text() for secret in registry.secrets())
        registry.requests.clear()
        assert read(registry, environ, remembered=file) == DATA
        there = [line.replace(" /v2/team/api/manifests/1.4", "") for line in shown(registry)]
        assert there == requests


@pytest.mark.parametrize("realm", ["http://169.254.169.254/", "http://127.0.0.1:1/", "x", ""])
@pytest.mark.parametrize("auth", [None, "basic", "bearer"])
def test_what_it_knows_may_be_wrong_now(tmp_path, realm, auth):
    file = tmp_path / "registries.json"
    with HostileRegistry(auth=auth) as registry:
        store(registry)
        environ = registry.credentials(tmp_path)
        entry = {"scheme": "bearer", "realm": realm, "service": "there"}
        file.write_text(json.dumps({f"http://{registry.host}": entry}))
        assert read(registry, environ, remembered=file) == DATA
        assert realm == "" or realm not in file.read_text()


@pytest.mark.parametrize("text", ["{", "[]", '{"http://%s": 7}', '{"http://%s": {"scheme": 7}}'])
def test_what_it_knows_may_be_damaged(tmp_path, text):
    file = tmp_path / "registries.json"
    with HostileRegistry(auth="bearer") as registry:
        store(registry)
        file.write_text(text.replace("%s", registry.host))
        assert read(registry, registry.credentials(tmp_path), remembered=file) == DATA


@pytest.mark.parametrize("auth", ["basic", "bearer"])
def test_wrong_credentials_are_no_secret_in_an_error(tmp_path, auth):
    with HostileRegistry(auth=auth) as registry:
        environ = registry.credentials(tmp_path)
        registry.password = "another"
        with pytest.raises(RegistryError) as error:
            read(registry, environ)
    assert "geheim" not in str(error.value) and "ogin" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_registry_that_repeats_secrets_is_not_shown(tmp_path):
    def repeats(asked, handler):
        words = asked.headers.get("authorization")
        if not words:
            return None
        errors = {"errors": [{"code": "DENIED", "message": f"no {words} here"}]}
        return Answer(403, {}, json.dumps(errors).encode())

    with HostileRegistry(auth="basic") as registry:
        environ = registry.credentials(tmp_path)
        registry.faults.append(repeats)
        with pytest.raises(RegistryError) as error:
            read(registry, environ)
    assert "no Basic *** here" in str(error.value)


@pytest.mark.parametrize("fault", [cut, cut_answer, *map(answers, (408, 429, 500, 503))])
def test_what_may_pass_is_asked_again(registry, fault):
    registry.faults.append(once_at(1, fault))
    assert read(registry, {}) == DATA
    assert len(registry.requests) == 2


def test_it_waits_longer_each_time_and_gives_up(registry):
    registry.faults.append(answers(503))
    with client_of({}) as client, pytest.raises(RegistryError) as error:
        client.repository(registry.host, "team/api").get("reading it", "manifests/1.4")
    assert str(error.value) == (
        f"{registry.host}: reading it failed: it answers 503. Try again later"
    )
    assert len(registry.requests) == 5
    assert client.clock.slept == sorted(client.clock.slept) and 5 < sum(client.clock.slept) < 10


def test_it_waits_as_long_as_it_is_told(registry):
    registry.faults.append(once_at(1, answers(429, Retry_After="7")))
    with client_of({}) as client:
        client.repository(registry.host, "team/api").get("reading it", "manifests/1.4")
    assert client.clock.slept == [7.0]


def test_it_does_not_wait_for_an_hour(registry):
    registry.faults.append(answers(429, Retry_After="3600"))
    with pytest.raises(RegistryError, match="it asks for 3600 seconds"):
        read(registry, {})
    assert len(registry.requests) == 1


def test_silence_ends(registry):
    registry.faults.append(delay)
    with pytest.raises(RegistryError, match="there is no answer in time"):
        read(registry, {}, idle=0.05)


def test_an_answer_without_an_end_is_refused(registry):
    registry.faults.append(endless)
    with pytest.raises(RegistryError, match="it has more than 4,194,304 bytes"):
        read(registry, {})


def test_nothing_listens():
    with client_of({}) as client, pytest.raises(RegistryError, match="nothing listens there"):
        client.repository("127.0.0.1:1", "team/api").get("reading it", "manifests/1.4")
    assert client.clock.slept == []


def test_a_redirect_to_another_host_takes_no_credentials_along(tmp_path, monkeypatch):
    resolve_all(monkeypatch)
    with HostileRegistry() as other, HostileRegistry(auth="basic") as registry:
        store(registry)
        environ = registry.credentials(tmp_path)
        other.faults.append(answers(200, DATA))

        def redirects(asked, handler):
            if asked.headers.get("authorization"):
                return Answer(307, {"Location": f"http://storage.example:{other.port}/x?sig=1"})
            return None

        registry.faults.append(redirects)
        assert read(registry, environ) == DATA
    assert "authorization" not in other.requests[0].headers


def resolve_all(monkeypatch):
    """All names are this machine's."""
    resolve = watched.getaddrinfo
    monkeypatch.setattr(
        watched, "getaddrinfo", lambda host, port, *rest: resolve("127.0.0.1", port, *rest)
    )


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://10.0.0.1/x",
        "http://[::1]:80/x",
        "http://[fd00:ec2::254]/x",
        "http://localhost/x",
        "http://2130706433/x",
        "http://0x7f.1/x",
        "file:///etc/passwd",
        "ftp://storage.example/x",
        "http://user:password@storage.example/x",
    ],
)
@pytest.mark.parametrize("place", ["Location", "realm"])
def test_it_goes_to_no_private_address(registry, location, place):
    if place == "Location":
        registry.faults.append(answers(307, Location=location))
    else:
        registry.faults.append(answers(401, WWW_Authenticate=f'Bearer realm="{location}"'))
    with pytest.raises(RegistryError) as error:
        read(registry, {})
    assert re.search("is refused, as it|not asked", str(error.value))
    assert "password" not in str(error.value)
    assert len(registry.requests) == 1


def test_no_password_leaves_this_machine_by_plain_http(tmp_path, registry):
    realm = 'Bearer realm="http://tokens.example/token"'
    registry.faults.append(answers(401, WWW_Authenticate=realm))
    with pytest.raises(RegistryError, match="it is plain http"):
        read(registry, registry.credentials(tmp_path))


def test_redirects_end(registry):
    registry.faults.append(answers(307, Location="/v2/team/api/manifests/1.4"))
    with pytest.raises(RegistryError, match="redirects without an end"):
        read(registry, {})


def test_a_token_is_not_longer_than_a_token(registry):
    realm = f'Bearer realm="{registry.realm}"'
    registry.faults.append(
        lambda asked, handler: (
            answers(200, b'{"token": "' + b"x" * 100_000 + b'"}')(asked, handler)
            if asked.path == "/token"
            else answers(401, WWW_Authenticate=realm)(asked, handler)
        )
    )
    with pytest.raises(RegistryError, match="it has more than 65,536 bytes"):
        read(registry, {})


@pytest.mark.parametrize("token", ["a b", "a\r\nX: y", "", "ä", 7, None])
def test_a_token_is_a_word(registry, token):
    realm = f'Bearer realm="{registry.realm}"'
    registry.faults.append(
        lambda asked, handler: (
            answers(200, json.dumps({"token": token}).encode())(asked, handler)
            if asked.path == "/token"
            else answers(401, WWW_Authenticate=realm)(asked, handler)
        )
    )
    with pytest.raises(RegistryError, match="has no token"):
        read(registry, {})


def test_a_broken_registry_is_asked_five_times(registry):
    registry.faults.append(from_then(1, cut))
    with pytest.raises(RegistryError, match="the connection is cut"):
        read(registry, {})
    assert len(registry.requests) == 5
