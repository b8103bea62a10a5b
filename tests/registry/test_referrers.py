"""SBOMs and provenance beside an image in a registry: what is pushed, how it is listed, and what is sent again."""

import json
import os

import pytest
from gocontainer.cli import last_push
from gocontainer.common.error import ImageError
from hostile import INDEX, Answer, HostileRegistry, answers, digest_of, from_then
from pushing import attest, built_digests, one, push, pushed, several, write

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
TYPES = {
    "spdx": "application/spdx+json",
    "cyclonedx": "application/vnd.cyclonedx+json",
    "provenance": "application/vnd.in-toto+json",
}
REGISTRIES = {"api": True, "quiet-api": "quiet", "tag": False}


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(last_push, "SETTLED", 0)


@pytest.fixture(params=REGISTRIES)
def registry(request):
    with HostileRegistry(referrers=REGISTRIES[request.param]) as registry:
        yield registry


@pytest.fixture
def tagged():
    """A registry without the referrers API."""
    with HostileRegistry() as registry:
        yield registry


def listed(registry, repository, digest):
    """What the registry lists as referrers, and their manifests."""
    if registry.referrers:
        index = json.loads(registry.listed(repository, digest).body)
        assert digest.replace(":", "-") not in registry.tags[repository]
    else:
        tag = registry.tags[repository][digest.replace(":", "-")]
        kind, data = registry.manifests[repository][tag]
        index = json.loads(data)
        assert kind == index["mediaType"] == INDEX
    found = []
    for each in index["manifests"]:
        kind, data = registry.manifests[repository][each["digest"]]
        manifest = json.loads(data)
        assert each == {
            "mediaType": kind,
            "digest": digest_of(data),
            "size": len(data),
            "artifactType": manifest["artifactType"],
            "annotations": manifest["annotations"],
        }
        found.append(manifest)
    return found


def contents(registry, repository, digest):
    """The documents, by their types."""
    return {
        each["artifactType"]: registry.blobs[repository][each["layers"][0]["digest"]].decode()
        for each in listed(registry, repository, digest)
    }


def image_in(documents):
    """What the SPDX document tells."""
    return list(json.loads(documents[TYPES["spdx"]]).values())


def sent(registry, since=0):
    return [str(a) for a in registry.requests[since:] if a.method not in ("GET", "HEAD")]


def test_documents_are_listed_beside_the_image(tmp_path, registry):
    plan = attest(write(tmp_path, one(), [f"{registry.host}/api:1"]))
    push(plan)
    (record,) = pushed(plan)
    manifests = listed(registry, "api", record["digest"])
    assert [each["artifactType"] for each in manifests] == list(TYPES.values())
    kind, data = registry.manifests["api"][record["digest"]]
    for each in manifests:
        assert (each["schemaVersion"], each["mediaType"]) == (2, MANIFEST)
        assert each["subject"] == {
            "mediaType": kind,
            "digest": record["digest"],
            "size": len(data),
        }
        assert each["config"]["mediaType"] == "application/vnd.oci.empty.v1+json"
        assert registry.blobs["api"][each["config"]["digest"]] == b"{}"
        (layer,) = each["layers"]
        assert layer["mediaType"] == each["artifactType"]
    names = [each["annotations"]["org.opencontainers.image.title"] for each in manifests]
    assert names == ["api.spdx.json", "api.cdx.json", "api.provenance.json"]
    predicate = manifests[2]["annotations"]["in-toto.io/predicate-type"]
    assert predicate == "https://slsa.dev/provenance/v1"
    assert registry.missing() == []


def test_documents_name_the_image_as_it_is_in_the_registry(tmp_path, registry):
    plan = attest(write(tmp_path, one(), [f"{registry.host}/api:1"]))
    push(plan)
    digest = registry.tags["api"]["1"]
    hexadecimal = digest.partition(":")[2]
    assert hexadecimal != built_digests(plan)[""]  # its layers are compressed
    found = contents(registry, "api", digest)
    assert image_in(found) == ["spdx", "", "1", hexadecimal]
    (subject,) = json.loads(found[TYPES["provenance"]])["subject"]
    assert subject == {"name": "api:latest", "digest": {"sha256": hexadecimal}}


