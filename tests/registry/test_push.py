"""Pushing: what goes to a registry, in which order, and what does not."""

import gzip
import hashlib
import json
import os
import time

import pytest
from gocontainer.read.source import ImageError
from gocontainer.registry import compressed, upload, watched
from gocontainer.registry.error import RegistryError
from gocontainer.write import compress
from hostile import Answer, HostileRegistry, answers, cut_inside, digest_of
from pushing import INDEX, layers_of, one, push, pushed, several, write


@pytest.fixture
def registry():
    with HostileRegistry() as registry:
        yield registry


def shown(registry, since=0):
    return [f"{asked.method} {asked.path}" for asked in registry.requests[since:]]


def methods(registry, since=0):
    return "".join(asked.method[:2] + " " for asked in registry.requests[since:]).split()


def test_all_of_an_image_is_there_and_the_tag_is_last(tmp_path, registry, capsys):
    plan = write(tmp_path, one(), [f"{registry.host}/team/api:1.4"])
    push(plan)
    assert registry.missing() == []
    assert shown(registry)[0] == "HEAD /v2/team/api/manifests/1.4"
    assert shown(registry)[-1] == "PUT /v2/team/api/manifests/1.4"
    digest = registry.tags["team/api"]["1.4"]
    assert capsys.readouterr().out == f"{registry.host}/team/api:1.4 {digest}\n"
    assert pushed(plan) == [
        {
            "reference": f"{registry.host}/team/api@{digest}",
            "digest": digest,
            "platforms": ["linux/amd64"],
            "tags": ["1.4"],
        }
    ]


def test_plain_layers_are_compressed_and_others_are_not(tmp_path, registry):
    push(write(tmp_path, one(), [f"{registry.host}/api:1"]))
    ((_, data),) = registry.manifests["api"].values()
    layers = json.loads(data)["layers"]
    tars, stored = layers_of("1")
    assert [layer["mediaType"].rpartition("+")[2] for layer in layers] == ["gzip"] * 3
    blobs = [registry.blobs["api"][layer["digest"]] for layer in layers]
    assert [gzip.decompress(blob) for blob in blobs] == tars
    assert blobs[0] == stored[0]


def test_the_bytes_are_those_of_compression_gzip(tmp_path, registry):
    push(write(tmp_path, one(), [f"{registry.host}/api:1"]))
    compressor = compress.compressor("gzip", "")
    data = compressor.compress(layers_of("1")[0][1]) + compressor.flush()
    assert digest_of(data) in registry.blobs["api"]


def test_an_unchanged_image_is_one_request(tmp_path, registry, capsys):
    plan = write(tmp_path, one(), [f"{registry.host}/api:1"])
    push(plan)
    before, file = len(registry.requests), plan.with_name("pushed.json").stat()
    capsys.readouterr()
    push(plan)
    assert shown(registry, before) == ["HEAD /v2/api/manifests/1"]
    assert capsys.readouterr().out.endswith(" is there\n")
    assert plan.with_name("pushed.json").stat().st_mtime_ns == file.st_mtime_ns


@pytest.mark.parametrize("auth, requests", [("basic", 51), ("bearer", 101)])
def test_images_share_a_connection(tmp_path, auth, requests):
    with HostileRegistry(auth=auth) as registry:
        environ = registry.credentials(tmp_path)
        plans = [
            write(tmp_path / str(n), one(str(n)), [f"{registry.host}/team/api{n}:1"])
            for n in range(50)
        ]
        push(*plans, environ=environ)
        registry.requests.clear()
        push(*plans, environ=environ)
        assert len({asked.port for asked in registry.requests}) == 1
        assert len(registry.requests) <= requests


def test_a_blob_crosses_the_wire_once(tmp_path, registry):
    plans = [
        write(tmp_path / str(n), one(str(n)), [f"{registry.host}/team/api{n}:1"]) for n in range(5)
    ]
    push(*plans, kept=str(tmp_path / "kept"))
    assert registry.missing() == []
    sent = [asked.query["digest"][0] for asked in registry.requests if "digest" in asked.query]
    assert (
        len(sent) == len(set(sent)) == 2 + 5 * 2
    )  # the shared layers, and of each one and a config


