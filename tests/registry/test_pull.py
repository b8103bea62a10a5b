"""Pulling: what arrives is what the registry has, or an error in one line; the next pull goes on where this one ended."""

import json
import threading
from dataclasses import replace

import pytest
from gocontainer.read.base import read_base
from gocontainer.read.source import ImageError
from gocontainer.registry.cache import Cache
from gocontainer.registry.error import RegistryError
from gocontainer.registry.pull import Wanted, pull
from gocontainer.registry.reference import parse_reference
from gocontainer.write.assemble import assemble
from hostile import (
    Answer,
    CutError,
    HostileRegistry,
    answers,
    client_of,
    cut,
    cut_answer,
    delay,
    digest_of,
    drip,
    endless,
    from_then,
    lies_about_lengths,
    no_http,
    once_at,
)
from pushing import one, push, several, write

AMD64 = {"os": "linux", "architecture": "amd64"}
# The index, the manifest, the config and three layers.
REQUESTS = 6


@pytest.fixture
def here(tmp_path):
    """A registry with the image team/api:1 for two platforms."""
    with HostileRegistry() as here:
        fill(here, tmp_path / "pushed")
        yield here


def fill(registry, directory, files=None):
    environ = registry.credentials(directory) if registry.auth else {}
    files = files or several("amd64", "arm64")
    push(write(directory, files, [f"{registry.host}/team/api:1"]), environ=environ)
    registry.requests.clear()


@pytest.fixture
def cache(tmp_path):
    (tmp_path / "cache").mkdir()
    return Cache(tmp_path / "cache", 1 << 30)


def get(registry, layout, cache, tag=":1", environ=None, verify=False, **limits):
    """Pull as one process does."""
    reference = parse_reference(f"{registry.host}/team/api{tag}")
    with client_of(environ or {}, **limits) as client:
        pull(client, Wanted(reference, AMD64, 'BASE "x"', verify), layout, cache)


def check(layout):
    """The layout is whole, and each layer has the bytes that its names say."""
    for blob in (layout / "blobs/sha256").iterdir():
        assert digest_of(blob.read_bytes()) == f"sha256:{blob.name}"
    with read_base(layout, AMD64, "BASE", "") as base:
        assert base.config["architecture"] == "amd64"
        assert len(base.layers) == 3


def test_what_is_for_one_platform_comes(here, tmp_path, cache):
    get(here, tmp_path / "layout", cache)
    check(tmp_path / "layout")
    assert len(here.requests) == REQUESTS
    named = json.loads((tmp_path / "layout/index.json").read_text())["manifests"]
    assert [one["digest"] for one in named] == [here.tags["team/api"]["1"]]


def test_what_the_cache_has_is_not_asked_for_again(here, tmp_path, cache):
    get(here, tmp_path / "first", cache)
    here.requests.clear()
    get(here, tmp_path / "second", cache)
    assert [asked.path for asked in here.requests] == ["/v2/team/api/manifests/1"]
    get(here, tmp_path / "third", cache, tag="@" + here.tags["team/api"]["1"])
    assert len(here.requests) == 1
    for layout in ("first", "second", "third"):
        check(tmp_path / layout)
    # They are on the disk once.
    blob = next((tmp_path / "first/blobs/sha256").iterdir())
    assert blob.stat().st_nlink == 4


def test_blobs_come_at_once(here, tmp_path, cache):
    """None of two is answered before the other one is asked for."""
    both = threading.Barrier(2, timeout=60)
    first = []

    def wait(asked, handler):
        if "/blobs/" not in asked.path or len(first) == 2:
            return
        first.append(asked)
        here.lock.release()
        try:
            both.wait()
        finally:
            here.lock.acquire()

    here.faults.append(wait)
    get(here, tmp_path / "layout", cache)
    check(tmp_path / "layout")


def test_two_at_once_download_a_blob_once(here, tmp_path, cache):
    errors = []

    def run(name):
        try:
            get(here, tmp_path / name, cache)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    for name in "abcd":
        check(tmp_path / name)
    assert len([asked for asked in here.requests if "/blobs/" in asked.path]) == 4


