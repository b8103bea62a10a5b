"""SIGN_COMMAND: what is signed after a push, when it is signed again, and what is said of a command that fails."""

import json
import sys

import pytest
from gocontainer.cli import last_push
from gocontainer.cli.commands import main
from gocontainer.common.error import ImageError
from harness import GOCONTAINER
from hostile import HostileRegistry
from pushing import attest, one, push, pushed, several, write

# Writes down what it was called with, and where.
SIGNER = """\
import os, sys
with open("signed", "a") as file:
    print(os.path.basename(os.getcwd()), *sys.argv[1:], file=file)
if os.path.exists("fail"):
    print("no key\\nin this\\x1b[2J drawer")
    sys.exit(3)
"""


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(last_push, "SETTLED", 0)


@pytest.fixture
def registry():
    with HostileRegistry() as registry:
        yield registry


def signing(plan, *words):
    """Have the plan sign by this command, in its own directory."""
    directory = plan.parent
    (directory / "signer.py").write_text(SIGNER)
    command = [*(words or (sys.executable, "signer.py")), "--key", "a b"]
    sign = {"command": command, "directory": str(directory)}
    plan.write_text(json.dumps({**json.loads(plan.read_text()), "sign": sign}))
    return plan


def signed(plan):
    """What was signed since this was asked last."""
    file = plan.with_name("signed")
    lines = file.read_text().splitlines() if file.exists() else []
    file.unlink(missing_ok=True)
    start = f"{plan.parent.name} --key a b "
    assert all(line.startswith(start) for line in lines)
    return [line.removeprefix(start) for line in lines]


def references(plan):
    return [each["reference"] for each in pushed(plan)]


@pytest.fixture
def plan(tmp_path, registry):
    names = ["api:1", "api:latest", "web:1"]
    plan = write(tmp_path / "api", one(), [f"{registry.host}/{name}" for name in names])
    return signing(plan)


def test_each_digest_is_signed_once(plan, registry):
    push(plan)
    digest = registry.tags["api"]["1"]
    assert references(plan) == [f"{registry.host}/{name}@{digest}" for name in ("api", "web")]
    assert signed(plan) == references(plan)
    push(plan)
    plan.with_name("pushed.last").unlink()
    push(plan)
    assert signed(plan) == []


def test_another_tag_of_a_signed_image(plan, registry):
    push(plan)
    assert signed(plan)
    plan.write_text(plan.read_text().replace("api:latest", "api:1.4"))
    push(plan)
    assert signed(plan) == []


def test_another_image_or_another_command_signs_again(plan):
    push(plan)
    signed(plan)
    archive = plan.with_name("api.tar")
    archive.write_bytes(
        write(plan.parent / "other", one("2"), []).with_name("api.tar").read_bytes()
    )
    push(plan)
    assert signed(plan) == references(plan)
    plan.write_text(plan.read_text().replace('"a b"', '"a b", "-y"'))
    push(plan)
    assert [each.partition(" ")[2] for each in signed(plan)] == references(plan)


def test_what_a_registry_has_lost_is_signed_again(plan, registry):
    push(plan)
    signed(plan)
    del registry.tags["api"], registry.manifests["api"]
    push(plan)
    assert signed(plan) == references(plan)[:1]


SIGNERS = {
    "referrer": """\
import sys
sys.path[:0] = PATHS
from gocontainer.registry.client import Client
from gocontainer.registry.push import Pusher
from gocontainer.registry.reference import parse_reference
from gocontainer.registry.referrers import Document, put_referrers, referrers_of
reference = parse_reference(sys.argv[-1])
with Client({}) as client:
    repository = client.repository(reference.host, reference.repository, push=True)
    subject = {"mediaType": "application/vnd.oci.image.manifest.v1+json", "digest": reference.digest, "size": 1}
    signature = Document("signature", "application/vnd.example.signature", str(__import__("time").time_ns()).encode(), {})
    put_referrers(Pusher(client), repository, referrers_of(subject, [signature]))
""",
    "tag": """\
import sys, urllib.request
name, _, digest = sys.argv[-1].partition("@")
host, _, name = name.partition("/")
url = f"http://{host}/v2/{name}/manifests/{digest.replace(':', '-')}.sig"
headers = {"Content-Type": "application/vnd.oci.image.index.v1+json"}
urllib.request.urlopen(urllib.request.Request(url, b"{}", headers, method="PUT"))
""",
}


@pytest.fixture(params=[(how, api) for how in SIGNERS for api in (True, False)], ids=str)
def really_signed(request, tmp_path, monkeypatch):
    """A registry, and the plan of an image that was pushed there and has a signature."""
    monkeypatch.setitem(globals(), "SIGNER", SIGNER + really(SIGNERS[request.param[0]]))
    with HostileRegistry(referrers=request.param[1]) as registry:
        plan = write(tmp_path / "api", one(), [f"{registry.host}/api:1"])
        yield registry, signing(plan)