def test_it_is_mounted_from_where_it_came(tmp_path, registry):
    base = layers_of("1")[1][0]
    digest = digest_of(base)
    registry.blobs["bases/alpine"] = {digest: base}
    plan = write(tmp_path, one(), [f"{registry.host}/api:1"])
    sources = {digest: ["elsewhere.example/alpine", f"{registry.host}/bases/alpine"]}
    plan.with_name("api.tar.sources.json").write_text(json.dumps(sources))
    push(plan)
    assert registry.missing() == []
    assert digest not in [asked.query.get("digest", [""])[0] for asked in registry.requests]


def test_a_registry_that_mounts_nothing_takes_the_upload(tmp_path):
    with HostileRegistry(mounts=False) as registry:
        push(write(tmp_path, one(), [f"{registry.host}/a:1", f"{registry.host}/b:1"]))
        assert registry.missing() == []


def test_layers_are_compressed_once(tmp_path, registry, monkeypatch):
    plan = write(tmp_path, one(), [f"{registry.host}/api:1"])
    push(plan)
    monkeypatch.setattr(compressed, "compress", None)
    push(plan)
    with HostileRegistry() as other:
        push(write(tmp_path, one(), [f"{other.host}/api:1"]))
        assert other.missing() == []


@pytest.mark.parametrize("damage", ["{", "[]", '["sha256:00", 5]', "[1, 2]"])
def test_a_damaged_kept_layer_is_made_again(tmp_path, registry, damage):
    plan = write(tmp_path, one(), [f"{registry.host}/api:1"])
    push(plan)
    for file in (tmp_path / "layers").glob("*.json"):
        file.write_text(damage)
    push(plan)
    assert len(registry.manifests["api"]) == 1


def test_a_kept_layer_with_other_bytes_is_told(tmp_path, registry):
    plan = write(tmp_path, one(), [f"{registry.host}/api:1"])
    push(plan)
    for file in (tmp_path / "layers").iterdir():
        if file.suffix != ".json":
            file.write_bytes(bytes(file.stat().st_size))
    registry.blobs.clear()
    registry.manifests.clear()
    with pytest.raises(RegistryError, match="its bytes here have another digest"):
        push(plan)
    assert registry.tags["api"]  # of the first push; the registry lost the content itself


def test_kept_layers_have_a_limit(tmp_path, registry, monkeypatch):
    monkeypatch.setattr(compressed, "LIMIT", 200)
    for text in "1234":
        push(write(tmp_path, one(text), [f"{registry.host}/api:1"]))
    kept = list((tmp_path / "layers").iterdir())
    assert 0 < sum(file.stat().st_size for file in kept if file.suffix != ".json") <= 200
    assert registry.missing() == []


def test_what_a_killed_push_left_goes_after_a_day(tmp_path, registry):
    kept = tmp_path / "layers"
    kept.mkdir()
    for name, age in {"new.old": 90_000, "new.now": 0}.items():
        (kept / name).write_bytes(b"half")
        os.utime(kept / name, (time.time() - age,) * 2)
    push(write(tmp_path, one(), [f"{registry.host}/api:1"]))
    assert [file.name for file in kept.glob("new.*")] == ["new.now"]


def test_an_index_comes_after_its_children(tmp_path, registry):
    plan = write(tmp_path, several("amd64", "arm64"), [f"{registry.host}/api:1"])
    push(plan)
    assert registry.missing() == []
    puts = [
        asked.path
        for asked in registry.requests
        if "/manifests/" in asked.path and asked.method == "PUT"
    ]
    assert len(puts) == 3 and puts[-1].endswith("/manifests/1")
    (record,) = pushed(plan)
    assert record["platforms"] == ["linux/amd64", "linux/arm64"]
    media_type, data = registry.manifests["api"][record["digest"]]
    assert media_type == INDEX
    document = json.loads(data)
    assert [child["platform"]["architecture"] for child in document["manifests"]] == [
        "amd64",
        "arm64",
    ]
    before = len(registry.requests)
    push(plan)
    assert shown(registry, before) == ["HEAD /v2/api/manifests/1"]