def half(asked, handler):
    """Does what it is asked for, and hangs up in the middle of the body."""
    answer = handler.registry.do(asked, handler.body)
    answer.headers["Content-Length"] = str(len(answer.body))
    handler.answer(replace(answer, body=answer.body[: len(answer.body) // 2]))
    raise CutError


def other_bytes(asked, handler):
    """Answers with as many bytes, of which the first is another one."""
    answer = handler.registry.do(asked, handler.body)
    return Answer(answer.status, answer.headers, bytes([answer.body[0] ^ 1]) + answer.body[1:])


def too_much(asked, handler):
    """Answers with more than there is."""
    answer = handler.registry.do(asked, handler.body)
    return Answer(answer.status, answer.headers, answer.body + b"more")


def ignores_ranges(asked, handler):
    """Answers with all from the start."""
    return handler.registry.do(replace(asked, headers={}), handler.body)


def another_range(asked, handler):
    """Answers with a part that begins elsewhere."""
    answer = handler.registry.do(asked, handler.body)
    return Answer(206, {**answer.headers, "Content-Range": "bytes 1-9/10"}, answer.body[1:10])


PASSING = {
    "cut": cut,
    "cut-answer": cut_answer,
    "half": half,
    "lengths": lies_about_lengths,
    "no-http": no_http,
    "408": answers(408),
    "503": answers(503),
    "later": answers(429, Retry_After="1"),
}
FAULTS = {
    **PASSING,
    "delay": delay,
    "drip": drip,
    "endless": endless,
    "other": other_bytes,
    "much": too_much,
    "another-range": another_range,
    "empty": answers(200),
    "no-manifest": answers(200, b"[]"),
    "other-host": answers(307, Location="https://127.0.0.2/elsewhere"),
    "itself": answers(307, Location="/v2/"),
    "challenge": answers(401, WWW_Authenticate='Basic realm="x"'),
    "much-later": answers(429, Retry_After="86400"),
    **{str(status): answers(status) for status in (400, 401, 403, 404, 416, 500)},
}
# Seconds, where a fault is that something takes long.
LIMITS = {"delay": {"idle": 0.03}, "drip": {"whole": 0.03}}


@pytest.mark.parametrize("mode", [once_at, from_then], ids=["once", "always"])
@pytest.mark.parametrize("fault", FAULTS)
def test_each_request_in_turn(here, tmp_path, fault, mode):
    """The pull completes, or says in one line what failed; the next one completes with what the cache has by then."""
    for number in range(1, REQUESTS + 1):
        directory = tmp_path / str(number)
        (directory / "cache").mkdir(parents=True)
        cache = Cache(directory / "cache", 1 << 30)
        here.requests.clear()
        here.faults.append(mode(number, FAULTS[fault]))
        try:
            get(here, directory / "layout", cache, **LIMITS.get(fault, {}))
        except ImageError as error:
            assert "\n" not in str(error)
            assert str(error).count(". ") >= 1
            assert not (mode is once_at and fault in PASSING)
            assert not (directory / "layout/index.json").exists()
        else:
            check(directory / "layout")
        here.faults.clear()
        get(here, directory / "again", cache)
        check(directory / "again")


def test_a_blob_that_is_cut_goes_on_where_it_was(here, tmp_path, cache):
    here.faults.append(
        lambda asked, handler: (
            half(asked, handler)
            if "range" not in asked.headers and "/blobs/" in asked.path
            else None
        )
    )
    get(here, tmp_path / "layout", cache)
    check(tmp_path / "layout")
    blobs = here.blobs["team/api"]
    again = [asked for asked in here.requests if "range" in asked.headers]
    assert len(again) == 4
    for asked in again:
        digest = asked.path.rpartition("/")[2]
        assert asked.headers["range"] == f"bytes={len(blobs[digest]) // 2}-"


@pytest.mark.parametrize("start", ["right", "wrong", "long"])
@pytest.mark.parametrize("registry", ["ranges", "no ranges"])
def test_a_later_process_goes_on(here, tmp_path, cache, start, registry):
    """With what a killed one left, unless that is of something else."""
    if registry == "no ranges":
        here.faults.append(
            lambda asked, handler: (
                ignores_ranges(asked, handler) if "/blobs/" in asked.path else None
            )
        )
    for digest, data in here.blobs["team/api"].items():
        left = {"right": data[: len(data) // 3], "wrong": b"x" * 20, "long": data + b"y"}[start]
        cache.part(digest).write_bytes(left)
    get(here, tmp_path / "layout", cache)
    check(tmp_path / "layout")
    assert not any(
        cache.part(f"sha256:{blob.name}").exists()
        for blob in (tmp_path / "layout/blobs/sha256").iterdir()
    )
    ranges = [asked for asked in here.requests if "range" in asked.headers]
    assert len(ranges) == (0 if start == "long" else 4)


def test_other_bytes_are_told(here, tmp_path, cache):
    here.faults.append(
        lambda asked, handler: other_bytes(asked, handler) if "/blobs/" in asked.path else None
    )
    with pytest.raises(RegistryError, match="what it sends has another digest"):
        get(here, tmp_path / "layout", cache)
    assert not [
        file
        for file in cache.directory.iterdir()
        if len(file.name) == 64 and "sha256:" + file.name in here.blobs["team/api"]
    ]


def test_a_pin_that_the_registry_lies_about(here, tmp_path, cache):
    here.faults.append(once_at(1, other_bytes))
    with pytest.raises(RegistryError, match="has the digest sha256:"):
        get(here, tmp_path / "layout", cache, tag="@" + here.tags["team/api"]["1"])


def test_an_image_without_an_index(tmp_path, cache):
    with HostileRegistry(auth="bearer") as here:
        fill(here, tmp_path / "pushed", one())
        get(here, tmp_path / "layout", cache, environ=here.credentials(tmp_path / "pushed"))
        check(tmp_path / "layout")
        with pytest.raises(RegistryError, match="og in with docker login"):
            get(here, tmp_path / "nobody", cache, tag=":1")


def test_another_platform_is_told(here, tmp_path, cache):
    reference = parse_reference(f"{here.host}/team/api:1")
    other = {"os": "linux", "architecture": "s390x"}
    with (
        client_of({}) as client,
        pytest.raises(
            ImageError, match='BASE "x": it is for linux/amd64, linux/arm64, not for linux/s390x'
        ),
    ):
        pull(client, Wanted(reference, other, 'BASE "x"', False), tmp_path / "layout", cache)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "is none"),
        ({"schemaVersion": 1, "fsLayers": []}, "of a version that no registry has any more"),
        ({"schemaVersion": 2}, "is none"),
        ({"schemaVersion": 2, "config": 1, "layers": []}, "is none"),
        ({"schemaVersion": 2, "config": {"digest": "sha256:../../x", "size": 1}, "layers": []}, "not a SHA-256 digest"),
        ({"schemaVersion": 2, "config": {"digest": "sha256:" + 64 * "0", "size": -1}, "layers": []}, "the size -1"),
        ({"schemaVersion": 2, "config": {"digest": "sha256:" + 64 * "0", "size": 1.5}, "layers": []}, "the size 1.5"),
        ({"schemaVersion": 2, "config": {}, "layers": []}, "is none"),
        ({"schemaVersion": 2, "manifests": [{"digest": "md5:x"}]}, "not a SHA-256 digest"),
        ({"schemaVersion": 2, "config": {"digest": "sha256:" + 64 * "0", "size": 1}, "layers": 501 * [{"digest": "sha256:" + 64 * "1", "size": 1}]}, "more than any engine takes"),
    ],
)  # fmt: skip
def test_a_manifest_of_something_else(here, tmp_path, cache, document, problem):
    here.faults.append(once_at(1, answers(200, json.dumps(document).encode())))
    with pytest.raises(ImageError, match=problem) as error:
        get(here, tmp_path / "layout", cache)
    assert str(error.value).startswith('BASE "x": ')
    assert len(here.requests) == 1


def test_what_is_damaged_in_the_cache_is_downloaded_again(here, tmp_path, cache):
    get(here, tmp_path / "first", cache)
    for blob in (tmp_path / "first/blobs/sha256").iterdir():
        blob.chmod(0o600)
        blob.write_bytes(blob.read_bytes()[:-1] + b"?")
    get(here, tmp_path / "second", cache, tag="@" + here.tags["team/api"]["1"], verify=True)
    check(tmp_path / "second")


@pytest.fixture
def mirrored(tmp_path):
    """A function that writes registries.conf, in which the registry is the mirror of another host; returns the environment."""

    def write(host, mirror):
        file = tmp_path / "registries.conf"
        file.write_text(
            f'[[registry]]\nlocation = "{host}"\n[[registry.mirror]]\nlocation = "{mirror}"\n'
        )
        return {"CONTAINERS_REGISTRIES_CONF": str(file)}

    return write


def test_a_mirror_goes_first(here, tmp_path, cache, mirrored):
    with client_of(mirrored("images.example.com", here.host)) as client:
        reference = parse_reference("images.example.com/team/api:1")
        pull(client, Wanted(reference, AMD64, "BASE", False), tmp_path / "layout", cache)
    check(tmp_path / "layout")


@pytest.mark.parametrize("fails", [1, 3], ids=["at once", "in the middle"])
def test_a_mirror_that_fails_is_no_reason_to_fail(here, tmp_path, cache, mirrored, fails):
    with HostileRegistry() as mirror:
        fill(mirror, tmp_path / "mirrored")
        mirror.faults.append(from_then(fails, answers(500)))
        get(here, tmp_path / "layout", cache, environ=mirrored(here.host, mirror.host))
        assert len(mirror.requests) >= fails
    check(tmp_path / "layout")


def test_an_insecure_registry_may_speak_http(here, tmp_path, cache):
    """A name of this machine that is not a loopback address by its letters; TLS would be tried else."""
    file = tmp_path / "registries.conf"
    name = f"0.0.0.0:{here.port}"
    file.write_text(f'[[registry]]\nlocation = "{name}"\ninsecure = true\n')
    reference = parse_reference(f"{name}/team/api:1")
    wanted = Wanted(reference, AMD64, "BASE", False)
    with client_of({"CONTAINERS_REGISTRIES_CONF": str(file)}) as client:
        pull(client, wanted, tmp_path / "layout", cache)
    check(tmp_path / "layout")
    with client_of({"CONTAINERS_REGISTRIES_CONF": "/none"}) as client, pytest.raises(RegistryError):
        pull(client, wanted, tmp_path / "other", Cache(tmp_path, 0))


def test_layers_of_a_base_are_mounted_from_where_they_came(here, tmp_path, monkeypatch):
    """None is sent to another repository of the registry."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "ca.crt").touch()
    plan = {
        "name": "api",
        "platform": AMD64,
        "base": f"{here.host}/team/api:1",
        "programs": [],
        "tags": ["api:1"],
        "config": {},
        "push": [f"{here.host}/other/api:1"],
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    assemble(plan, [], tmp_path / "ca.crt", tmp_path / "api.tar", tmp_path / "bases")
    here.requests.clear()
    here.bytes_received = 0
    push(tmp_path / "plan.json")
    mounted = {asked.query["mount"][0] for asked in here.requests if "mount" in asked.query}
    with read_base(tmp_path / "api.tar", AMD64, "", "") as image:
        base = {layer.digest for layer in image.layers if layer.digest in here.blobs["team/api"]}
    new = [len(data) for digest, data in here.blobs["other/api"].items() if digest not in base]
    assert base == mounted
    assert len(base) == 3
    assert sum(new) < here.bytes_received < sum(new) + 2000  # and a manifest