def test_each_platform_has_its_own(tmp_path, registry):
    parts = ("linux-amd64", "linux-arm64")
    plan = write(tmp_path, several("amd64", "arm64"), [f"{registry.host}/api:1"])
    push(attest(plan, parts=parts))
    digest = registry.tags["api"]["1"]
    index = json.loads(registry.manifests["api"][digest][1])
    children = [each["digest"] for each in index["manifests"]]
    for part, child in zip(parts, children):
        found = contents(registry, "api", child)
        assert list(found) == list(TYPES.values())
        assert image_in(found) == ["spdx", part, "1", child.partition(":")[2]]
        (subject,) = json.loads(found[TYPES["provenance"]])["subject"]
        assert subject["digest"]["sha256"] == child.partition(":")[2]
    found = contents(registry, "api", digest)
    assert list(found) == [TYPES["spdx"], TYPES["cyclonedx"]]
    assert image_in(found) == ["spdx", "", "1", digest.partition(":")[2]]
    assert registry.missing() == []


def test_a_second_push_sends_nothing(tmp_path, registry):
    plan = attest(write(tmp_path, one(), [f"{registry.host}/api:1", f"{registry.host}/web:1"]))
    push(plan)
    since = len(registry.requests)
    push(plan)
    image = registry.tags["api"]["1"]
    asked = [f"{a.method} {a.path}" for a in registry.requests[since:]]
    tags = [f"HEAD /v2/{name}/manifests/1" for name in ("api", "web")]
    if registry.referrers:
        assert asked == [*tags, *(f"GET /v2/{name}/referrers/{image}" for name in ("api", "web"))]
    else:  # the tag would list what was deleted, too
        lists = [f"GET /v2/{name}/manifests/{image.replace(':', '-')}" for name in ("api", "web")]
        assert [each for each in asked if "sha256:" not in each] == [*tags, *lists]
        assert len(asked) == 2 * (1 + 1 + len(TYPES))
    plan.with_name("pushed.last").unlink()  # as in a new build tree
    push(plan)
    assert sent(registry, since) == []


@pytest.mark.parametrize("parts", [(), ("linux-amd64", "linux-arm64")], ids=["one", "several"])
@pytest.mark.parametrize("remembered", [True, False])
def test_what_was_deleted_is_attached_again(tmp_path, registry, parts, remembered):
    """The tag of the image is there, and the list that clients keep still names the document."""
    image = several("amd64", "arm64") if parts else one()
    plan = attest(write(tmp_path, image, [f"{registry.host}/api:1"]), parts=parts)
    push(plan)
    before = dict(registry.manifests["api"])
    referrers = [each for each in before if "subject" in json.loads(before[each][1])]
    assert len(referrers) == (8 if parts else 3)
    for digest in referrers:
        del registry.manifests["api"][digest]
        if not remembered:
            plan.with_name("pushed.last").unlink()
        since = len(registry.requests)
        push(plan)
        assert registry.manifests["api"] == before
        (put,) = [each for each in sent(registry, since) if "/manifests/" in each]
        assert put.endswith(f"PUT /v2/api/manifests/{digest}")


def test_a_list_that_was_deleted_is_written_again(tmp_path, tagged):
    plan = attest(write(tmp_path, one(), [f"{tagged.host}/api:1"]))
    push(plan)
    tag = tagged.tags["api"]["1"].replace(":", "-")
    before = tagged.tags["api"].pop(tag)
    push(plan)
    assert tagged.tags["api"][tag] == before


def test_another_document_is_attached_too(tmp_path, registry):
    plan = attest(write(tmp_path, one(), [f"{registry.host}/api:1"]))
    push(plan)
    digest = registry.tags["api"]["1"]
    state = (tmp_path / "api.spdx.json").stat()
    attest(plan, text="2")
    os.utime(tmp_path / "api.spdx.json", ns=(state.st_atime_ns, state.st_mtime_ns))
    since = len(registry.requests)
    push(plan)
    assert registry.tags["api"]["1"] == digest
    assert len(listed(registry, "api", digest)) == 6
    assert not [each for each in sent(registry, since) if each.endswith("manifests/1")]