def test_one_child_changed(tmp_path, registry):
    push(write(tmp_path, several("amd64", "arm64"), [f"{registry.host}/api:1"]))
    files = several("amd64", "arm64")
    other = several("arm64", text="2")
    index = json.loads(files["blobs/" + only(files)["digest"].replace(":", "/")])
    (child,) = json.loads(other["blobs/" + only(other)["digest"].replace(":", "/")])["manifests"]
    index["manifests"][1] = child
    data = json.dumps(index).encode()
    files.update(other)
    files["blobs/" + digest_of(data).replace(":", "/")] = data
    top = {"mediaType": INDEX, "digest": digest_of(data), "size": len(data)}
    files["index.json"] = json.dumps({"schemaVersion": 2, "manifests": [top]}).encode()
    before = len(registry.requests)
    push(write(tmp_path, files, [f"{registry.host}/api:1"]))
    assert registry.missing() == []
    sent = [asked for asked in registry.requests[before:] if "digest" in asked.query]
    assert len(sent) == 2  # the layer and the config of that child


def only(files):
    return json.loads(files["index.json"])["manifests"][0]


TAGS = ["1.4.2", "1.4", "1", "latest"]


def test_tags_go_together_where_the_registry_takes_them(tmp_path):
    with HostileRegistry(many_tags=True) as registry:
        push(write(tmp_path, one(), [f"{registry.host}/api:{tag}" for tag in TAGS]))
        assert sorted(registry.tags["api"]) == sorted(TAGS)
        puts = [
            asked
            for asked in registry.requests
            if "/manifests/" in asked.path and asked.method == "PUT"
        ]
        assert [asked.query for asked in puts] == [{"tag": TAGS}]


def test_tags_go_singly_else(tmp_path, registry):
    push(write(tmp_path, one(), [f"{registry.host}/api:{tag}" for tag in TAGS]))
    assert sorted(registry.tags["api"]) == sorted(TAGS)
    # That it does not take them together is asked once in a process.
    plans = [
        write(tmp_path / str(n), one(), [f"{registry.host}/api{n}:{tag}" for tag in TAGS])
        for n in range(2)
    ]
    before = len(registry.requests)
    push(*plans)
    puts = [a for a in registry.requests[before:] if "/manifests/" in a.path and a.method == "PUT"]
    assert len(puts) == 1 + 2 * 4


@pytest.mark.parametrize("status", [400, 404, 405, 414, 431])
def test_tags_that_are_refused_together_go_singly(tmp_path, registry, status):
    registry.faults.append(lambda asked, handler: Answer(status) if "tag" in asked.query else None)
    push(write(tmp_path, one(), [f"{registry.host}/api:{tag}" for tag in TAGS]))
    assert sorted(registry.tags["api"]) == sorted(TAGS)


def test_a_tag_that_fails_is_told_and_the_record_stays(tmp_path, registry):
    references = [f"{registry.host}/api:{tag}" for tag in TAGS]
    plan = write(tmp_path, one(), references)
    registry.faults.append(
        lambda asked, handler: (
            answers(403)(asked, handler)
            if asked.path.endswith("/manifests/1") and asked.method == "PUT"
            else None
        )
    )
    with pytest.raises(
        RegistryError, match=r"1\.4\.2, 1\.4 of api are pushed, 1, latest not"
    ) as error:
        push(plan)
    assert "\n" not in str(error.value)
    assert not plan.with_name("pushed.json").exists()
    registry.faults.clear()
    push(plan)
    assert pushed(plan)[0]["tags"] == TAGS


