"""SIGN_COMMAND with the tools that sign: as docs/guide/provenance.rst tells, with a key and without the public log.

sh tests/signing.sh builds the tools and runs this. The registry has no referrers API, so all go by the fallback tag.
"""

import json
import os
import re
import subprocess
import time
import urllib.request

import pytest
from daemons import free_port
from harness import REPOSITORY, Command, run

GUIDE = REPOSITORY / "docs/guide/provenance.rst"
PRIVATE = "--tlog-upload=false --use-signing-config=false"
PASSWORD = "geheim-4711"


@pytest.fixture
def registry(tmp_path):
    """The address of Debian's registry, which this test has for itself."""
    address = f"127.0.0.1:{free_port()}"
    settings = {
        "version": 0.1,
        "log": {"level": "error"},
        "storage": {"filesystem": {"rootdirectory": str(tmp_path / "storage")}},
        "http": {"addr": address},
    }
    (tmp_path / "registry.yml").write_text(json.dumps(settings))
    command, quiet = ["docker-registry", "serve", tmp_path / "registry.yml"], subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as process:
        try:
            wait_for(f"http://{address}/v2/", process)
            yield address
        finally:
            process.kill()


def wait_for(url, process):
    while process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("docker-registry ended")


@pytest.fixture
def environment(tmp_path):
    """Where the tools keep their keys."""
    home = tmp_path / "home"
    home.mkdir()
    go = {name: run(["go", "env", name]).stdout.strip() for name in ("GOCACHE", "GOMODCACHE")}
    return {**os.environ, **go, "HOME": str(home), "COSIGN_PASSWORD": PASSWORD}


@pytest.fixture
def cosign(tmp_path, environment):
    """The command with a key pair: cosign.key and cosign.pub in tmp_path."""
    run(["cosign", "generate-key-pair"], cwd=tmp_path, env=environment)
    environment["COSIGN_PRIVATE_KEY"] = (tmp_path / "cosign.key").read_text()
    return Command("cosign", env=environment)


def block_of_guide(language):
    (text,) = re.findall(
        rf"\.\. code-block:: {language}\n\n((?:  .*\n|\n)*?)(?=\S)", GUIDE.read_text()
    )
    return re.sub("(?m)^  ", "", text)


def script_of_guide(binary):
    """sign.sh; its signatures go to no public log."""
    text = block_of_guide("sh")
    assert text.count("cosign ") == 2
    text = re.sub(r"(cosign (sign|attest) )", rf"\1{PRIVATE} ", text)
    return text.replace("build/", f"{binary}/")


def push(project, environment, command, repository):
    project.go_module()
    project.cmakelists(
        f"add_go_container(api BASE scratch PUSH {repository} SBOM spdx cyclonedx PROVENANCE ON\n"
        f"  SIGN_COMMAND {command})"
    )
    project.configure(engine="builtin")
    return push_again(project, environment)


def push_again(project, environment):
    """Returns the reference of the image, by its digest."""
    project.build("api-push", env=environment)
    pushed = json.loads((project.binary / "api.container/pushed.json").read_text())
    return pushed["images"][0]["reference"]


def test_cosign(project, registry, cosign, environment, tmp_path):
    repository = f"{registry}/team/api"
    project.write("sign.sh", script_of_guide(project.binary))
    first = push(project, environment, "sh sign.sh", repository)
    check_cosign(cosign, first, tmp_path)

    # Another image is signed, too; one that was signed is not signed again.
    project.go_module(greeting="another")
    second = push_again(project, environment)
    assert second != first
    check_cosign(cosign, f"{repository}:latest", tmp_path)
    before = sorted(cosign("tree", second).stdout.splitlines())  # in no order
    push_again(project, environment)
    assert sorted(cosign("tree", second).stdout.splitlines()) == before

    # Another key does not fit, and what nobody signed is not signed.
    (tmp_path / "other").mkdir()
    run(["cosign", "generate-key-pair"], cwd=tmp_path / "other", env=environment)
    verify(cosign, second, tmp_path / "other", expect_failure=True)
    project.cmakelists(f"add_go_container(bare BASE scratch PUSH {registry}/bare)")
    project.configure()
    project.build("bare-push", env=environment)
    verify(cosign, f"{registry}/bare:latest", tmp_path, expect_failure=True)


def verify(cosign, image, keys, **how):
    words = ("--key", keys / "cosign.pub", "--insecure-ignore-tlog", image)
    return cosign("verify", *words, **how)


def check_cosign(cosign, image, keys):
    """The signature, the attestation, and what a tree of the image shows."""
    verify(cosign, image, keys)
    words = ("--key", keys / "cosign.pub", "--insecure-ignore-tlog", "--type", "slsaprovenance1")
    said = cosign("verify-attestation", *words, image).stdout
    assert '"payloadType":"application/vnd.in-toto+json"' in said
    tree = cosign("tree", image).stdout
    for kind in (
        "https://sigstore.dev/cosign/sign/v1",
        "https://slsa.dev/provenance/v1",
        "application/spdx+json",
        "application/vnd.cyclonedx+json",
        "application/vnd.in-toto+json",
    ):
        assert f"{kind} artifacts" in tree


def test_oras(project, registry, environment, tmp_path):
    image = push(project, environment, "true", f"{registry}/team/api")
    oras = Command("oras", env=environment)
    found = json.loads(oras("discover", "--plain-http", "--format", "json", image).stdout)
    kinds = {each["artifactType"]: each["digest"] for each in found["referrers"]}
    assert set(kinds) == {
        "application/spdx+json",
        "application/vnd.cyclonedx+json",
        "application/vnd.in-toto+json",
    }
    statement = f"{registry}/team/api@{kinds['application/vnd.in-toto+json']}"
    oras("pull", "--plain-http", "--output", tmp_path / "pulled", statement)
    pulled = json.loads((tmp_path / "pulled/api.provenance.json").read_text())
    assert image.endswith(pulled["subject"][0]["digest"]["sha256"])


def test_notation(project, registry, environment, tmp_path):
    notation = Command("notation", env=environment)
    notation("cert", "generate-test", "team")
    policy = tmp_path / "policy.json"
    policy.write_text(block_of_guide("json"))
    notation("policy", "import", policy)
    command = "notation sign --insecure-registry --key team"
    image = push(project, environment, command, f"{registry}/team/api")
    assert "Successfully verified" in notation("verify", "--insecure-registry", image).stdout

    # Another certificate does not fit.
    notation("cert", "delete", "--yes", "--type", "ca", "--store", "team", "--all")
    notation("cert", "generate-test", "others")
    policy.write_text(block_of_guide("json").replace("ca:team", "ca:others"))
    notation("policy", "import", "--force", policy)
    notation("verify", "--insecure-registry", image, expect_failure=True)