def test_a_document_alone_is_seen_to_be_another_one(tmp_path, registry):
    plan = attest(write(tmp_path, one(), [f"{registry.host}/api:1"]))
    push(plan)
    assert last_push.last_push(str(plan)) is not None
    (tmp_path / "api.cdx.json").write_text("another one")
    assert last_push.last_push(str(plan)) is None
    push(plan)
    assert len(listed(registry, "api", registry.tags["api"]["1"])) == 4


def test_what_is_attached_is_there_before_a_tag(tmp_path, registry):
    tags = ["1", "latest"]
    plan = attest(write(tmp_path, one(), [f"{registry.host}/api:{tag}" for tag in tags]))
    push(plan)
    puts = [a.path.rpartition("/")[2] for a in registry.requests if a.method == "PUT"]
    manifests = [name for name in puts if name in tags or name.startswith("sha256")]
    assert manifests[-2:] == tags
    assert len(manifests) >= 6  # the image and three documents by digest


def test_wherever_a_push_ends_no_tag_lacks_its_documents(tmp_path):
    plan = attest(write(tmp_path, one(), ["?/api:1"]))
    text, done = plan.read_text(), False
    for number in range(1, 100):
        with HostileRegistry() as registry:
            plan.write_text(text.replace("?", registry.host))
            registry.faults.append(from_then(number, answers(400)))
            try:
                push(plan)
                done = True
            except ImageError:
                assert "1" not in registry.tags.get("api", {})
            registry.faults.clear()
            push(plan)
            assert len(listed(registry, "api", registry.tags["api"]["1"])) == 3
            assert registry.missing() == []
        if done:
            break
    assert 15 < number < 99


def test_attest_none_attaches_nothing(tmp_path, registry):
    push(attest(write(tmp_path, one(), [f"{registry.host}/api:1"]), attest="none"))
    assert list(registry.tags["api"]) == ["1"]
    assert len(registry.manifests["api"]) == 1


def test_a_document_that_is_not_there(tmp_path, registry):
    plan = attest(write(tmp_path, one(), [f"{registry.host}/api:1"]))
    (tmp_path / "api.cdx.json").unlink()
    with pytest.raises(ImageError, match=r"api[.]cdx[.]json can't be attached to the image"):
        push(plan)
    assert registry.tags == {}


def theirs(registry, plan):
    """The list of referrers of a pushed image, with one of somebody else."""
    tag = registry.tags["api"]["1"].replace(":", "-")
    manifest = registry.manifests["api"][registry.tags["api"]["1"]]
    other = {
        "mediaType": MANIFEST,
        "digest": digest_of(manifest[1]),
        "size": len(manifest[1]),
        "artifactType": "application/vnd.example",
        "annotations": {"motto": "grün"},
        "of-others": [1],
    }
    index = {
        "mediaType": INDEX,
        "schemaVersion": 2,
        "manifests": [other],
        "annotations": {"a": "b"},
    }
    return tag, index


def put(registry, tag, index):
    data = json.dumps(index).encode()
    registry.manifests["api"][digest_of(data)] = (INDEX, data)
    registry.tags["api"][tag] = digest_of(data)


def index_of(registry, tag):
    return json.loads(registry.manifests["api"][registry.tags["api"][tag]][1])


def test_what_others_list_is_kept(tmp_path, tagged):
    plan = write(tmp_path, one(), [f"{tagged.host}/api:1"])
    push(plan)
    tag, index = theirs(tagged, plan)
    put(tagged, tag, index)
    push(attest(plan))
    found = index_of(tagged, tag)
    assert found["manifests"][0] == index["manifests"][0]
    assert len(found["manifests"]) == 4
    assert found["annotations"] == {"a": "b"}


def test_what_others_overwrite_is_written_again(tmp_path, tagged):
    plan = write(tmp_path, one(), [f"{tagged.host}/api:1"])
    push(plan)
    tag, index = theirs(tagged, plan)
    written = []

    def overwrites(asked, handler):
        """Somebody read the list before, and writes it afterwards."""
        if asked.method == "PUT" and asked.path.endswith(tag) and not written:
            written.append(asked)
            answer = tagged.do(asked, handler.body)
            put(tagged, tag, index)
            return answer
        return None

    tagged.faults.append(overwrites)
    push(attest(plan))
    assert written
    assert len(index_of(tagged, tag)["manifests"]) == 4