def really(text):
    return text.replace("PATHS", repr([str(GOCONTAINER.parent)]))


@pytest.mark.parametrize("remembered", [True, False])
def test_a_signature_that_is_gone_is_made_again(really_signed, remembered):
    registry, plan = really_signed
    push(plan)
    assert signed(plan) == references(plan)
    push(plan)
    assert signed(plan) == []
    before = set(registry.manifests["api"])
    image = registry.tags["api"]["1"]
    for name in before - {image}:
        data = registry.manifests["api"][name][1]
        if data == b"{}" or b'"subject"' in data:
            del registry.manifests["api"][name]
    assert len(registry.manifests["api"]) < len(before)
    if not remembered:
        plan.with_name("pushed.last").unlink()
    push(plan)
    assert signed(plan) == references(plan)
    push(plan)
    assert signed(plan) == []


def test_a_registry_that_was_wiped_is_signed_again_after_an_engine_pushed(
    really_signed, home, tmp_path
):
    """The engine has pushed before it is asked what is there."""
    registry, plan = really_signed
    push(plan)
    assert signed(plan) == references(plan)
    attest(plan, engine="docker")
    assert main(["attest", str(plan)]) == 0
    assert signed(plan) == []
    image = registry.tags["api"]["1"]
    registry.tags["api"] = {"1": image}
    registry.manifests["api"] = {image: registry.manifests["api"][image]}
    assert main(["attest", str(plan)]) == 0
    assert signed(plan) == references(plan)


def test_a_signature_nowhere_in_the_registry_is_not_looked_for(plan, registry):
    """SIGN_COMMAND may keep it elsewhere."""
    push(plan)
    since = len(registry.requests)
    push(plan)
    assert len(registry.requests) == since + 3


def test_of_an_index_the_index_is_signed(tmp_path, registry):
    plan = signing(write(tmp_path / "api", several("amd64", "arm64"), [f"{registry.host}/api:1"]))
    push(plan)
    assert signed(plan) == [f"{registry.host}/api@{registry.tags['api']['1']}"]


def test_a_failure_is_told_and_mended(plan, registry, golden, capsys):
    plan.with_name("fail").touch()
    assert main(["push", str(plan)]) == 1
    said = capsys.readouterr().err
    digest = registry.tags["api"]["1"]
    said = said.replace(registry.host, "<registry>").replace(digest, "<digest>")
    golden.check("errors/sign-command-fails.txt", said.replace(sys.executable, "python3"))
    assert not plan.with_name("pushed.json").exists()
    signed(plan)
    plan.with_name("fail").unlink()
    push(plan)
    assert signed(plan) == references(plan)


def test_a_command_that_is_not_there(plan):
    signing(plan, "no-such-signer")
    with pytest.raises(ImageError, match=r"SIGN_COMMAND fails [(]No such file or directory"):
        push(plan)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("REGISTRY_AUTH_FILE", str(tmp_path / "none"))


@pytest.mark.parametrize("parts", [(), ("linux-amd64", "linux-arm64")], ids=["one", "several"])
def test_what_an_engine_pushed_is_attested_and_signed(tmp_path, registry, home, parts):
    """The same documents as those of a push without an engine."""
    files = several("amd64", "arm64") if parts else one()
    plan = write(tmp_path / "api", files, [f"{registry.host}/api:1"])
    push(plan)
    before = dict(registry.tags["api"])
    attest(signing(plan), parts=parts, engine="podman")
    for _ in range(2):
        assert main(["attest", str(plan)]) == 0
    assert signed(plan) == references(plan)
    tags = set(registry.tags["api"]) - set(before)
    assert len(tags) == (3 if parts else 1)
    sizes = sorted(len(index["manifests"]) for index in indices(registry, tags))
    assert sizes == ([2, 3, 3] if parts else [3])
    assert registry.missing() == []


def indices(registry, tags):
    stored = registry.manifests["api"]
    return [json.loads(stored[registry.tags["api"][tag]][1]) for tag in tags]


def test_an_attestation_that_fails_leaves_no_record(tmp_path, registry, home, golden, capsys):
    plan = attest(
        write(tmp_path / "api", one(), [f"{registry.host}/api:1"]), attest="none", engine="docker"
    )
    push(plan)
    plan.write_text(plan.read_text().replace('"none"', "null"))
    plan.with_name("api.cdx.json").unlink()
    assert main(["attest", str(plan)]) == 1
    said = capsys.readouterr().err.replace(str(plan.parent), "<dir>")
    golden.check("errors/document-is-missing.txt", said)
    assert not plan.with_name("pushed.json").exists()