def test_a_new_tag_of_an_image_that_is_there_is_all_that_is_sent(tmp_path, registry):
    push(write(tmp_path, one(), [f"{registry.host}/api:1"]))
    before = len(registry.requests)
    push(write(tmp_path, one(), [f"{registry.host}/api:1", f"{registry.host}/api:2"]))
    assert methods(registry, before) == ["HE", "HE", "PU"]


def test_no_tag_moves_before_all_registries_have_the_content(tmp_path, registry):
    with HostileRegistry() as other:
        other.faults.append(lambda asked, handler: Answer(403) if asked.method == "POST" else None)
        with pytest.raises(RegistryError):
            push(write(tmp_path, one(), [f"{registry.host}/api:1", f"{other.host}/api:1"]))
        assert registry.tags.get("api", {}) == {}


def test_a_blob_that_the_registry_lost_comes_again(tmp_path, registry):
    push(write(tmp_path, one(), [f"{registry.host}/api:1"]))
    lost = sorted(registry.blobs["api"])[0]
    # It says that it has the blob, and notices that it has not when it looks at the manifest.
    registry.faults.append(
        lambda asked, handler: (
            Answer(200) if asked.method == "HEAD" and "/blobs/" in asked.path else None
        )
    )
    del registry.blobs["api"][lost]
    registry.faults[0] = lambda asked, handler: (
        answers(200, b"", Content_Length=str(sizes[asked.path.rpartition("/")[2]]))(asked, handler)
        if asked.method == "HEAD" and "/blobs/" in asked.path
        else None
    )
    ((_, data),) = registry.manifests["api"].values()
    document = json.loads(data)
    sizes = {blob["digest"]: blob["size"] for blob in [*document["layers"], document["config"]]}
    registry.tags["api"].clear()
    push(write(tmp_path, one(), [f"{registry.host}/api:1"]))
    assert registry.missing() == []


# Uploads in pieces.


@pytest.fixture
def small(monkeypatch):
    """Blobs are long from 1,000 bytes on."""
    monkeypatch.setattr(upload, "WHOLE", 1000)
    monkeypatch.setattr(upload, "CHUNK", 600)
    monkeypatch.setattr(upload, "LEAST", 100)


def big():
    """An image with a layer that does not get shorter."""
    import random

    import images

    noise = random.Random(1).randbytes(5000)
    return images.image([images.layer(images.entry("noise", noise))])


def patches(registry):
    return [
        asked.headers["content-range"] for asked in registry.requests if asked.method == "PATCH"
    ]


def test_a_long_blob_goes_in_pieces(tmp_path, registry, small):
    push(write(tmp_path, big(), [f"{registry.host}/api:1"]))
    assert registry.missing() == []
    assert patches(registry)[:2] == ["0-599", "600-1199"]


def test_pieces_are_as_long_as_the_registry_wants(tmp_path, small):
    with HostileRegistry(chunk=1500) as registry:
        push(write(tmp_path, big(), [f"{registry.host}/api:1"]))
        assert registry.missing() == []
        assert patches(registry)[:2] == ["0-1499", "1500-2999"]


@pytest.mark.parametrize("whole", [1000, 1 << 20])
def test_an_upload_goes_on_where_it_was_cut(tmp_path, registry, small, monkeypatch, whole):
    monkeypatch.setattr(upload, "WHOLE", whole)
    cuts = []

    def fault(asked, handler):
        if handler.left > 500 and len(cuts) < 3:
            cuts.append(asked.number)
            return cut_inside(asked, handler)
        return None

    registry.faults.append(fault)
    push(write(tmp_path, big(), [f"{registry.host}/api:1"]))
    assert registry.missing() == []
    assert len(cuts) == 3
    size = max(map(len, registry.blobs["api"].values()))
    assert registry.bytes_received < size + 3000  # what was taken is not sent again