def test_a_tag_that_is_another_thing_is_left_alone(tmp_path, tagged):
    plan = write(tmp_path, one(), [f"{tagged.host}/api:1"])
    push(plan)
    digest = tagged.tags["api"]["1"]
    tagged.tags["api"][digest.replace(":", "-")] = digest
    with pytest.raises(ImageError, match="it is not an index, as a list of referrers must be"):
        push(attest(plan))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {"Content-Type": "text/html"}, b"<html>"),
        Answer(200, {"Content-Type": INDEX}, b"[]"),
        Answer(200, {"Content-Type": INDEX}, b'{"manifests": [1]}'),
        Answer(403),
        Answer(405),
        Answer(501),
    ],
)
def test_what_is_no_list_is_not_taken_for_one(tmp_path, tagged, answer):
    tagged.faults.append(lambda asked, _: answer if "/referrers/" in asked.path else None)
    push(attest(write(tmp_path, one(), [f"{tagged.host}/api:1"])))
    assert len(listed(tagged, "api", tagged.tags["api"]["1"])) == 3


def test_a_registry_that_is_out_of_order_is_an_error(tmp_path, tagged):
    tagged.faults.append(lambda asked, _: Answer(503) if "/referrers/" in asked.path else None)
    with pytest.raises(ImageError, match="listing what refers to api@sha256"):
        push(attest(write(tmp_path, one(), [f"{tagged.host}/api:1"])))
    assert tagged.tags.get("api", {}) == {}


def attestations(registry, digest):
    """The statements in an index, by their predicate types, of each image that the index names."""
    stored, found = registry.manifests["api"], {}
    for each in json.loads(stored[digest][1])["manifests"]:
        annotations = each.get("annotations", {})
        if annotations.get("vnd.docker.reference.type") == "attestation-manifest":
            assert each["platform"] == {"architecture": "unknown", "os": "unknown"}
            manifest = json.loads(stored[each["digest"]][1])
            config = json.loads(registry.blobs["api"][manifest["config"]["digest"]])
            assert (config["os"], config["architecture"]) == ("unknown", "unknown")
            statements = {}
            for layer in manifest["layers"]:
                assert layer["mediaType"] == TYPES["provenance"]
                kind = layer["annotations"]["in-toto.io/predicate-type"]
                statements[kind] = json.loads(registry.blobs["api"][layer["digest"]])
            found[annotations["vnd.docker.reference.digest"]] = statements
    return found


KINDS = ["https://spdx.dev/Document", "https://cyclonedx.org/bom", "https://slsa.dev/provenance/v1"]


@pytest.mark.parametrize("attested", ["index", "both"])
@pytest.mark.parametrize("parts", [(), ("linux-amd64", "linux-arm64")], ids=["one", "several"])
def test_an_index_has_the_statements(tmp_path, tagged, attested, parts):
    files = several("amd64", "arm64") if parts else one()
    plan = write(tmp_path, files, [f"{tagged.host}/api:1"])
    attest(plan, parts=parts, attest=attested, tags=["api:latest"])
    for _ in range(2):
        push(plan)
        plan.with_name("pushed.last").unlink()
    (record,) = pushed(plan)
    assert record["platforms"] == ([part.replace("-", "/") for part in parts] or ["linux/amd64"])
    digest = tagged.tags["api"]["1"]
    assert record["digest"] == digest
    images = json.loads(tagged.manifests["api"][digest][1])["manifests"]
    images = [each for each in images if each["platform"]["os"] == "linux"]
    found = attestations(tagged, digest)
    assert list(found) == [each["digest"] for each in images]
    for image, statements in found.items():
        assert list(statements) == KINDS
        hexadecimal = image.partition(":")[2]
        for statement in statements.values():
            assert statement["subject"] == [
                {"name": "api:latest", "digest": {"sha256": hexadecimal}}
            ]
        assert statements[KINDS[0]]["predicate"]["image"] == hexadecimal
        if attested == "both":
            assert len(contents(tagged, "api", image)) == 3
    assert len(tagged.tags["api"]) == (1 if attested == "index" else len(images) + 1 + bool(parts))
    assert tagged.missing() == []