@pytest.mark.parametrize("limit", [700, 2000])
def test_a_proxy_that_takes_no_long_request(tmp_path, registry, small, monkeypatch, limit):
    monkeypatch.setattr(upload, "WHOLE", 1 << 20)
    monkeypatch.setattr(upload, "CHUNK", 1 << 20)
    registry.faults.append(lambda asked, handler: Answer(413) if handler.left > limit else None)
    push(write(tmp_path, big(), [f"{registry.host}/api:1"]))
    assert registry.missing() == []


@pytest.mark.parametrize("status", [400, 404, 405, 416, 501])
def test_a_registry_that_takes_no_pieces(tmp_path, registry, small, status):
    registry.faults.append(
        lambda asked, handler: Answer(status) if asked.method == "PATCH" else None
    )
    push(write(tmp_path, big(), [f"{registry.host}/api:1"]))
    assert registry.missing() == []


def test_a_registry_that_lies_about_what_it_has(tmp_path, registry, small):
    registry.faults.append(
        lambda asked, handler: (
            Answer(202, {"Location": asked.path, "Range": "0-0"})
            if asked.method == "PATCH"
            else None
        )
    )
    push(write(tmp_path, big(), [f"{registry.host}/api:1"]))
    assert registry.missing() == []


@pytest.mark.parametrize(
    "location", ["http://169.254.169.254/x", "http://10.0.0.1/x", "file:///x", "http://[", ""]
)
def test_an_upload_goes_to_no_private_address(tmp_path, registry, location):
    registry.faults.append(
        lambda asked, handler: (
            Answer(202, {"Location": location}) if asked.method == "POST" else None
        )
    )
    with pytest.raises(RegistryError, match="is refused, as"):
        push(write(tmp_path, one(), [f"{registry.host}/api:1"]))


def test_an_upload_to_another_host_takes_no_credentials_along(tmp_path, monkeypatch):
    resolve = watched.getaddrinfo
    monkeypatch.setattr(
        watched, "getaddrinfo", lambda host, port, *rest: resolve("127.0.0.1", port, *rest)
    )
    with HostileRegistry() as storage, HostileRegistry(auth="basic") as registry:

        def elsewhere(asked, handler):
            answer = registry.do(asked, handler.body)
            if asked.method == "POST" and answer.status == 202:
                place = f"http://storage.example:{storage.port}"
                answer.headers["Location"] = place + answer.headers["Location"]
            return answer

        registry.faults.append(elsewhere)
        storage.uploads, storage.blobs = registry.uploads, registry.blobs
        push(
            write(tmp_path, one(), [f"{registry.host}/api:1"]),
            environ=registry.credentials(tmp_path / "docker"),
        )
        assert registry.missing() == []
        assert storage.requests
        assert not any("authorization" in asked.headers for asked in storage.requests)


def test_what_registries_warn_of_is_kept_once(tmp_path, registry):
    from hostile import client_of

    def warns(asked, handler):
        answer = registry.do(asked, handler.body)
        answer.headers["Warning"] = '299 - "This registry ends \\"soon\\"."'
        return answer

    registry.faults.append(warns)
    client = client_of({})
    push(write(tmp_path, one(), [f"{registry.host}/api:1"]), client=client)
    assert list(client.warnings) == [f'{registry.host}: This registry ends "soon".']


@pytest.mark.parametrize("break_it", ["archive", "layer", "reference"])
def test_what_can_not_be_pushed_is_told(tmp_path, registry, break_it):
    files, reference = one(), f"{registry.host}/api:1"
    if break_it == "layer":
        name = "blobs/" + digest_of(layers_of("1")[0][2]).replace(":", "/")
        files[name] = bytes(len(files[name]))
    if break_it == "reference":
        reference = f"{registry.host}/api@sha256:" + hashlib.sha256().hexdigest()
    plan = write(tmp_path, files, [reference])
    if break_it == "archive":
        plan.with_name("api.tar").unlink()
    with pytest.raises(ImageError) as error:
        push(plan)
    assert "\n" not in str(error.value)
    assert registry.requests == []
